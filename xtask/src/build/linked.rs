//! What needs what in a module as the linker leaves it: functions call
//! functions, take their addresses, and read data; data holds addresses of
//! both. The linker's relocations say so exactly, where the finished code only
//! has numbers.
//!
//! Not here: what is done with the answer (`split`).

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use anyhow::{Context, Result, bail};
use wasmparser::{
    KnownCustom, Linking, Name, NameSectionReader, Operator, Parser, Payload, RelocationEntry,
    RelocationType, SymbolInfo, TypeRef,
};

/// A linked module with its relocations, as a graph.
#[derive(Default)]
pub struct Linked {
    /// The name of each function, by index.
    names: HashMap<u32, String>,
    /// The functions of each name: C has several of one name.
    by_name: HashMap<String, Vec<u32>>,
    pieces: Vec<Piece>,
    needs: HashMap<Node, HashSet<Node>>,
    /// What is needed from a place that no symbol covers.
    always: HashSet<Node>,
}

/// A function by its index, or a piece of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Node {
    /// A function.
    Function(u32),
    /// Data; a place in `Linked::pieces`.
    Data(usize),
}

/// Data that only makes sense as a whole: symbols that overlap are one.
struct Piece {
    /// Where it lies in the file.
    file: Range<usize>,
    /// Where it will lie in memory.
    memory: Range<u32>,
}

/// Where things lie in the file, and what the relocations call them.
#[derive(Default)]
struct Layout<'a> {
    imported: u32,
    bodies: Vec<Range<usize>>,
    code_start: usize,
    data_start: usize,
    /// Each segment's place in the file and its address in memory.
    segments: Vec<(usize, u32)>,
    symbols: Vec<SymbolInfo<'a>>,
    relocations: Vec<(Section, RelocationEntry)>,
}

#[derive(Clone, Copy)]
enum Section {
    Code,
    Data,
}

impl Linked {
    /// Reads a module that was linked with `--emit-relocs`.
    pub fn parse(module: &[u8]) -> Result<Linked> {
        let mut linked = Linked::default();
        let mut layout = Layout::default();
        for payload in Parser::new(0).parse_all(module) {
            linked.take(payload?, &mut layout)?;
        }
        if layout.symbols.is_empty() || layout.relocations.is_empty() {
            bail!("the module was linked without --emit-relocs");
        }
        for (index, name) in &linked.names {
            linked.by_name.entry(name.clone()).or_default().push(*index);
        }
        linked.pieces = pieces(&layout);
        linked.relate(&layout)?;
        Ok(linked)
    }

    /// The functions of this name.
    pub fn functions(&self, name: &str) -> impl Iterator<Item = Node> {
        let found = self.by_name.get(name);
        found.into_iter().flatten().copied().map(Node::Function)
    }

