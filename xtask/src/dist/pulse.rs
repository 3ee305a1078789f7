//! MicroPython's module with a pulse: a call of ours every so many jumps of a
//! program, by which it can be interrupted.
//!
//! Its virtual machine looks at each jump whether something is pending, and
//! calls nothing else in `while True: pass`. Right before that look a counter
//! goes down, and at zero the imported `pulse` is called, which gives the next
//! count. The place is found by what the exported `mp_sched_keyboard_interrupt`
//! writes: only the machine reads that on its way. What it does with something
//! pending is exported too, for calls that wait inside of C. All else is as it came.
//!
//! Not here: what the worker does at a pulse (`runtime-bridge/js/pulse.js`).

use anyhow::{Context, Result, anyhow};
use walrus::ir::{
    BinaryOp, Call, Const, Instr, InstrSeqId, LoadKind, UnaryOp, Value, Visitor, dfs_in_order,
};
use walrus::{
    ConstExpr, ElementItems, ElementKind, FunctionId, FunctionKind, ImportKind, LocalFunction,
    Module, ModuleConfig, ValType,
};

/// By this name the worker gives `pulse`.
const IMPORTS: &str = "py-editor";
/// By this name it finds what raises what is pending.
const CHECK: &str = "py_editor_check";

/// Puts the pulse in.
pub fn with_pulse(wasm: &[u8]) -> Result<Vec<u8>> {
    let mut config = ModuleConfig::new();
    config.generate_producers_section(false);
    let mut module = config
        .parse(wasm)
        .map_err(|error| anyhow!("MicroPython's module cannot be read: {error:#}"))?;
    let look = find(&module).context("MicroPython's module has changed: see xtask's pulse.rs")?;
    module.exports.add(CHECK, look.check);
    insert(&mut module, &look);
    Ok(module.emit_wasm())
}

/// Where the virtual machine looks whether something is pending.
struct Look {
    machine: FunctionId,
    sequence: InstrSeqId,
    at: usize,
    /// What it calls when something is.
    check: FunctionId,
}

fn find(module: &Module) -> Result<Look> {
    let interrupt = module
        .exports
        .get_func("mp_sched_keyboard_interrupt")
        .map_err(|error| anyhow!("{error:#}"))?;
    let written = looks(local(module, interrupt).context("it is imported")?);
    let [(_, _, address)] = written[..] else {
        return Err(anyhow!("it writes elsewhere"));
    };
    let (machine, function) = module
        .funcs
        .iter_local()
        .max_by_key(|(_, function)| function.size())
        .context("there are no functions")?;
    let found: Vec<_> = looks(function)
        .into_iter()
        .filter(|look| look.2 == address)
        .collect();
    let [(sequence, at, _)] = found[..] else {
        return Err(anyhow!("the machine looks {} times", found.len()));
    };
    let check = check(module, function, sequence, at)?;
    Ok(Look {
        machine,
        sequence,
        at,
        check,
    })
}

fn local(module: &Module, id: FunctionId) -> Option<&LocalFunction> {
    match &module.funcs.get(id).kind {
        FunctionKind::Local(function) => Some(function),
        FunctionKind::Import(_) | FunctionKind::Uninitialized(_) => None,
    }
}

/// Each load of 16 bits from a constant address: sequence, place of the address, address.
fn looks(function: &LocalFunction) -> Vec<(InstrSeqId, usize, u64)> {
    struct Sequences(Vec<InstrSeqId>);
    impl<'a> Visitor<'a> for Sequences {
        fn start_instr_seq(&mut self, sequence: &'a walrus::ir::InstrSeq) {
            self.0.push(sequence.id());
        }
    }
    let mut sequences = Sequences(Vec::new());
    dfs_in_order(&mut sequences, function, function.entry_block());
    let mut found = Vec::new();
    for sequence in sequences.0 {
        let instructions = &function.block(sequence).instrs;
        for (at, pair) in instructions.windows(2).enumerate() {
            if let [(Instr::Const(base), _), (Instr::Load(load), _)] = pair
                && let (Value::I32(base), LoadKind::I32_16 { .. }) = (base.value, load.kind)
            {
                found.push((sequence, at, base as u64 + load.arg.offset));
            }
        }
    }
    found
}

/// Behind the look: `invoke_vi(check, 1)`, by its place in the table.
fn check(
    module: &Module,
    function: &LocalFunction,
    sequence: InstrSeqId,
    at: usize,
) -> Result<FunctionId> {
    let behind = &function.block(sequence).instrs[at..];
    let place = behind
        .windows(3)
        .find_map(|three| match three {
            [
                (
                    Instr::Const(Const {
                        value: Value::I32(place),
                    }),
                    _,
                ),
                (Instr::Const(_), _),
                (Instr::Call(Call { func }), _),
            ] if is_invoke(module, *func) => Some(*place as usize),
            _ => None,
        })
        .context("the machine does not call what is pending")?;
    let in_table = module.elements.iter().find_map(|element| {
        let ElementKind::Active {
            offset: ConstExpr::Value(Value::I32(from)),
            ..
        } = element.kind
        else {
            return None;
        };
        match &element.items {
            ElementItems::Functions(functions) => {
                functions.get(place.checked_sub(from as usize)?).copied()
            }
            ElementItems::Expressions(..) => None,
        }
    });
    in_table.context("the table has no such function")
}

fn is_invoke(module: &Module, function: FunctionId) -> bool {
    let FunctionKind::Import(import) = &module.funcs.get(function).kind else {
        return false;
    };
    let import = module.imports.get(import.import);
    matches!(import.kind, ImportKind::Function(_)) && import.name == "invoke_vi"
}

fn insert(module: &mut Module, look: &Look) {
    let kind = module.types.add(&[], &[ValType::I32]);
    let (pulse, _) = module.add_import_func(IMPORTS, "pulse", kind);
    let first = ConstExpr::Value(Value::I32(1));
    let left = module.globals.add_local(ValType::I32, true, false, first);
    let FunctionKind::Local(machine) = &mut module.funcs.get_mut(look.machine).kind else {
        unreachable!("only local functions were looked at");
    };
    let at = look.at;
    machine
        .builder_mut()
        .instr_seq(look.sequence)
        .global_get_at(at, left)
        .const_at(at + 1, Value::I32(1))
        .binop_at(at + 2, BinaryOp::I32Sub)
        .global_set_at(at + 3, left)
        .global_get_at(at + 4, left)
        .unop_at(at + 5, UnaryOp::I32Eqz)
        .if_else_at(
            at + 6,
            None,
            |over| {
                over.call(pulse).global_set(left);
            },
            |_| {},
        );
}
