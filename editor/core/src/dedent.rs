//! What the text between an element's tags means as code.
//!
//! HTML is indented along with its page, so the code inside it is too. The rule
//! is PyScript's: the white space that begins the first line with content is
//! taken from every line that begins with it.

use crate::eol::to_lf;

/// The element's text as code: line breaks as `\n`, dedented, without the
/// blank lines at its start and end (so without a line break at the end).
pub fn dedent(text: &str) -> String {
    let text = to_lf(text);
    let lines: Vec<&str> = text.split('\n').collect();
    let has_content = |line: &&str| !line.trim().is_empty();
    let Some(first) = lines.iter().position(has_content) else {
        return String::new();
    };
    let last = lines.iter().rposition(has_content).unwrap_or(first);
    let blanks = lines[first].len() - lines[first].trim_start().len();
    let margin = &lines[first][..blanks];
    let mut code = String::with_capacity(text.len());
    for (at, line) in lines[first..=last].iter().enumerate() {
        if at > 0 {
            code.push('\n');
        }
        code.push_str(line.strip_prefix(margin).unwrap_or(line));
    }
    code
}
