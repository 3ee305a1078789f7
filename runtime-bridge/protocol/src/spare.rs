//! The spare interpreter: one of a kind waits booted, so that the next editor
//! answers at once.
//!
//! It costs memory that nobody has asked for. So there is one at most, of a kind
//! that was used or is about to be, on a page and a device that can afford it,
//! and it goes before anything of a reader's goes. One that dies is not made again.
//!
//! Not here: how a worker becomes an editor's, and when a page is idle.

use crate::message::Access;

/// Devices with so little memory, in gibibytes, have none: a Pyodide that waits is some 40 MB.
const SMALL_GIB: f64 = 2.0;

/// What the page and the device say about spares.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Conditions {
    /// The author wants none.
    pub is_off: bool,
    /// The reader wants to save data.
    pub saves_data: bool,
    /// Memory of the device; none where the browser does not say.
    pub device_gib: Option<f64>,
}

impl Conditions {
    /// Whether there may be spares at all.
    pub fn allow(&self) -> bool {
        let is_small = self.device_gib.is_some_and(|gib| gib <= SMALL_GIB);
        !self.is_off && !self.saves_data && !is_small
    }
}

/// What goes on in the page, as far as spares care.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// Runs under way, or waiting.
    pub runs: usize,
    /// Interpreters that rest.
    pub resting: usize,
    /// Interpreters that may rest ([`crate::idle::most`]).
    pub most: usize,
}

/// One kind's spare.
#[derive(Debug, Default)]
pub struct Spare {
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    #[default]
    Unwanted,
    /// It is made when the page is idle.
    Wanted(Access),
    Here(Access),
    /// One died: none is made any more.
    Failed,
}

impl Spare {
    /// A run with this access to the page has ended, or is likely to be asked for.
    pub fn want(&mut self, page: Access) {
        if let Stage::Unwanted | Stage::Wanted(_) = self.stage {
            self.stage = Stage::Wanted(page);
        }
    }

    /// Whether one is to be made when the page is next idle.
    pub fn is_wanted(&self) -> bool {
        matches!(self.stage, Stage::Wanted(_))
    }

    /// The page is idle: what to make now, which then is here. Where others still
    /// run, the end of the last one asks again.
    pub fn make(&mut self, load: Load) -> Option<Access> {
        let Stage::Wanted(page) = self.stage else {
            return None;
        };
        if load.runs > 0 {
            return None;
        }
        if load.resting >= load.most {
            self.stage = Stage::Unwanted;
            return None;
        }
        self.stage = Stage::Here(page);
        Some(page)
    }

    /// Whether an environment with this access may have it, which takes it.
    pub fn adopt(&mut self, page: Access) -> bool {
        let fits = self.stage == Stage::Here(page);
        if fits {
            self.stage = Stage::Unwanted;
        }
        fits
    }

    /// Whether it is to go: memory is wanted for what readers have.
    pub fn yields(&mut self, load: Load) -> bool {
        let goes = matches!(self.stage, Stage::Here(_)) && load.resting >= load.most;
        if goes {
            self.stage = Stage::Unwanted;
        }
        goes
    }

    /// It did not come about, by no fault of its own.
    pub fn lost(&mut self) {
        self.stage = Stage::Unwanted;
    }

    /// It could not be made, or died.
    pub fn failed(&mut self) {
        self.stage = Stage::Failed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const QUIET: Load = Load {
        runs: 0,
        resting: 1,
        most: 8,
    };

    fn conditions() -> Conditions {
        Conditions {
            is_off: false,
            saves_data: false,
            device_gib: None,
        }
    }

    fn made() -> Spare {
        let mut spare = Spare::default();
        spare.want(Access::Full);
        assert_eq!(spare.make(QUIET), Some(Access::Full));
        spare
    }

    #[test]
    fn the_author_the_reader_and_the_device_may_say_no() {
        let gib = |device_gib| Conditions {
            device_gib,
            ..conditions()
        };
        assert!(conditions().allow());
        assert!(gib(Some(4.0)).allow());
        assert!(!gib(Some(2.0)).allow());
        assert!(!gib(Some(0.5)).allow());
        let is_off = true;
        assert!(
            !Conditions {
                is_off,
                ..conditions()
            }
            .allow()
        );
        let saves_data = true;
        assert!(
            !Conditions {
                saves_data,
                ..conditions()
            }
            .allow()
        );
    }

    #[test]
    fn there_is_none_before_somebody_wants_it_and_one_at_most() {
        let mut spare = Spare::default();
        assert_eq!(spare.make(QUIET), None);
        let mut spare = made();
        spare.want(Access::Full);
        assert!(!spare.is_wanted());
        assert_eq!(spare.make(QUIET), None);
    }

    #[test]
    fn it_waits_until_nothing_runs() {
        let mut spare = Spare::default();
        spare.want(Access::Full);
        assert_eq!(spare.make(Load { runs: 1, ..QUIET }), None);
        assert!(spare.is_wanted());
        assert_eq!(spare.make(QUIET), Some(Access::Full));
    }

    #[test]
    fn it_is_taken_once_and_by_who_may_reach_as_much_of_the_page() {
        let mut spare = made();
        assert!(!spare.adopt(Access::None));
        assert!(spare.adopt(Access::Full));
        assert!(!spare.adopt(Access::Full));
        spare.want(Access::Full);
        assert_eq!(
            spare.make(QUIET),
            Some(Access::Full),
            "then the next is made"
        );
    }

    #[test]
    fn it_is_the_first_to_go_when_memory_is_wanted() {
        let full = Load {
            resting: 8,
            ..QUIET
        };
        let mut spare = made();
        assert!(!spare.yields(QUIET));
        assert!(spare.yields(full));
        assert!(!spare.yields(full));
        spare.want(Access::Full);
        assert_eq!(spare.make(full), None);
    }

    #[test]
    fn one_whose_files_did_not_come_may_be_made_later() {
        let mut spare = made();
        spare.lost();
        assert!(!spare.adopt(Access::Full));
        spare.want(Access::Full);
        assert_eq!(spare.make(QUIET), Some(Access::Full));
    }

    #[test]
    fn one_that_dies_is_simply_not_there() {
        let mut spare = made();
        spare.failed();
        assert!(!spare.adopt(Access::Full));
        spare.want(Access::Full);
        assert_eq!(spare.make(QUIET), None);
    }
}
