//! When an interpreter is got ready before anybody runs: the attribute `preload`.
//!
//! Not here: what an element hears, and what getting ready is.

/// The attribute's value.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Preload {
    /// At the first run.
    None,
    /// When a pointer or the focus comes to the editor.
    #[default]
    Intent,
    /// When the editor comes near the part of the page that is seen.
    Visible,
    /// When the editor is placed.
    Eager,
}

/// What has happened to an editor; later ones say more about its reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Moment {
    /// It was placed in the page.
    Placed,
    /// It came near the part of the page that is seen.
    Near,
    /// A pointer or the focus came to it.
    Intent,
}

impl Preload {
    /// By its name in the attribute; anything else is as no attribute.
    pub fn named(name: Option<&str>) -> Self {
        match name {
            Some("none") => Self::None,
            Some("visible") => Self::Visible,
            Some("eager") => Self::Eager,
            _ => Self::Intent,
        }
    }

    /// Whether this is the moment. A reader who saves data is only overruled by
    /// an author who said "eager"; what a moment missed, a later one makes up for.
    pub fn acts_at(self, moment: Moment, saves_data: bool) -> bool {
        let meant = match self {
            Self::None => return false,
            Self::Eager => return true,
            Self::Visible => moment != Moment::Placed,
            Self::Intent => moment == Moment::Intent,
        };
        meant && !saves_data
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Moment::{Intent, Near, Placed};

    fn moments(preload: Preload, saves_data: bool) -> Vec<Moment> {
        let all = [Placed, Near, Intent];
        all.into_iter()
            .filter(|moment| preload.acts_at(*moment, saves_data))
            .collect()
    }

    #[test]
    fn each_acts_from_its_moment_on() {
        assert_eq!(moments(Preload::None, false), []);
        assert_eq!(moments(Preload::Intent, false), [Intent]);
        assert_eq!(moments(Preload::Visible, false), [Near, Intent]);
        assert_eq!(moments(Preload::Eager, false), [Placed, Near, Intent]);
    }

    #[test]
    fn who_saves_data_is_overruled_by_eager_only() {
        assert_eq!(moments(Preload::Intent, true), []);
        assert_eq!(moments(Preload::Visible, true), []);
        assert_eq!(moments(Preload::Eager, true), [Placed, Near, Intent]);
    }

    #[test]
    fn what_is_no_name_counts_as_absent() {
        for name in [None, Some(""), Some("EAGER"), Some("auto"), Some("intent")] {
            assert_eq!(Preload::named(name), Preload::Intent);
        }
        assert_eq!(Preload::named(Some("none")), Preload::None);
    }
}
