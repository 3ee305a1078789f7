//! Python 3 as far as colours need it: a tenth of the tables of a full grammar.
//!
//! It takes every program that Python takes, and more: what is only a matter of
//! order or of meaning is not told apart. The ways in which it is smaller:
//! - All infix operators have one rank, words such as `if`, `for` and `in`
//!   among them: so comprehensions, conditions, guards and the heads of `for`
//!   and `with` are expressions. The same holds for what `case` matches.
//! - What is assigned to, a type and a value are all expressions.
//! - A clause such as `else` is a statement of its own.
//! - Lists in brackets have one kind of item: an element, a pair, a slice, or a
//!   named argument.
//! - Words and operators that stand in the same places are one token.
//! - Names and constants are told apart by their text, elsewhere.
//!
//! A part that may be left out doubles the states behind it, so optional parts
//! are rules that go on to the end of the whole. Words of the language, blanks
//! and the scanner's tokens are those of the crate tree-sitter-python.

use serde_json::{Value, json};

use crate::notation::*;

/// Rules that are taken over as they are.
const TAKEN: [&str; 7] = [
    "ellipsis",
    "identifier",
    "escape_sequence",
    "_not_escape_sequence",
    "type_conversion",
    "comment",
    "line_continuation",
];

/// Words that are never names, beside those in `keyword` and its like.
const RESERVED: [&str; 16] = [
    "'if", "'else", "'for", "'except", "'in", "'is", "'from", "'as", "'not", "'async", "'await",
    "'lambda", "'yield", "'def", "'class", "'import",
];

/// The grammar as the generator reads it; `words` is the full one.
pub fn python(words: &Value) -> Value {
    let rules = [
        statements(),
        definitions(),
        expressions(),
        strings(words),
        tokens(words),
    ];
    let rules: serde_json::Map<String, Value> = rules
        .into_iter()
        .flatten()
        .map(|(name, part)| (name.to_owned(), part.0))
        .collect();
    let groups = ["keyword", "block_keyword", "operator_keyword"];
    let reserved: Vec<Value> = RESERVED
        .into_iter()
        .chain(groups)
        .map(|word| Part::from(word).0)
        .collect();
    json!({
        "name": "python",
        "word": words["word"],
        "extras": words["extras"],
        "externals": words["externals"],
        "precedences": [],
        "inline": [],
        "supertypes": [],
        // `match` is a name until its colon is seen.
        "conflicts": [["match_statement", "_name"]],
        "reserved": {"global": reserved},
        "rules": rules,
    })
}

