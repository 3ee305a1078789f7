//! Which lines are in view, as arithmetic: no element is measured here.
//!
//! Every line has the same height: a document of which only a window is drawn does not wrap.

use std::ops::Range;

/// Documents of up to this many lines are drawn whole, so that the browser's
/// own find, print and reading tools see all of them.
pub const WHOLE: usize = 2_000;

/// The scrolled box and what is in it. Heights in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// Height of one line; must be above zero to scroll.
    pub line_height: f64,
    /// Height of the box that scrolls.
    pub height: f64,
    /// Lines in the document.
    pub lines: usize,
    /// Lines drawn beyond each end of what is seen.
    pub overscan: usize,
}

impl Viewport {
    /// The lines to draw when scrolled down by `top` pixels.
    pub fn window(&self, top: f64) -> Range<usize> {
        if self.lines <= WHOLE {
            return 0..self.lines;
        }
        let seen = self.seen(top);
        seen.start.saturating_sub(self.overscan)..(seen.end + self.overscan).min(self.lines)
    }

    /// The lines of which at least a part is seen.
    pub fn seen(&self, top: f64) -> Range<usize> {
        if self.line_height <= 0.0 {
            return 0..0;
        }
        // Casts saturate: a negative overshoot of the scroll position is 0.
        let start = ((top / self.line_height).floor() as usize).min(self.lines);
        let end = ((top + self.height) / self.line_height).ceil() as usize;
        start..end.clamp(start, self.lines)
    }

    /// How far Page Down goes: a screen less one line of context, at least one.
    pub fn page_lines(&self) -> usize {
        if self.line_height <= 0.0 {
            return 1;
        }
        ((self.height / self.line_height).floor() as usize)
            .saturating_sub(1)
            .max(1)
    }

    /// Distance of a line's upper edge from the start of the text.
    pub fn top_of(&self, line: usize) -> f64 {
        line as f64 * self.line_height
    }

    /// Height of the whole text.
    pub fn total_height(&self) -> f64 {
        self.top_of(self.lines)
    }

    /// The scroll position nearest to `top` that shows `line` whole; `None`
    /// when it is shown already.
    pub fn reveal(&self, line: usize, top: f64) -> Option<f64> {
        let upper = self.top_of(line);
        let lowest = (upper + self.line_height - self.height).min(upper);
        if upper < top {
            Some(upper)
        } else if lowest > top {
            Some(lowest)
        } else {
            None
        }
    }
}
