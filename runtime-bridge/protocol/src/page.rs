//! When the page says `py:all-done`.
//!
//! First when everything that starts by itself has ended, at once where there
//! is none; then again whenever the last run of the page ends. A count, kept
//! here so that every order of beginnings and ends is a native test.
//!
//! Not here: the event itself, and what starts by itself.

/// What set a run off.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The page: it was announced with [`PageRuns::expect`].
    ByItself,
    /// A person or a script, at any time.
    ByReader,
}

/// Whether `py:all-done` is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum AllDone {
    /// Dispatch it now, once.
    Tell,
    /// Not yet.
    Wait,
}

/// The runs of one page.
#[derive(Debug, Default)]
pub struct PageRuns {
    /// Announced to start by itself and not ended yet.
    expected: u32,
    /// Begun and not ended yet, whoever started them.
    running: u32,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Stage {
    /// The document may still announce more.
    #[default]
    Gathering,
    /// All that starts by itself is known.
    Known,
    /// The first event has been given.
    Told,
}

impl PageRuns {
    /// Something on the page will start by itself.
    pub fn expect(&mut self) {
        self.expected += 1;
    }

    /// All that starts by itself has been announced.
    pub fn opened(&mut self) -> AllDone {
        if self.stage != Stage::Gathering {
            return AllDone::Wait;
        }
        self.stage = Stage::Known;
        self.first()
    }

    /// A run has been accepted.
    pub fn started(&mut self) {
        self.running += 1;
    }

    /// A run that was [`started`](Self::started) has ended, in whatever way.
    pub fn ended(&mut self, start: Start) -> AllDone {
        self.running = self.running.saturating_sub(1);
        if start == Start::ByItself {
            self.expected = self.expected.saturating_sub(1);
        }
        match self.stage {
            Stage::Gathering => AllDone::Wait,
            Stage::Known => self.first(),
            Stage::Told if self.running == 0 => AllDone::Tell,
            Stage::Told => AllDone::Wait,
        }
    }

    /// Runs under way, and those that wait.
    pub fn running(&self) -> usize {
        self.running as usize
    }

    /// Something announced will not start after all (it was removed, or is broken).
    pub fn withdrawn(&mut self) -> AllDone {
        self.expected = self.expected.saturating_sub(1);
        match self.stage {
            Stage::Known => self.first(),
            Stage::Gathering | Stage::Told => AllDone::Wait,
        }
    }

    fn first(&mut self) -> AllDone {
        if self.expected > 0 {
            return AllDone::Wait;
        }
        self.stage = Stage::Told;
        AllDone::Tell
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_page_where_nothing_starts_by_itself_is_done_at_once_and_only_once() {
        let mut page = PageRuns::default();
        assert_eq!(page.opened(), AllDone::Tell);
        assert_eq!(page.opened(), AllDone::Wait);
    }

    #[test]
    fn the_first_waits_for_all_that_starts_by_itself() {
        let mut page = PageRuns::default();
        page.expect();
        page.expect();
        page.started();
        assert_eq!(
            page.ended(Start::ByItself),
            AllDone::Wait,
            "the document is still read"
        );
        assert_eq!(page.opened(), AllDone::Wait);
        page.started();
        assert_eq!(page.ended(Start::ByItself), AllDone::Tell);
    }

    #[test]
    fn one_that_is_removed_before_it_started_does_not_hold_the_page() {
        let mut page = PageRuns::default();
        page.expect();
        assert_eq!(page.opened(), AllDone::Wait);
        assert_eq!(page.withdrawn(), AllDone::Tell);
    }

    #[test]
    fn a_reader_does_not_delay_the_first() {
        let mut page = PageRuns::default();
        page.expect();
        page.opened();
        page.started();
        page.started();
        assert_eq!(page.ended(Start::ByItself), AllDone::Tell);
        assert_eq!(page.ended(Start::ByReader), AllDone::Tell);
    }

    #[test]
    fn then_each_time_the_last_run_ends() {
        let mut page = PageRuns::default();
        page.opened();
        page.started();
        page.started();
        assert_eq!(page.ended(Start::ByReader), AllDone::Wait);
        assert_eq!(page.ended(Start::ByReader), AllDone::Tell);
        page.started();
        assert_eq!(page.ended(Start::ByReader), AllDone::Tell);
    }
}
