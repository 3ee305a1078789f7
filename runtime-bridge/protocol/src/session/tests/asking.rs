//! Programs that read: every odd order of questions, answers, stops and ends.

use super::*;
use crate::notice::NOBODY_ANSWERS;

/// Two editors that share an environment; the code of the first one runs.
fn running() -> Stage {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage
}

#[test]
fn a_question_goes_to_the_editor_whose_code_runs_and_its_answer_to_the_worker() {
    let mut stage = running();
    stage.check(
        [asks(1)],
        expect![[r#"
            1: state waiting
            1: input of 1"#]],
    );
    stage.check(
        [answered(1, "Ada")],
        expect![[r#"
            1: state running
            answer Line("Ada")"#]],
    );
    stage.check(
        [from(1, FromWorker::Input { hidden: true })],
        expect![[r#"
            1: state waiting
            1: input of 1, hidden"#]],
    );
    stage.check(
        [Event::Answered(MemberId(1), Answer::End)],
        expect![[r#"
            1: state running
            answer End"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
            1: state ready
            1: done 1 ok 50 ms, Kept"#]],
    );
}

#[test]
fn an_answer_without_a_question_is_dropped() {
    let mut stage = running();
    stage.check([answered(1, "early")], expect![""]);
    stage.after([asks(1), answered(1, "Ada")]);
    stage.check([answered(1, "twice")], expect![""]);
    stage.after([ended(1, 1)]);
    stage.check([answered(1, "late")], expect![""]);
    stage.check([answered(9, "by nobody")], expect![""]);
}

#[test]
fn only_the_editor_that_was_asked_answers() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check([answered(2, "mine")], expect![""]);
    stage.check(
        [answered(1, "Ada")],
        expect![[r#"
            1: state running
            answer Line("Ada")"#]],
    );
}

#[test]
fn a_question_that_is_asked_twice_has_one_answer() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check([asks(1)], expect!["1: input of 1"]);
    stage.check(
        [answered(1, "Ada")],
        expect![[r#"
            1: state running
            answer Line("Ada")"#]],
    );
    stage.check([answered(1, "Ada")], expect![""]);
}

#[test]
fn who_waits_is_busy_and_others_queue_behind() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check([run("again")], expect!["1: busy with 1"]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
            2: accepted 2 of r5
            2: state queued
            2: waits for 1"#]],
    );
    assert_eq!(stage.session.rests_since_ms(), None);
}

#[test]
fn a_stop_while_a_program_waits() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check(
        [stop(1)],
        expect![[r#"
            1: state stopping
            interrupt
            post interrupt 1
            alarm Grace(RunId(1)) after 1000 ms
            answer Interrupted"#]],
    );
    stage.check([answered(1, "late")], expect![""]);
    // In a `finally`, say.
    stage.check([asks(1)], expect!["answer Interrupted"]);
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 50 ms, Kept"#]],
    );
}

#[test]
fn an_editor_that_leaves_others_while_its_program_waits() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms
        answer Interrupted
        1: state stopped
        1: done 1 stopped 20 ms, Lost"#]],
    );
    stage.check([asks(1)], expect!["answer Interrupted"]);
    stage.check([gave_way(1)], expect![[r#""#]]);
}

#[test]
fn a_limit_does_not_count_the_time_in_which_a_person_thinks() {
    let mut stage = stage();
    let limited = Event::RunRequested {
        member: MemberId(1),
        code: "1".into(),
        revision: 5,
        before: None,
        timeout_ms: Some(50.0),
        shows_last: false,
    };
    let over = Event::Alarm(Alarm::Timeout(RunId(1)));
    stage.after([limited, Event::Loaded, booted(1), asks(1)]);
    stage.check([over.clone()], expect![""]);
    stage.now_ms += 1_000.0;
    stage.check(
        [answered(1, "Ada")],
        expect![[r#"
        1: state running
        answer Line("Ada")
        alarm Timeout(RunId(1)) after 40 ms"#]],
    );
    stage.check([over.clone()], expect![""]);
    stage.now_ms += 50.0;
    stage.check(
        [over],
        expect![[r#"
        1: state stopping
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms"#]],
    );
}

#[test]
fn an_editor_that_leaves_while_its_program_waits() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), asks(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
            terminate
            1: state stopped
            1: done 1 stopped 20 ms, Lost"#]],
    );
    stage.check([answered(1, "late")], expect![""]);
}

#[test]
fn a_worker_that_dies_while_its_program_waits() {
    let mut stage = running();
    stage.after([asks(1)]);
    stage.check(
        [fatal(FatalKind::Crash, "unreachable", None)],
        expect![[r#"
            terminate
            1: state failed
            1: done 1 error 20 ms, Lost: Pyodide broke down: unreachable. Its variables are gone. Press Run for a fresh interpreter.
            2: state failed
            2: Failed: the variables of “shop” are gone."#]],
    );
    stage.check([answered(1, "late")], expect![""]);
}

#[test]
fn a_question_of_an_old_worker_is_dropped() {
    let mut stage = running();
    stage.after([
        fatal(FatalKind::Crash, "unreachable", None),
        run("2"),
        booted(2),
    ]);
    stage.check([asks(1)], expect![""]);
    stage.check([answered(1, "x")], expect![""]);
}

#[test]
fn set_up_code_reads_the_end_of_input_at_once() {
    let mut stage = stage();
    stage.after([setup(1, "input()"), run("1"), Event::Loaded, booted(1)]);
    let said = stage.after([asks(1)]);
    assert_eq!(said, format!("1: remark {NOBODY_ANSWERS}\nanswer End"));
    stage.check([answered(1, "x")], expect![""]);
}

#[test]
fn what_goes_on_after_a_run_reads_the_end_of_input_at_once() {
    let mut stage = running();
    stage.after([ended(1, 1)]);
    let said = stage.after([asks(1)]);
    assert_eq!(said, format!("1: remark {NOBODY_ANSWERS}\nanswer End"));
    stage.after([left(1)]);
    stage.check([asks(1)], expect!["answer End"]);
}

#[test]
fn environments_wait_apart() {
    let (mut one, mut other) = (running(), running());
    one.after([asks(1)]);
    other.after([asks(1)]);
    other.after([answered(1, "second")]);
    assert_eq!(one.session.state(MemberId(1)), RunState::Waiting);
    assert_eq!(other.session.state(MemberId(1)), RunState::Running);
}

/// What a worker can do by itself, and what people can.
#[derive(Clone, Debug)]
enum Step {
    Asks,
    Ends,
    Dies,
    Click(Box<Event>),
}

fn click(event: Event) -> Step {
    Step::Click(Box::new(event))
}

fn any_step() -> impl Strategy<Value = Step> {
    let member = 1..3u32;
    prop_oneof![
        4 => Just(Step::Asks),
        2 => Just(Step::Ends),
        1 => Just(Step::Dies),
        3 => member.clone().prop_map(|member| click(run_in(member, "x"))),
        3 => member.clone().prop_map(|member| click(answered(member, "x"))),
        1 => member.clone().prop_map(|member| click(stop(member))),
        1 => member.prop_map(|member| click(left(member))),
    ]
}

/// A worker that does one thing at a time, as real ones do.
#[derive(Default)]
struct Model {
    generation: u32,
    runs: Vec<RunId>,
    stands_still: bool,
}

impl Model {
    /// What the worker does of itself; nothing while it stands still.
    fn does(&mut self, step: Step) -> Option<Event> {
        match step {
            Step::Click(event) => Some(*event),
            Step::Dies => Some(fatal_of(self.generation)),
            _ if self.stands_still || self.generation == 0 => None,
            Step::Asks => {
                self.stands_still = true;
                Some(asks(self.generation))
            }
            Step::Ends => {
                let run = self.runs.pop()?;
                Some(ended(self.generation, run.0))
            }
        }
    }

    fn sees(&mut self, effect: &Effect) -> Option<Event> {
        match effect {
            Effect::Load => return Some(Event::Loaded),
            Effect::Spawn(generation) => self.generation = generation.0,
            Effect::Post(ToWorker::Boot, _) => return Some(booted(self.generation)),
            Effect::Post(ToWorker::Run { run, .. }, _) => self.runs.push(*run),
            Effect::Answer(_) => {
                assert!(self.stands_still, "an answer that nobody asked for");
                self.stands_still = false;
            }
            Effect::Terminate => *self = Model::default(),
            _ => {}
        }
        None
    }
}

fn fatal_of(generation: u32) -> Event {
    let fatal = Fatal {
        kind: FatalKind::Crash,
        message: "unreachable".into(),
        file: None,
        status: None,
    };
    from(generation, FromWorker::Fatal(fatal))
}

proptest! {
    /// A worker stands still only while an editor shows that it waits.
    #[test]
    fn no_worker_stands_still_unseen(steps in prop::collection::vec(any_step(), 0..60)) {
        let mut stage = pair();
        let mut model = Model::default();
        for step in steps {
            let mut events: VecDeque<Event> = model.does(step).into_iter().collect();
            while let Some(event) = events.pop_front() {
                let effects = stage.send(event);
                events.extend(effects.iter().filter_map(|effect| model.sees(effect)));
            }
            let waits = (1..3).any(|member| stage.session.state(MemberId(member)) == RunState::Waiting);
            prop_assert_eq!(model.stands_still, waits);
        }
    }
}
