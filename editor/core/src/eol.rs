//! One kind of line break: the document knows only `\n`; whatever comes in is
//! brought to that here.

use std::borrow::Cow;

/// `\r\n` and `\r` become `\n`; text without them is not copied.
pub fn to_lf(text: &str) -> Cow<'_, str> {
    // Of a character, the standard library would look for its bytes as for a text.
    if !text.as_bytes().contains(&b'\r') {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len());
    let mut after_cr = false;
    for c in text.chars() {
        match c {
            '\r' => out.push('\n'),
            '\n' if after_cr => {}
            _ => out.push(c),
        }
        after_cr = c == '\r';
    }
    Cow::Owned(out)
}
