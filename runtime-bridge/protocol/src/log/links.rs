//! Addresses of the web in a text. Only `http` and `https` are found: no other
//! scheme may become a link in what a program wrote.

/// A piece of text: an address, or what is between addresses.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Piece<'a> {
    /// Text.
    Text(&'a str),
    /// An address that begins with `http://` or `https://`.
    Link(&'a str),
}

/// The pieces of a text, in order and without gaps; at most `most` are links.
pub fn pieces(text: &str, most: usize) -> Vec<Piece<'_>> {
    let mut pieces = Vec::new();
    let (mut start, mut from, mut links) = (0, 0, 0);
    while links < most {
        let Some(at) = text[from..].find("http").map(|at| from + at) else {
            break;
        };
        let length = address_length(&text[at..]);
        if length == 0 || text[..at].ends_with(|c: char| c.is_ascii_alphanumeric()) {
            from = at + "http".len();
            continue;
        }
        if start < at {
            pieces.push(Piece::Text(&text[start..at]));
        }
        pieces.push(Piece::Link(&text[at..at + length]));
        (start, from, links) = (at + length, at + length, links + 1);
    }
    if start < text.len() {
        pieces.push(Piece::Text(&text[start..]));
    }
    pieces
}

/// Bytes of the address that `text` begins with; 0 where it is none.
fn address_length(text: &str) -> usize {
    let scheme = ["https://", "http://"]
        .into_iter()
        .find(|scheme| text.starts_with(scheme));
    let Some(scheme) = scheme else { return 0 };
    let end = text.find(ends_address).unwrap_or(text.len());
    let address = without_punctuation(&text[..end]);
    if address.len() > scheme.len() {
        address.len()
    } else {
        0
    }
}

/// What no address has in it; characters that change the direction of text would hide where it leads.
fn ends_address(char: char) -> bool {
    char.is_whitespace()
        || char.is_control()
        || matches!(char, '<' | '>' | '"' | '`' | '\\' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{2069}')
}

/// What ends a sentence is not the address's, nor a bracket that was opened before it.
fn without_punctuation(address: &str) -> &str {
    let mut address = address;
    while let Some(last) = address.chars().next_back() {
        let is_more = |open: char| address.matches(last).count() > address.matches(open).count();
        let is_outside = match last {
            '.' | ',' | ';' | ':' | '!' | '?' | '\'' => true,
            ')' => is_more('('),
            ']' => is_more('['),
            '}' => is_more('{'),
            _ => false,
        };
        if !is_outside {
            break;
        }
        address = &address[..address.len() - last.len_utf8()];
    }
    address
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn links(text: &str) -> Vec<&str> {
        let is_link = |piece| match piece {
            Piece::Link(address) => Some(address),
            Piece::Text(_) => None,
        };
        pieces(text, 9).into_iter().filter_map(is_link).collect()
    }

    #[test]
    fn addresses_without_what_is_around_them() {
        assert_eq!(
            links("see http://a.example/x?y=1#z, or (https://b.example)."),
            ["http://a.example/x?y=1#z", "https://b.example"]
        );
        assert_eq!(
            links("https://a.example/w_(x)"),
            ["https://a.example/w_(x)"]
        );
        assert_eq!(
            links("<https://a.example>\"http://b\""),
            ["https://a.example", "http://b"]
        );
    }

    #[test]
    fn nothing_else_is_a_link() {
        for text in [
            "http:",
            "http://",
            "https:// x",
            "javascript:alert(1)",
            "xhttp://a",
            "ftp://a",
            "data:text/html,x",
            "file:///etc",
            "httphttp",
        ] {
            assert_eq!(links(text), [""; 0], "{text}");
        }
        assert_eq!(links("http://a.example/\u{202e}moc"), ["http://a.example/"]);
    }

    #[test]
    fn no_more_than_wanted() {
        assert_eq!(
            pieces("http://a http://b", 1),
            [Piece::Link("http://a"), Piece::Text(" http://b")]
        );
    }

    proptest! {
        /// Nothing is lost, and a link has one of the two schemes.
        #[test]
        fn pieces_are_the_text(text in "([ a.()]|http|s?://|\u{202e}|é){0,20}") {
            let whole: String = pieces(&text, 5).iter().map(|piece| match piece {
                Piece::Text(text) | Piece::Link(text) => *text,
            }).collect();
            prop_assert_eq!(&whole, &text);
            prop_assert!(links(&text).iter().all(|link| link.starts_with("http://") || link.starts_with("https://")));
        }
    }
}