    /// All names of functions.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.by_name.keys().map(String::as_str)
    }

    /// What `roots` need, themselves included; what only doors need, and the
    /// doors themselves, are left out.
    pub fn reach(&self, roots: &HashSet<Node>, doors: &HashSet<Node>) -> HashSet<Node> {
        let mut found: HashSet<Node> = HashSet::new();
        let mut next: Vec<Node> = roots.iter().chain(&self.always).copied().collect();
        while let Some(node) = next.pop() {
            if doors.contains(&node) || !found.insert(node) {
                continue;
            }
            next.extend(self.needs.get(&node).into_iter().flatten());
        }
        found
    }

    /// The addresses of the data that is `wanted`, in order.
    pub fn addresses(&self, wanted: impl Fn(&Node) -> bool) -> Vec<Range<u32>> {
        let pieces = self.pieces.iter().enumerate();
        let wanted = pieces.filter(|(at, _)| wanted(&Node::Data(*at)));
        wanted.map(|(_, piece)| piece.memory.clone()).collect()
    }

    fn take<'a>(&mut self, payload: Payload<'a>, layout: &mut Layout<'a>) -> Result<()> {
        match payload {
            Payload::ImportSection(imports) => {
                for import in imports.into_imports() {
                    layout.imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionStart { range, .. } => layout.code_start = range.start,
            Payload::CodeSectionEntry(body) => {
                let from = Node::Function(layout.imported + layout.bodies.len() as u32);
                layout.bodies.push(body.range());
                for operator in body.get_operators_reader()? {
                    if let Operator::Call { function_index }
                    | Operator::ReturnCall { function_index }
                    | Operator::RefFunc { function_index } = operator?
                    {
                        let to = Node::Function(function_index);
                        self.needs.entry(from).or_default().insert(to);
                    }
                }
            }
            Payload::DataSection(data) => {
                layout.data_start = data.range().start;
                for segment in data {
                    let segment = segment?;
                    let start = segment.range.end - segment.data.len();
                    layout.segments.push((start, address(&segment)?));
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Name(names) => self.take_names(names)?,
                KnownCustom::Linking(linking) => {
                    for part in linking.subsections() {
                        if let Linking::SymbolTable(symbols) = part? {
                            layout.symbols = symbols.into_iter().collect::<Result<_, _>>()?;
                        }
                    }
                }
                KnownCustom::Reloc(relocations) => {
                    let place = match section.name() {
                        "reloc.CODE" => Section::Code,
                        "reloc.DATA" => Section::Data,
                        _ => return Ok(()),
                    };
                    for entry in relocations.entries() {
                        layout.relocations.push((place, entry?));
                    }
                }
                _ => {}
            },
            _ => {}
        }
        Ok(())
    }

    fn take_names(&mut self, names: NameSectionReader) -> Result<()> {
        for part in names {
            if let Name::Function(functions) = part? {
                for function in functions {
                    let function = function?;
                    self.names.insert(function.index, function.name.to_owned());
                }
            }
        }
        Ok(())
    }

    /// Each relocation is a need: of what it lies in, for what it names.
    fn relate(&mut self, layout: &Layout) -> Result<()> {
        for (section, entry) in &layout.relocations {
            let Some(to) = self.target(layout, entry)? else {
                continue;
            };
            let offset = entry.offset as usize;
            let from = match section {
                Section::Code => function_at(layout, layout.code_start + offset),
                Section::Data => self.data_at(layout.data_start + offset).map(Node::Data),
            };
            match from {
                Some(from) => self.needs.entry(from).or_default().insert(to),
                None => self.always.insert(to),
            };
        }
        Ok(())
    }

    fn target(&self, layout: &Layout, entry: &RelocationEntry) -> Result<Option<Node>> {
        use RelocationType as Type;
        if matches!(
            entry.ty,
            Type::TypeIndexLeb
                | Type::SectionOffsetI32
                | Type::FunctionOffsetI32
                | Type::GlobalIndexLeb
                | Type::TableNumberLeb
        ) {
            return Ok(None);
        }
        let symbol = layout.symbols.get(entry.index as usize);
        Ok(match symbol.context("a relocation names no symbol")? {
            SymbolInfo::Func { index, .. } => Some(Node::Function(*index)),
            SymbolInfo::Data { symbol, .. } => symbol.and_then(|symbol| {
                let (file, _) = layout.segments.get(symbol.index as usize)?;
                self.data_at(file + symbol.offset as usize).map(Node::Data)
            }),
            _ => None,
        })
    }

    fn data_at(&self, file: usize) -> Option<usize> {
        let at = self.pieces.partition_point(|piece| piece.file.end <= file);
        let piece = self.pieces.get(at)?;
        piece.file.contains(&file).then_some(at)
    }
}

/// The module without what the linker added for others: the binding generator
/// would pass it on, and it would be wrong by then.
pub fn without_relocations(module: &[u8]) -> Result<Vec<u8>> {
    const HEAD: usize = 8;
    let mut kept = module.get(..HEAD).context("no module")?.to_vec();
    let mut end = HEAD;
    for payload in Parser::new(0).parse_all(module) {
        let payload = payload?;
        let Some((_, range)) = payload.as_section() else {
            continue;
        };
        let whole = end..range.end;
        end = range.end;
        let is_note = matches!(&payload, Payload::CustomSection(section)
            if section.name() == "linking" || section.name().starts_with("reloc."));
        if !is_note {
            kept.extend_from_slice(&module[whole]);
        }
    }
    Ok(kept)
}

fn address(segment: &wasmparser::Data) -> Result<u32> {
    let wasmparser::DataKind::Active { offset_expr, .. } = &segment.kind else {
        bail!("a data segment without an address");
    };
    match offset_expr.get_operators_reader().read()? {
        Operator::I32Const { value } => Ok(value as u32),
        _ => bail!("a data segment whose address is not a number"),
    }
}

fn function_at(layout: &Layout, file: usize) -> Option<Node> {
    let at = layout.bodies.partition_point(|body| body.end <= file);
    let body = layout.bodies.get(at)?;
    body.contains(&file)
        .then(|| Node::Function(layout.imported + at as u32))
}

/// The data symbols in the order of the file, those that overlap as one.
fn pieces(layout: &Layout) -> Vec<Piece> {
    let mut pieces: Vec<Piece> = layout
        .symbols
        .iter()
        .filter_map(|symbol| match symbol {
            SymbolInfo::Data {
                symbol: Some(symbol),
                ..
            } => Some(symbol),
            _ => None,
        })
        .filter(|symbol| symbol.size > 0)
        .filter_map(|symbol| {
            let (file, address) = layout.segments.get(symbol.index as usize)?;
            let from = file + symbol.offset as usize;
            let at = address + symbol.offset;
            Some(Piece {
                file: from..from + symbol.size as usize,
                memory: at..at + symbol.size,
            })
        })
        .collect();
    pieces.sort_by_key(|piece| (piece.file.start, piece.file.end));
    let mut whole: Vec<Piece> = Vec::new();
    for piece in pieces {
        match whole.last_mut() {
            Some(last) if piece.file.start < last.file.end => {
                last.file.end = last.file.end.max(piece.file.end);
                last.memory.end = last.memory.end.max(piece.memory.end);
            }
            _ => whole.push(piece),
        }
    }
    whole
}
