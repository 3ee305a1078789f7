//! Cuts a bound module in two: what a page needs at first, and what comes
//! behind a door. A door is a function of a module named `late`: what only the
//! doors need, code and data, goes into the second module.
//!
//! The second module shares memory, table and functions of the first, and puts
//! its own functions into slots of the table when it is instantiated; until
//! then a call through a door is a trap, so who calls one sees to it that the
//! second module is there. What neither needs is left out of both: the table
//! names functions that nothing can reach any more.
//!
//! Not here: who needs whom (`linked`), and loading the second module.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, anyhow, bail};
use walrus::ir::{Call, Value};
use walrus::{
    ConstExpr, DataKind, ElementItems, ElementKind, FunctionBuilder, FunctionId, FunctionKind,
    GlobalKind, ImportedFunction, Module, ModuleConfig, TableId, passes,
};

use super::linked::{Linked, Node};

/// The name under which the second module knows the first.
pub const FIRST: &str = "m";
/// Instructions of a function that both have: an export weighs as much.
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

/// Both modules.
pub struct Halves {
    /// What a page loads at first.
    pub first: Vec<u8>,
    /// What comes behind the doors.
    pub late: Vec<u8>,
}

/// Where a function goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Side {
    First,
    Late,
    Nowhere,
}

/// What was found out about the module, by position: a module that is parsed
/// twice has its functions in the same order.
struct Plan {
    sides: Vec<Side>,
    /// Data of the second module.
    data: Vec<Range<u32>>,
    /// Data that is not the first module's.
    blank: Vec<Range<u32>>,
    /// Functions that both modules have.
    small: Vec<bool>,
    /// Its slots in the table.
    slots: HashMap<usize, u32>,
    /// The length of the table.
    table: u32,
}

/// Cuts `bound`, which was made of `linked`.
pub fn split(linked: &Linked, bound: &[u8]) -> Result<Halves> {
    let module = parse(bound)?;
    let plan = plan(linked, &module)?;
    let (late, shared) = late(parse(bound)?, &plan)?;
    let first = first(module, &plan, &shared)?;
    Ok(Halves { first, late })
}

fn parse(bytes: &[u8]) -> Result<Module> {
    ModuleConfig::new()
        .parse(bytes)
        .map_err(|error| anyhow!("the bound module cannot be read: {error:#}"))
}

/// `crate::late::function`, without anything around it.
fn is_door(name: &str) -> bool {
    let name = format!("{:#}", rustc_demangle::demangle(name));
    let parts: Vec<&str> = name.split("::").collect();
    matches!(parts[..], [_, "late", _]) && !name.contains(['<', '{', ' '])
}

