//! Cuts a bound module in parts: what a page needs at first, and what comes
//! behind doors. A door is a function of a module of a certain name, such as
//! `late`: what only the doors of one name need, code and data, goes into a
//! module of its own.
//!
//! Such a module shares memory, table and functions of the first, and puts
//! its own functions into slots of the table when it is instantiated; until
//! then a call through a door is a trap, so who calls one sees to it that the
//! module is there. What two of them need is in the one that is named first, so
//! the other is of use only beside it. What none needs is left out of all: the
//! table names functions that nothing can reach any more.
//!
//! Not here: who needs whom (`linked`), and loading the modules.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, anyhow, bail};
use walrus::ir::{Call, Value};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportedFunction, Module, ModuleConfig, TableId, passes,
};

use super::linked::{Linked, Node};

/// The name under which the other modules know the first.
pub const FIRST: &str = "m";
/// Instructions of a function that each has which calls it: an export weighs as much.
const SMALL: u64 = 60;
/// Parts of tree-sitter that write what its parser does, which nobody asks for,
/// and what would have to be linked to ask.
const NEVER: [&str; 5] = [
    "ts_stack_print_dot_graph",
    "ts_subtree__print_dot_graph",
    "ts_lexer__log",
    "ts_parser__log",
    "snprintf",
];
const ASKS: [&str; 2] = ["set_logger3log", "ts_parser_print_dot_graphs"];
/// Data that lies this close is one segment: its head weighs as much.
const GAP: u32 = 8;

/// All modules.
pub struct Parts {
    /// What a page loads at first.
    pub first: Vec<u8>,
    /// What comes behind the doors of each name, in the order of the names.
    pub behind: Vec<Vec<u8>>,
}

/// Where a function goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    First,
    /// Behind the doors with this place in the list of names.
    Behind(usize),
    Nowhere,
}

/// What was found out about the module, by position: a module that is parsed
/// twice has its functions in the same order.
struct Plan {
    sides: Vec<Side>,
    /// Data of each module behind doors.
    data: Vec<Vec<Range<u32>>>,
    /// Data that is not the first module's.
    blank: Vec<Range<u32>>,
    /// Functions of the first module that the others have as well.
    small: Vec<bool>,
    /// Slots in the table of functions behind doors that others call.
    slots: HashMap<usize, u32>,
    /// The length of the table.
    table: u32,
}

/// Cuts `bound`, which was made of `linked`, at the doors of these names.
pub fn split(linked: &Linked, bound: &[u8], names: &[&str]) -> Result<Parts> {
    let module = parse(bound)?;
    let plan = plan(linked, &module, names)?;
    let mut shares = Shares::default();
    let behind = (0..names.len())
        .map(|part| behind(parse(bound)?, &plan, part, &mut shares))
        .collect::<Result<_>>()?;
    let first = first(module, &plan, &shares)?;
    Ok(Parts { first, behind })
}

fn parse(bytes: &[u8]) -> Result<Module> {
    ModuleConfig::new()
        .parse(bytes)
        .map_err(|error| anyhow!("the bound module cannot be read: {error:#}"))
}

/// Whether this is `crate::doors::function`, without anything around it.
fn is_door(name: &str, doors: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let parts: Vec<&str> = name.split("::").collect();
    matches!(parts[..], [_, module, _] if module == doors) && !name.contains(['<', '{', ' '])
}

fn doors(linked: &Linked, module: &str) -> Result<HashSet<Node>> {
    let doors: HashSet<Node> = linked
        .names()
        .filter(|name| is_door(name, module))
        .flat_map(|name| linked.functions(name))
        .collect();
    if doors.is_empty() {
        bail!("nothing has a function of a module named `{module}`");
    }
    Ok(doors)
}

