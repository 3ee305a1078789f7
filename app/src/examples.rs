//! The programs that the playground offers. Each runs in both interpreters.

/// A program with the name that the list shows.
pub struct Example {
    /// Name in the list.
    pub name: &'static str,
    /// The program.
    pub code: &'static str,
}

/// All of them, the first one shown first.
pub const EXAMPLES: [Example; 6] = [
    Example {
        name: "Prime numbers",
        code: include_str!("../examples/primes.py"),
    },
    Example {
        name: "Counting words",
        code: include_str!("../examples/words.py"),
    },
    Example {
        name: "Things that take time",
        code: include_str!("../examples/waiting.py"),
    },
    Example {
        name: "A program that asks",
        code: include_str!("../examples/guess.py"),
    },
    Example {
        name: "A program with a mistake",
        code: include_str!("../examples/mistake.py"),
    },
    Example {
        name: "Endless, until you stop it",
        code: include_str!("../examples/endless.py"),
    },
];