type Rules = Vec<(&'static str, Part)>;

fn statements() -> Rules {
    vec![
        ("module", many("_statement")),
        (
            "_statement",
            any!["_simple_statements", "_compound_statement"],
        ),
        (
            "_simple_statements",
            seq![
                "_simple_statement",
                many(seq!["';", "_simple_statement"]),
                maybe("';"),
                "_newline",
            ],
        ),
        (
            "_simple_statement",
            any![
                "expression_statement",
                "jump_statement",
                "import_statement",
                "type_alias_statement",
            ],
        ),
        (
            "expression_statement",
            seq![
                "_expressions",
                maybe(seq!["':", "type"]),
                many(seq![any!["'=", "assignment_operator"], "_expressions"]),
            ],
        ),
        ("jump_statement", seq!["keyword", maybe("_expressions")]),
        (
            "import_statement",
            seq![
                any!["'import", "'from"],
                some(any![
                    "identifier",
                    "'.",
                    "',",
                    "'as",
                    "'*",
                    "'import",
                    "_import_list",
                ]),
            ],
        ),
        (
            "_import_list",
            seq!["'(", many(any!["identifier", "',", "'as"]), "')"],
        ),
        (
            "type_alias_statement",
            seq!["'type", named("type", "_type_name"), "'=", "type"],
        ),
        ("_type_name", seq!["identifier", maybe("list")]),
        (
            "_compound_statement",
            any![
                "async_statement",
                "block_statement",
                "match_statement",
                "function_definition",
                "class_definition",
                "decorator",
            ],
        ),
        (
            "async_statement",
            seq!["'async", any!["block_statement", "function_definition"]],
        ),
        (
            "block_statement",
            seq![
                any!["'if", "'else", "'for", "'except", "block_keyword"],
                any![seq!["_expressions", "_block"], "_block"],
            ],
        ),
        (
            "match_statement",
            seq![
                "'match",
                "_expressions",
                "':",
                any![seq!["_indent", many("case_clause"), "_dedent"], "_newline",],
            ],
        ),
        ("case_clause", seq!["'case", "_expressions", "_block"]),
        ("_block", seq!["':", "_suite"]),
        (
            "_suite",
            any![
                "_simple_statements",
                seq!["_indent", many("_statement"), "_dedent"],
                "_newline",
            ],
        ),
    ]
}

fn definitions() -> Rules {
    vec![
        ("decorator", seq!["'@", "_expression", "_newline"]),
        (
            "function_definition",
            seq!["'def", field("name", "identifier"), "_signature"],
        ),
        (
            "_signature",
            any![
                seq![named("type", "list"), "_parameters_and_block"],
                "_parameters_and_block",
            ],
        ),
        ("_parameters_and_block", seq!["parameters", "_returns"]),
        ("_returns", any![seq!["'->", "type", "_block"], "_block"]),
        (
            "class_definition",
            seq!["'class", field("name", "identifier"), "_class_rest"],
        ),
        (
            "_class_rest",
            any![seq![named("type", "list"), "_bases"], "_bases"],
        ),
        ("_bases", any![seq!["argument_list", "_block"], "_block"]),
        ("parameters", seq!["'(", maybe(commas("_parameter")), "')"]),
        (
            "_parameter",
            any![
                "'/",
                "_star",
                seq!["_star", "_one_parameter"],
                "_one_parameter"
            ],
        ),
        (
            "_one_parameter",
            any![
                "identifier",
                seq!["identifier", "default"],
                seq!["identifier", "':", "type"],
                seq!["identifier", "':", "type", "default"],
            ],
        ),
        ("lambda_parameters", commas("_lambda_parameter")),
        (
            "_lambda_parameter",
            any![
                "'/",
                "_star",
                seq!["_star", "_plain_parameter"],
                "_plain_parameter",
            ],
        ),
        (
            "_plain_parameter",
            any!["identifier", seq!["identifier", "default"]],
        ),
        ("_star", any!["'*", "'**"]),
        ("default", seq!["'=", "_expression"]),
        ("type", "_expression".into()),
    ]
}

fn expressions() -> Rules {
    vec![
        ("_expressions", commas("_expression")),
        ("_expression", any!["_primary", "operation"]),
        (
            "operation",
            any![
                rank_left(1, seq!["_expression", "_infix", "_expression"]),
                rank(2, seq!["_prefix", "_expression"]),
                seq!["'lambda", maybe("lambda_parameters"), "':", "_expression"],
                rank_right(0, seq!["'yield", maybe("_yielded")]),
            ],
        ),
        ("_yielded", seq![maybe("'from"), "_expression"]),
        (
            "_infix",
            any![
                "operator",
                "operator_keyword",
                "'/",
                "'*",
                "'**",
                "'+",
                "'-",
                "'@",
                "'if",
                "'else",
                "'in",
                "'from",
                "'as",
                "'is",
                named("operator_keyword", "_two_words"),
                "'for",
                seq!["'async", "'for"],
            ],
        ),
        // What follows `is` is rather part of it than an operator of its own.
        (
            "_two_words",
            any![seq!["'not", "'in"], rank(1, seq!["'is", "'not"])],
        ),
        // `in` stands behind a comma as well: `for one, in pairs`.
        (
            "_prefix",
            any!["'*", "'**", "'+", "'-", "'~", "'not", "'await", "'in"],
        ),
        (
            "_primary",
            any![
                "_name",
                "number",
                "ellipsis",
                some("string"),
                "attribute",
                "call",
                "subscript",
                "parentheses",
                "list",
                "dictionary",
            ],
        ),
        (
            "_name",
            any!["identifier", named("identifier", any!["'type", "'match"])],
        ),
        (
            "attribute",
            seq!["_primary", "'.", field("attribute", "identifier")],
        ),
        ("call", seq![field("function", "_primary"), "argument_list"]),
        ("subscript", seq!["_primary", "list"]),
        ("argument_list", seq!["'(", "_to_parenthesis"]),
        ("parentheses", seq!["'(", "_to_parenthesis"]),
        ("_to_parenthesis", any![seq!["_items", "')"], "')"]),
        ("list", seq!["'[", any![seq!["_items", "']"], "']"]]),
        ("dictionary", seq!["'{", any![seq!["_items", "'}"], "'}"]]),
        ("_items", commas("_item")),
        (
            "_item",
            any![
                "_expression",
                seq!["_expression", "_parts"],
                "_parts",
                "keyword_argument",
            ],
        ),
        ("_parts", some(seq!["':", maybe("_expression")])),
        (
            "keyword_argument",
            seq![field("name", "_name"), "'=", "_expression"],
        ),
    ]
}

fn strings(words: &Value) -> Rules {
    let literal = words["rules"]["format_specifier"]["members"][1]["content"]["members"][0].clone();
    vec![
        (
            "string",
            seq![
                "string_start",
                many(any![
                    "interpolation",
                    "escape_interpolation",
                    "escape_sequence",
                    "_not_escape_sequence",
                    "_string_content",
                ]),
                "string_end",
            ],
        ),
        ("interpolation", seq!["'{", "_expressions", "_shown"]),
        ("_shown", any![seq!["'=", "_converted"], "_converted"]),
        (
            "_converted",
            any![seq!["type_conversion", "_formatted"], "_formatted"],
        ),
        ("_formatted", any![seq!["format_specifier", "'}"], "'}"]),
        (
            "format_specifier",
            seq!["':", many(any![Part(literal), "interpolation"])],
        ),
    ]
}

fn tokens(words: &Value) -> Rules {
    let words = &words["rules"];
    let taken = TAKEN.map(|name| (name, Part(words[name].clone())));
    let ours = vec![
        (
            "keyword",
            token(&[
                "assert", "break", "continue", "del", "global", "nonlocal", "pass", "raise",
                "return",
            ]),
        ),
        (
            "block_keyword",
            token(&["elif", "finally", "try", "while", "with"]),
        ),
        ("operator_keyword", token(&["and", "or"])),
        (
            "operator",
            token(&[
                "<", "<=", "==", "!=", ">=", ">", "|", "&", "^", "<<", ">>", "//", "%", ":=",
            ]),
        ),
        (
            "assignment_operator",
            token(&[
                "+=", "-=", "*=", "/=", "@=", "//=", "%=", "**=", ">>=", "<<=", "&=", "^=", "|=",
            ]),
        ),
        ("number", joined(&[&words["integer"], &words["float"]])),
    ];
    ours.into_iter().chain(taken).collect()
}