fn plan(linked: &Linked, module: &Module, names: &[&str]) -> Result<Plan> {
    let doors: Vec<HashSet<Node>> = names
        .iter()
        .map(|name| doors(linked, name))
        .collect::<Result<_>>()?;
    let asks = |name: &str| ASKS.iter().any(|part| name.contains(part));
    if linked.names().any(asks) {
        bail!("{ASKS:?} are linked, so {NEVER:?} may be called");
    }
    let never: HashSet<Node> = NEVER
        .iter()
        .flat_map(|name| linked.functions(name))
        .collect();
    let but = |mine: Option<usize>| -> HashSet<Node> {
        let others = doors.iter().enumerate().filter(|(at, _)| Some(*at) != mine);
        let others = others.flat_map(|(_, doors)| doors);
        others.chain(&never).copied().collect()
    };
    let first = linked.reach(&roots(linked, module), &but(None));
    let mut known = first.clone();
    let mut behind: Vec<HashSet<Node>> = Vec::new();
    for (at, doors) in doors.iter().enumerate() {
        let reached = linked.reach(doors, &but(Some(at)));
        behind.push(reached.difference(&known).copied().collect());
        known.extend(reached);
    }
    let side = |function: &walrus::Function| {
        if matches!(function.kind, FunctionKind::Import(_)) {
            return Some(Side::First);
        }
        let nodes: Vec<Node> = self::known(linked, function).collect();
        let has_one = |set: &HashSet<Node>| nodes.iter().any(|node| set.contains(node));
        if has_one(&first) {
            Some(Side::First)
        } else if let Some(at) = behind.iter().position(has_one) {
            Some(Side::Behind(at))
        } else {
            (!nodes.is_empty()).then_some(Side::Nowhere)
        }
    };
    let data = |of: &HashSet<Node>| {
        joined(
            linked.addresses(|node| of.contains(node)),
            &linked.addresses(|node| known.contains(node) && !of.contains(node)),
        )
    };
    let mut plan = Plan {
        sides: by_callers(module, module.funcs.iter().map(side).collect(), names.len())?,
        data: behind.iter().map(data).collect(),
        blank: linked.addresses(|node| !first.contains(node)),
        small: module.funcs.iter().map(is_small).collect(),
        slots: HashMap::new(),
        table: 0,
    };
    give_slots(&mut plan, module)?;
    Ok(plan)
}

/// Functions that only the binding has, such as adapters of imports, go where
/// they are called from.
fn by_callers(module: &Module, mut sides: Vec<Option<Side>>, parts: usize) -> Result<Vec<Side>> {
    let positions = positions(module);
    let held = slots(module, function_table(module)?)?;
    for id in exported(module).chain(held.into_iter().map(|(_, id)| id)) {
        sides[positions[&id]].get_or_insert(Side::First);
    }
    for side in [Side::First]
        .into_iter()
        .chain((0..parts).map(Side::Behind))
    {
        let is_its = |at: &usize| sides[*at] == Some(side);
        let mut next: Vec<usize> = (0..sides.len()).filter(is_its).collect();
        let functions: Vec<&walrus::Function> = module.funcs.iter().collect();
        while let Some(at) = next.pop() {
            let FunctionKind::Local(local) = &functions[at].kind else {
                continue;
            };
            for called in calls(local).into_iter().map(|id| positions[&id]) {
                if sides[called].is_none() {
                    sides[called] = Some(side);
                    next.push(called);
                }
            }
        }
    }
    let placed = sides.into_iter().map(|side| side.unwrap_or(Side::Nowhere));
    Ok(placed.collect())
}

/// The functions that JavaScript calls.
fn exported(module: &Module) -> impl Iterator<Item = walrus::FunctionId> {
    module
        .exports
        .iter()
        .filter_map(|export| match export.item {
            walrus::ExportItem::Function(id) => Some(id),
            _ => None,
        })
}

fn known(linked: &Linked, function: &walrus::Function) -> impl Iterator<Item = Node> {
    linked.functions(function.name.as_deref().unwrap_or_default())
}

fn is_small(function: &walrus::Function) -> bool {
    match &function.kind {
        FunctionKind::Local(local) => local.size() <= SMALL,
        // Both import what the binding gives.
        FunctionKind::Import(_) => true,
        FunctionKind::Uninitialized(_) => false,
    }
}

/// What JavaScript calls, and what functions call that only the binding has.
fn roots(linked: &Linked, module: &Module) -> HashSet<Node> {
    let mut roots: HashSet<Node> = exported(module)
        .chain(module.start)
        .flat_map(|id| known(linked, module.funcs.get(id)))
        .collect();
    for function in module.funcs.iter() {
        if let FunctionKind::Local(local) = &function.kind
            && known(linked, function).next().is_none()
        {
            let called = calls(local).into_iter();
            roots.extend(called.flat_map(|id| known(linked, module.funcs.get(id))));
        }
    }
    roots
}

/// The functions that a function calls by name.
fn calls(function: &walrus::LocalFunction) -> HashSet<FunctionId> {
    struct Calls(HashSet<FunctionId>);
    impl<'a> walrus::ir::Visitor<'a> for Calls {
        fn visit_call(&mut self, call: &Call) {
            self.0.insert(call.func);
        }
    }
    let mut calls = Calls(HashSet::new());
    walrus::ir::dfs_in_order(&mut calls, function, function.entry_block());
    calls.0
}