fn plan(linked: &Linked, module: &Module) -> Result<Plan> {
    let doors: HashSet<Node> = linked
        .names()
        .filter(|name| is_door(name))
        .flat_map(|name| linked.functions(name))
        .collect();
    if doors.is_empty() {
        bail!("the module has no function of a module named `late`");
    }
    let asks = |name: &str| ASKS.iter().any(|part| name.contains(part));
    if linked.names().any(asks) {
        bail!("{ASKS:?} are linked, so {NEVER:?} may be called");
    }
    let never: HashSet<Node> = NEVER
        .iter()
        .flat_map(|name| linked.functions(name))
        .collect();
    let outside = doors.union(&never).copied().collect();
    let first = linked.reach(&roots(linked, module), &outside);
    let behind: HashSet<Node> = linked
        .reach(&doors, &never)
        .difference(&first)
        .copied()
        .collect();
    let side = |function: &walrus::Function| {
        if matches!(function.kind, FunctionKind::Import(_)) {
            return Some(Side::First);
        }
        let nodes: Vec<Node> = known(linked, function).collect();
        if nodes.iter().any(|node| first.contains(node)) {
            Some(Side::First)
        } else if nodes.iter().any(|node| behind.contains(node)) {
            Some(Side::Late)
        } else {
            (!nodes.is_empty()).then_some(Side::Nowhere)
        }
    };
    let mut plan = Plan {
        sides: by_callers(module, module.funcs.iter().map(side).collect())?,
        data: joined(
            linked.addresses(|node| behind.contains(node)),
            &linked.addresses(|node| first.contains(node)),
        ),
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
fn by_callers(module: &Module, mut sides: Vec<Option<Side>>) -> Result<Vec<Side>> {
    let positions = positions(module);
    let held = slots(module, function_table(module)?)?;
    for id in exported(module).chain(held.into_iter().map(|(_, id)| id)) {
        sides[positions[&id]].get_or_insert(Side::First);
    }
    for side in [Side::First, Side::Late] {
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

/// Ranges of the second module's data, close ones as one where nothing of the first lies between.
fn joined(ranges: Vec<Range<u32>>, first: &[Range<u32>]) -> Vec<Range<u32>> {
    let is_free = |gap: Range<u32>| {
        let at = first.partition_point(|other| other.end <= gap.start);
        first.get(at).is_none_or(|other| other.start >= gap.end)
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

/// A slot for each function of the second module that the first calls: the one
/// it has in the table, or a new one at the end.
fn give_slots(plan: &mut Plan, module: &Module) -> Result<()> {
    let table = function_table(module)?;
    plan.table = module.tables.get(table).initial as u32;
    let positions = positions(module);
    for (slot, id) in slots(module, table)? {
        let at = positions[&id];
        if plan.sides[at] == Side::Late {
            plan.slots.entry(at).or_insert(slot);
        }
    }
    for (at, function) in module.funcs.iter().enumerate() {
        let FunctionKind::Local(local) = &function.kind else {
            continue;
        };
        if plan.sides[at] != Side::First {
            continue;
        }
        let mut called: Vec<usize> = calls(local).iter().map(|id| positions[id]).collect();
        called.sort_unstable();
        for at in called {
            if plan.sides[at] == Side::Late && !plan.slots.contains_key(&at) {
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

/// The second module, and what it takes of the first: functions by position,
/// with the names under which it does.
fn late(mut module: Module, plan: &Plan) -> Result<(Vec<u8>, Vec<Share>)> {
    let table = function_table(&module)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let held = slots(&module, table)?;
    module.start = None;
    let exports: Vec<_> = module.exports.iter().map(walrus::Export::id).collect();
    exports.into_iter().for_each(|id| module.exports.delete(id));
    let mut shares = Vec::new();
    take_functions(&mut module, plan, &ids, &mut shares);
    take_data(&mut module, plan, &mut shares)?;
    take_tables(&mut module, plan, &mut shares);
    take_globals(&mut module, &mut shares);
    fill_slots(&mut module, plan, &ids, &held);
    passes::gc::run(&mut module);
    let used: HashSet<&str> = module
        .imports
        .iter()
        .filter(|import| import.module == FIRST)
        .map(|import| import.name.as_str())
        .collect();
    shares.retain(|share| used.contains(share.name.as_str()));
    Ok((module.emit_wasm(), shares))
}

/// Something of the first module that the second takes.
struct Share {
    name: String,
    what: Shared,
}

/// What it is, by its place in the first module.
#[derive(Clone, Copy)]
enum Shared {
    Function(usize),
    Global(usize),
    Table(usize),
    Memory(usize),
}

impl Share {
    fn add(shares: &mut Vec<Share>, what: Shared) -> String {
        let name = short(shares.len());
        shares.push(Share {
            name: name.clone(),
            what,
        });
        name
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

fn take_functions(module: &mut Module, plan: &Plan, ids: &[FunctionId], shares: &mut Vec<Share>) {
    for (at, id) in ids.iter().enumerate() {
        let function = module.funcs.get(*id);
        if plan.sides[at] == Side::Late || plan.small[at] {
            continue;
        }
        let ty = function.ty();
        let name = Share::add(shares, Shared::Function(at));
        let import = module.imports.add(FIRST, &name, *id);
        module.funcs.get_mut(*id).kind = FunctionKind::Import(ImportedFunction { import, ty });
    }
}

fn take_data(module: &mut Module, plan: &Plan, shares: &mut Vec<Share>) -> Result<()> {
    let memory = module.get_memory_id().context("the module has no memory")?;
    let contents: Vec<Vec<u8>> = plan
        .data
        .iter()
        .map(|range| content(module, range))
        .collect::<Result<_>>()?;
    let old: Vec<_> = module.data.iter().map(walrus::Data::id).collect();
    old.into_iter().for_each(|id| module.data.delete(id));
    module.memories.get_mut(memory).data_segments.clear();
    for (range, content) in plan.data.iter().zip(contents) {
        let kind = DataKind::Active {
            memory,
            offset: ConstExpr::Value(Value::I32(range.start as i32)),
        };
        let id = module.data.add(kind, content);
        module.memories.get_mut(memory).data_segments.insert(id);
    }
    let name = Share::add(shares, Shared::Memory(0));
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

fn take_tables(module: &mut Module, plan: &Plan, shares: &mut Vec<Share>) {
    let elements: Vec<_> = module.elements.iter().map(walrus::Element::id).collect();
    elements
        .into_iter()
        .for_each(|id| module.elements.delete(id));
    let functions = function_table(module).ok();
    let ids: Vec<TableId> = module.tables.iter().map(walrus::Table::id).collect();
    for (at, id) in ids.into_iter().enumerate() {
        let name = Share::add(shares, Shared::Table(at));
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

fn take_globals(module: &mut Module, shares: &mut Vec<Share>) {
    let ids: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    for (at, id) in ids.into_iter().enumerate() {
        if matches!(module.globals.get(id).kind, GlobalKind::Import(_)) {
            continue;
        }
        let name = Share::add(shares, Shared::Global(at));
        let import = module.imports.add(FIRST, &name, id);
        module.globals.get_mut(id).kind = GlobalKind::Import(import);
    }
}

/// Segments for the slots of the second module's functions.
fn fill_slots(module: &mut Module, plan: &Plan, ids: &[FunctionId], held: &[(u32, FunctionId)]) {
    let Ok(table) = function_table(module) else {
        return;
    };
    let positions = positions(module);
    let mut filled: Vec<(u32, FunctionId)> = held
        .iter()
        .filter(|(_, id)| plan.sides[positions[id]] == Side::Late)
        .copied()
        .collect();
    let known: HashSet<u32> = filled.iter().map(|(slot, _)| *slot).collect();
    let new = plan.slots.iter().map(|(at, slot)| (*slot, ids[*at]));
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

/// The first module: calls into the second go through the table, its data is
/// blank, and what the second takes is exported.
fn first(mut module: Module, plan: &Plan, shares: &[Share]) -> Result<Vec<u8>> {
    let table = function_table(&module)?;
    let ids: Vec<FunctionId> = module.funcs.iter().map(walrus::Function::id).collect();
    let positions = positions(&module);
    let globals: Vec<_> = module.globals.iter().map(walrus::Global::id).collect();
    let tables: Vec<_> = module.tables.iter().map(walrus::Table::id).collect();
    let memories: Vec<_> = module.memories.iter().map(walrus::Memory::id).collect();
    for share in shares {
        match share.what {
            Shared::Function(at) => module.exports.add(&share.name, ids[at]),
            Shared::Global(at) => module.exports.add(&share.name, globals[at]),
            Shared::Table(at) => module.exports.add(&share.name, tables[at]),
            Shared::Memory(at) => module.exports.add(&share.name, memories[at]),
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

/// What stands in the first module for a function of the second: a call of its slot.
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
