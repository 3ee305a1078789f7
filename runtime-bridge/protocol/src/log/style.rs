//! How text looks, as terminals say it: SGR ("select graphic rendition",
//! ECMA-48 8.3.117, with the colours of ISO 8613-6 as xterm has them).
//!
//! Not here: what a colour of the palette looks like; that is a style sheet's.

/// A colour of text or of what is behind it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colour {
    /// That of the page.
    #[default]
    Default,
    /// One of the sixteen that a theme decides: black, red, green, yellow,
    /// blue, magenta, cyan, white, then the same bright.
    Named(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// How a piece of text looks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Style {
    /// The text.
    pub colour: Colour,
    /// Behind the text.
    pub behind: Colour,
    traits: u8,
}

/// What may be on or off; several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub enum Trait {
    /// Heavy letters.
    Bold = 1,
    /// Fainter letters.
    Dim = 2,
    /// Slanted letters.
    Italic = 4,
    /// A line under the text.
    Underline = 8,
    /// Text and what is behind it change their colours.
    Reverse = 16,
    /// A line through the text.
    Strike = 32,
}

impl Style {
    /// Whether nothing was said: the text is the page's own.
    pub fn is_plain(&self) -> bool {
        *self == Style::default()
    }

    /// Whether a trait is on.
    pub fn has(&self, what: Trait) -> bool {
        self.traits & what as u8 != 0
    }

    /// Takes the parameters between `ESC [` and `m`. What is not known changes nothing.
    pub(super) fn select(&mut self, parameters: &str) {
        let mut codes = parameters.split([';', ':']).map(number);
        while let Some(code) = codes.next() {
            match code {
                0 => *self = Style::default(),
                1 => self.turn_on(Trait::Bold),
                2 => self.turn_on(Trait::Dim),
                3 => self.turn_on(Trait::Italic),
                4 | 21 => self.turn_on(Trait::Underline),
                7 => self.turn_on(Trait::Reverse),
                9 => self.turn_on(Trait::Strike),
                22 => self.turn_off(Trait::Bold as u8 | Trait::Dim as u8),
                23 => self.turn_off(Trait::Italic as u8),
                24 => self.turn_off(Trait::Underline as u8),
                27 => self.turn_off(Trait::Reverse as u8),
                29 => self.turn_off(Trait::Strike as u8),
                30..=37 => self.colour = Colour::Named((code - 30) as u8),
                38 => self.colour = longer(&mut codes).unwrap_or(self.colour),
                39 => self.colour = Colour::Default,
                40..=47 => self.behind = Colour::Named((code - 40) as u8),
                48 => self.behind = longer(&mut codes).unwrap_or(self.behind),
                49 => self.behind = Colour::Default,
                90..=97 => self.colour = Colour::Named((code - 82) as u8),
                100..=107 => self.behind = Colour::Named((code - 92) as u8),
                _ => {}
            }
        }
    }

    fn turn_on(&mut self, what: Trait) {
        self.traits |= what as u8;
    }

    fn turn_off(&mut self, traits: u8) {
        self.traits &= !traits;
    }
}

/// A parameter; left out it is 0, and beyond what a code can be it is none.
fn number(text: &str) -> u32 {
    if text.is_empty() {
        return 0;
    }
    text.parse().unwrap_or(u32::MAX)
}

/// What follows 38 and 48: `5;n` or `2;r;g;b`.
fn longer(codes: &mut impl Iterator<Item = u32>) -> Option<Colour> {
    let mut byte = || u8::try_from(codes.next()?).ok();
    match byte()? {
        5 => Some(indexed(byte()?)),
        2 => Some(Colour::Rgb(byte()?, byte()?, byte()?)),
        _ => None,
    }
}

/// The 256 colours of xterm: the sixteen, a cube of six a side, and 24 greys.
fn indexed(index: u8) -> Colour {
    let level = |step: u8| if step == 0 { 0 } else { 55 + 40 * step };
    match index {
        0..=15 => Colour::Named(index),
        16..=231 => {
            let place = index - 16;
            Colour::Rgb(level(place / 36), level(place / 6 % 6), level(place % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            Colour::Rgb(grey, grey, grey)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn after(parameters: &str) -> Style {
        let mut style = Style::default();
        style.select(parameters);
        style
    }

    #[test]
    fn colours_of_every_kind() {
        assert_eq!(after("31").colour, Colour::Named(1));
        assert_eq!(after("97").colour, Colour::Named(15));
        assert_eq!(after("44").behind, Colour::Named(4));
        assert_eq!(after("100").behind, Colour::Named(8));
        assert_eq!(after("38;5;9").colour, Colour::Named(9));
        assert_eq!(after("38;5;196").colour, Colour::Rgb(255, 0, 0));
        assert_eq!(after("48;5;244").behind, Colour::Rgb(128, 128, 128));
        assert_eq!(after("38;2;1;2;3").colour, Colour::Rgb(1, 2, 3));
        assert_eq!(after("31;39").colour, Colour::Default);
    }

    #[test]
    fn traits_come_and_go() {
        let style = after("1;3;4;9");
        assert!(
            [Trait::Bold, Trait::Italic, Trait::Underline, Trait::Strike]
                .iter()
                .all(|one| style.has(*one))
        );
        assert!(!after("1;2;22").has(Trait::Bold));
        assert!(after("7").has(Trait::Reverse));
        assert!(after("1;31;0").is_plain());
        assert!(after("1;31;").is_plain(), "no parameter is a zero");
    }

    #[test]
    fn what_is_not_known_changes_nothing() {
        for parameters in ["38;5", "38;2;1", "38;5;300", "38;9;1", "58", "99999999999"] {
            assert_eq!(after(parameters).colour, Colour::Default, "{parameters}");
        }
        assert_eq!(after("5;31").colour, Colour::Named(1));
    }
}