/// Ranges of a module's data, close ones as one where nothing of another lies between.
fn joined(ranges: Vec<Range<u32>>, others: &[Range<u32>]) -> Vec<Range<u32>> {
    let is_free = |gap: Range<u32>| {
        let at = others.partition_point(|other| other.end <= gap.start);
        others.get(at).is_none_or(|other| other.start >= gap.end)
    };
    let mut joined: Vec<Range<u32>> = Vec::new();
    for range in ranges {
        match joined.last_mut() {
            Some(last) if range.start - last.end <= GAP && is_free(last.end..range.start) => {
                last.end = range.end;
            }
            _ => joined.push(range),
        }
    }
    joined
}

/// A slot for each function behind a door that another module calls: the one
/// it has in the table, or a new one at the end.
fn give_slots(plan: &mut Plan, module: &Module) -> Result<()> {
    let table = function_table(module)?;
    plan.table = module.tables.get(table).initial as u32;
    let positions = positions(module);
    for (slot, id) in slots(module, table)? {
        let at = positions[&id];
        if matches!(plan.sides[at], Side::Behind(_)) {
            plan.slots.entry(at).or_insert(slot);
        }
    }
    for (at, function) in module.funcs.iter().enumerate() {
        let FunctionKind::Local(local) = &function.kind else {
            continue;
        };
        let side = plan.sides[at];
        if side == Side::Nowhere {
            continue;
        }
        let mut called: Vec<usize> = calls(local).iter().map(|id| positions[id]).collect();
        called.sort_unstable();
        for at in called {
            let is_far = matches!(plan.sides[at], Side::Behind(_)) && plan.sides[at] != side;
            if is_far && !plan.slots.contains_key(&at) {
                plan.slots.insert(at, plan.table);
                plan.table += 1;
            }
        }
    }
    Ok(())
}

fn function_table(module: &Module) -> Result<TableId> {
    module
        .tables
        .main_function_table()
        .ok()
        .flatten()
        .context("the module has no table of functions")
}

fn positions(module: &Module) -> HashMap<FunctionId, usize> {
    let ids = module.funcs.iter().map(walrus::Function::id);
    ids.enumerate().map(|(at, id)| (id, at)).collect()
}

/// What the table holds at first, by slot.
fn slots(module: &Module, table: TableId) -> Result<Vec<(u32, FunctionId)>> {
    let mut slots = Vec::new();
    for element in module.elements.iter() {
        let ElementKind::Active {
            table: into,
            offset,
        } = &element.kind
        else {
            continue;
        };
        if *into != table {
            continue;
        }
        let (ConstExpr::Value(Value::I32(start)), ElementItems::Functions(items)) =
            (offset, &element.items)
        else {
            bail!("the table of functions is not a list of functions at a number");
        };
        slots.extend((*start as u32..).zip(items.iter().copied()));
    }
    Ok(slots)
}

/// The module behind the doors of the name at `part`; what it takes of the first is noted.
fn behind(mut module: Module, plan: &Plan, part: usize, shares: &mut Shares) -> Result<Vec<u8>> {
    let table = function_table(&module)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let held = slots(&module, table)?;
    module.start = None;
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    take_functions(&mut module, plan, part, &ids, shares);
    take_data(&mut module, &plan.data[part], shares)?;
    take_tables(&mut module, plan, shares);
    take_globals(&mut module, shares);
    fill_slots(&mut module, plan, part, &ids, &held);
    passes::gc::run(&mut module);
    let taken = module
        .imports
        .iter()
        .filter(|import| import.module == FIRST);
    shares.used.extend(taken.map(|import| import.name.clone()));
    Ok(module.emit_wasm())
}

/// What the other modules take of the first, with the names under which they do.
#[derive(Default)]
struct Shares {
    names: HashMap<Shared, String>,
    used: HashSet<String>,
}

/// Something of the first module, by its place there.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
enum Shared {
    Function(usize),
    Global(usize),
    Table(usize),
    Memory(usize),
}

impl Shares {
    fn name(&mut self, what: Shared) -> String {
        let next = short(self.names.len());
        self.names.entry(what).or_insert(next).clone()
    }

    /// Those that are taken, in the order of their places.
    fn used(&self) -> Vec<(Shared, &str)> {
        let used = self
            .names
            .iter()
            .filter(|(_, name)| self.used.contains(*name));
        let mut used: Vec<(Shared, &str)> =
            used.map(|(what, name)| (*what, name.as_str())).collect();
        used.sort_unstable();
        used
    }
}

/// A short name for the number; a letter first.
fn short(mut number: usize) -> String {
    const LETTERS: &[u8] = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
    let mut name = String::new();
    loop {
        name.push(char::from(LETTERS[number % LETTERS.len()]));
        number /= LETTERS.len();
        if number == 0 {
            return name;
        }
    }
}

/// Functions of other modules: the first module's are imported, those behind
/// other doors are called by their slots.
fn take_functions(
    module: &mut Module,
    plan: &Plan,
    part: usize,
    ids: &[FunctionId],
    shares: &mut Shares,
) {
    let table = function_table(module).ok();
    for (at, id) in ids.iter().enumerate() {
        let side = plan.sides[at];
        if side == Side::Behind(part) || (plan.small[at] && side == Side::First) {
            continue;
        }
        if let (Some(slot), Some(table)) = (plan.slots.get(&at), table) {
            knock(module, *id, *slot, table);
            continue;
        }
        let ty = module.funcs.get(*id).ty();
        let name = shares.name(Shared::Function(at));
        let import = module.imports.add(FIRST, &name, *id);
        module.funcs.get_mut(*id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
}

fn take_data(module: &mut Module, ranges: &[Range<u32>], shares: &mut Shares) -> Result<()> {
    let memory = module.get_memory_id().context("the module has no memory")?;
    let contents: Vec<Vec<u8>> = ranges
        .iter()
        .map(|range| content(module, range))
        .collect::<Result<_>>()?;
    let old: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    old.into_iter().for_each(|id| module.data.delete(id));
    module.memories.get_mut(memory).data_segments.clear();
    for (range, content) in ranges.iter().zip(contents) {
        let kind = DataKind::Active {
            memory,
            offset: ConstExpr::Value(Value::I32(range.start as i32)),
        };
        let id = module.data.add(kind, content);
        module.memories.get_mut(memory).data_segments.insert(id);
    }
    let name = shares.name(Shared::Memory(0));
    let import = module.imports.add(FIRST, &name, memory);
    module.memories.get_mut(memory).import = Some(import);
    Ok(())
}

fn content(module: &Module, range: &Range<u32>) -> Result<Vec<u8>> {
    module
        .data
        .iter()
        .find_map(|data| {
            let start = start(data)?;
            let from = range.start.checked_sub(start)? as usize;
            let to = range.end.checked_sub(start)? as usize;
            data.value.get(from..to).map(<[u8]>::to_vec)
        })
        .with_context(|| format!("no data at {range:?}"))
}

fn start(data: &walrus::Data) -> Option<u32> {
    match &data.kind {
        DataKind::Active {
            offset: ConstExpr::Value(Value::I32(start)),
            ..
        } => Some(*start as u32),
        _ => None,
    }
}

fn take_tables(module: &mut Module, plan: &Plan, shares: &mut Shares) {
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements
        .into_iter()
        .for_each(|id| module.elements.delete(id));
    let functions = function_table(module).ok();
    let ids: Vec<TableId> = module.tables.iter().map(walrus::Table::id).collect();
    for (at, id) in ids.into_iter().enumerate() {
        let name = shares.name(Shared::Table(at));
        let import = module.imports.add(FIRST, &name, id);
        let table = module.tables.get_mut(id);
        table.import = Some(import);
        table.elem_segments.clear();
        if Some(id) == functions {
            lengthen(table, plan);
        }
    }
}

fn lengthen(table: &mut walrus::Table, plan: &Plan) {
    let more = u64::from(plan.table) - table.initial;
    table.initial += more;
    table.maximum = table.maximum.map(|maximum| maximum + more);
}

fn take_globals(module: &mut Module, shares: &mut Shares) {
    let ids: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    for (at, id) in ids.into_iter().enumerate() {
        if matches!(module.globals.get(id).kind, GlobalKind::Import(_)) {
            continue;
        }
        let name = shares.name(Shared::Global(at));
        let import = module.imports.add(FIRST, &name, id);
        module.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
}

/// Segments for the slots of the module's functions.
fn fill_slots(
    module: &mut Module,
    plan: &Plan,
    part: usize,
    ids: &[FunctionId],
    held: &[(u32, FunctionId)],
) {
    let Ok(table) = function_table(module) else {
        return;
    };
    let positions = positions(module);
    let mut filled: Vec<(u32, FunctionId)> = held
        .iter()
        .filter(|(_, id)| plan.sides[positions[id]] == Side::Behind(part))
        .copied()
        .collect();
    let known: HashSet<u32> = filled.iter().map(|(slot, _)| *slot).collect();
    let mine = plan
        .slots
        .iter()
        .filter(|(at, _)| plan.sides[**at] == Side::Behind(part));
    let new = mine.map(|(at, slot)| (*slot, ids[*at]));
    filled.extend(new.filter(|(slot, _)| !known.contains(slot)));
    filled.sort_unstable_by_key(|(slot, _)| *slot);
    for run in filled.chunk_by(|a, b| a.0 + 1 == b.0) {
        let kind = ElementKind::Active {
            table,
            offset: ConstExpr::Value(Value::I32(run[0].0 as i32)),
        };
        let items = run.iter().map(|(_, id)| *id).collect();
        let id = module.elements.add(kind, ElementItems::Functions(items));
        module.tables.get_mut(table).elem_segments.insert(id);
    }
}

/// The first module: calls through doors go through the table, the data behind
/// them is blank, and what the others take is exported.
fn first(mut module: Module, plan: &Plan, shares: &Shares) -> Result<Vec<u8>> {
    let table = function_table(&module)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let positions = positions(&module);
    let globals: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    let tables: Vec<_> = module.tables.iter().map(walrus::Table::id).collect();
    let memories: Vec<_> = module.memories.iter().map(walrus::Memory::id).collect();
    for (what, name) in shares.used() {
        match what {
            Shared::Function(at) => module.exports.add(name, ids[at]),
            Shared::Global(at) => module.exports.add(name, globals[at]),
            Shared::Table(at) => module.exports.add(name, tables[at]),
            Shared::Memory(at) => module.exports.add(name, memories[at]),
        };
    }
    for (at, slot) in &plan.slots {
        knock(&mut module, ids[*at], *slot, table);
    }
    for (at, id) in ids.iter().enumerate() {
        let name = module.funcs.get(*id).name.as_deref();
        if plan.sides[at] == Side::Nowhere && name.is_some_and(|name| NEVER.contains(&name)) {
            wall_up(&mut module, *id);
        }
    }
    let absent = absent(&mut module);
    for element in module.elements.iter_mut() {
        if let ElementItems::Functions(items) = &mut element.items {
            let is_gone = |id: &FunctionId| plan.sides[positions[id]] != Side::First;
            let gone = items.iter_mut().filter(|id| is_gone(id));
            gone.for_each(|id| *id = absent);
        }
    }
    lengthen(module.tables.get_mut(table), plan);
    blank(&mut module, &plan.blank);
    passes::gc::run(&mut module);
    Ok(module.emit_wasm())
}

/// Zeros weigh next to nothing on their way.
fn blank(module: &mut Module, ranges: &[Range<u32>]) {
    let ids: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    for id in ids {
        let data = module.data.get_mut(id);
        let Some(start) = start(data) else { continue };
        for range in ranges.iter().filter(|range| range.start >= start) {
            let from = (range.start - start) as usize;
            if let Some(blank) = data.value.get_mut(from..from + range.len()) {
                blank.fill(0);
            }
        }
    }
}

/// What stands in a module for a function behind a door: a call of its slot.
fn knock(module: &mut Module, id: FunctionId, slot: u32, table: TableId) {
    let ty = module.funcs.get(id).ty();
    let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind else {
        return;
    };
    let args = function.args.clone();
    let entry = function.entry_block();
    function.block_mut(entry).instrs.clear();
    let mut body = function.builder_mut().func_body();
    for arg in args {
        body.local_get(arg);
    }
    body.i32_const(slot as i32).call_indirect(ty, table);
}

/// Nothing calls it, though the code that might is there.
fn wall_up(module: &mut Module, id: FunctionId) {
    if let FunctionKind::Local(function) = &mut module.funcs.get_mut(id).kind {
        let entry = function.entry_block();
        function.block_mut(entry).instrs.clear();
        function.builder_mut().func_body().unreachable();
    }
}

/// Fills slots whose function is not there.
fn absent(module: &mut Module) -> FunctionId {
    let mut builder = FunctionBuilder::new(&mut module.types, &[], &[]);
    builder.func_body().unreachable();
    builder.finish(vec![], &mut module.funcs)
}
