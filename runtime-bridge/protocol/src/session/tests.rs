//! Every odd order of clicks, loads and messages that two impatient people can cause.

mod asking;
mod checking;
mod inspecting;
mod preparing;

use super::*;
use crate::message::{Fatal, FatalKind, FileEntry};
use crate::output::Stream;
use expect_test::{Expect, expect};
use proptest::prelude::*;

/// A session and a clock that ticks ten milliseconds an event.
struct Stage {
    session: Session,
    now_ms: f64,
}

fn stage() -> Stage {
    let source = Source {
        interpreter: Interpreter::Pyodide,
        name: Some("shop".into()),
        entry: "https://example.org/pyodide.mjs".into(),
        worker: "https://example.org/worker.js".into(),
        base: "https://example.org/".into(),
        page: Access::Full,
    };
    let mut stage = Stage {
        session: Session::new(source),
        now_ms: 0.0,
    };
    stage.session.handle(joined(1), 0.0);
    stage
}

/// Two editors, `1` and `2`, that share an environment.
fn pair() -> Stage {
    let mut stage = stage();
    stage.session.handle(joined(2), 0.0);
    stage
}

fn joined(member: u32) -> Event {
    joined_with(member, Claim::default())
}

fn joined_with(member: u32, claim: Claim) -> Event {
    Event::Joined {
        member: MemberId(member),
        claim,
    }
}

fn configured(text: &str) -> Claim {
    Claim {
        config: Some(text.into()),
        ..Claim::default()
    }
}

impl Stage {
    fn send(&mut self, event: Event) -> Vec<Effect> {
        self.now_ms += 10.0;
        self.session.handle(event, self.now_ms)
    }

    /// What the last of `events` gives, one effect a line.
    fn after(&mut self, events: impl IntoIterator<Item = Event>) -> String {
        let last = events
            .into_iter()
            .map(|event| self.send(event))
            .last()
            .unwrap_or_default();
        last.iter().map(told).collect::<Vec<_>>().join("\n")
    }

    fn check(&mut self, events: impl IntoIterator<Item = Event>, expected: Expect) {
        expected.assert_eq(&self.after(events));
    }
}

fn told(effect: &Effect) -> String {
    match effect {
        Effect::Configure(reading, text) => format!("configure {} {text}", reading.0),
        Effect::Load => "load".into(),
        Effect::Abandon => "abandon".into(),
        Effect::Refetch => "refetch".into(),
        Effect::Forget => "forget".into(),
        Effect::ForgetMemory => "forget memory".into(),
        Effect::SpawnChosen(generation) => format!("spawn chosen {}", generation.0),
        Effect::Spawn(generation) => format!("spawn {}", generation.0),
        Effect::Terminate => "terminate".into(),
        Effect::Answer(answer) => format!("answer {answer:?}"),
        Effect::Post(message, beside) => match beside {
            Beside::Nothing | Beside::Signal => posted(message),
            Beside::Plan(reading) => format!("{} with plan {}", posted(message), reading.0),
            Beside::Files => format!("{} with files", posted(message)),
        },
        Effect::Interrupt => "interrupt".into(),
        Effect::Alarm(alarm, after_ms) => format!("alarm {alarm:?} after {after_ms} ms"),
        Effect::Notify(member, notice) => format!("{}: {}", member.0, noticed(notice)),
    }
}

/// An interpreter that has run something and rests.
fn resting() -> Stage {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage
}

fn posted(message: &ToWorker) -> String {
    match message {
        ToWorker::Prepare { entry, .. } => {
            format!("post prepare {}", crate::config::file_name(entry))
        }
        ToWorker::Warm => "post warm".into(),
        ToWorker::Boot => "post boot".into(),
        ToWorker::Run {
            run,
            file,
            code,
            before,
            hidden,
            last,
        } => {
            let before = before.iter().map(|before| format!(" after {before}"));
            let hidden = if *hidden { " hidden" } else { "" };
            let last = last.map(|at| format!(" shown from {at}"));
            format!(
                "post {} {file}: {code}{}{hidden}{}",
                run.0,
                before.collect::<String>(),
                last.unwrap_or_default()
            )
        }
        ToWorker::Interrupt { run } => format!("post interrupt {}", run.0),
        ToWorker::Put { path, url } => format!("post put {path} of {url}"),
        ToWorker::Take { path } => format!("post take {path}"),
        ToWorker::Inspect {
            inspect,
            what,
            name,
        } => format!("post inspect {inspect}: {} of {name}", what.name()),
        ToWorker::Check { check, code } => format!("post check {check}: {code}"),
    }
}

fn noticed(notice: &Notice) -> String {
    match notice {
        Notice::State(state) => format!("state {}", state.name()),
        Notice::Accepted { run, revision } => format!("accepted {} of r{revision}", run.0),
        Notice::Busy { run } => format!("busy with {}", run.0),
        Notice::Waiting { ahead } => format!("waits for {ahead}"),
        Notice::Lost { loss, environment } => loss.text(environment.as_deref()),
        Notice::Refused(refusal) => format!("refused: {}", refusal.reason),
        Notice::Progress(progress) => format!("{:?} {}", progress.phase, progress.loaded_bytes),
        Notice::Stalled(stall) => format!("stalled: {}", stall.text()),
        Notice::Ready { run } => format!("ready {}", run.0),
        Notice::Output(chunks) => format!("output {:?}", chunks[0].text),
        Notice::Display(display) => format!("display {:?}", display.bundle),
        Notice::Remark(text) => format!("remark {text}"),
        Notice::Background { alive } => format!("background {alive}"),
        Notice::Files(files) => {
            let names: Vec<&str> = files.iter().map(|file| file.path.as_str()).collect();
            format!("files [{}]", names.join(" "))
        }
        Notice::Taken { path, url } => format!("taken {path}: {url:?}"),
        Notice::Input { run, hidden } => {
            format!(
                "input of {}{}",
                run.0,
                if *hidden { ", hidden" } else { "" }
            )
        }
        Notice::Inspected { ticket, text } => format!("inspected {ticket}: {text:?}"),
        Notice::Checked { revision, problem } => format!("checked r{revision}: {problem:?}"),
        Notice::Pointed { mark, message } => format!("pointed at {}: {message}", mark.line),
        Notice::Done(report) => done(report),
    }
}

fn done(report: &Report) -> String {
    let Report {
        run,
        outcome,
        duration_ms,
        variables,
        ..
    } = report;
    let failure = report
        .failure
        .as_ref()
        .map(|failure| format!(": {}", failure.text()))
        .unwrap_or_default();
    format!(
        "done {} {} {duration_ms} ms, {variables:?}{failure}",
        run.0,
        outcome.name()
    )
}

fn run(code: &str) -> Event {
    run_in(1, code)
}

fn run_in(member: u32, code: &str) -> Event {
    Event::RunRequested {
        member: MemberId(member),
        code: code.into(),
        revision: 5,
        before: None,
        timeout_ms: None,
        shows_last: false,
    }
}

/// The alarm that says that a run should have given way.
fn grace(run: u32) -> Event {
    Event::Alarm(Alarm::Grace(RunId(run)))
}

/// The worker's answer to an interrupt, of its first generation.
fn gave_way(run: u32) -> Event {
    let file = RunId(run).file();
    let text = format!(
        "Traceback (most recent call last):\n  File \"{file}\", line 3, in <module>\nKeyboardInterrupt\n"
    );
    raised(run, "KeyboardInterrupt", &text)
}

fn stop(member: u32) -> Event {
    Event::StopRequested(MemberId(member))
}

fn asks(generation: u32) -> Event {
    from(generation, FromWorker::Input { hidden: false })
}

fn answered(member: u32, line: &str) -> Event {
    Event::Answered(MemberId(member), Answer::Line(line.into()))
}

fn left(member: u32) -> Event {
    Event::Left(MemberId(member))
}

fn setup(number: u32, code: &str) -> Event {
    Event::SetupAdded {
        setup: SetupId(number),
        code: Some(code.into()),
        claim: Claim::default(),
    }
}

fn from(generation: u32, message: FromWorker) -> Event {
    Event::Worker {
        generation: Generation(generation),
        message,
    }
}

fn booted(generation: u32) -> Event {
    from(generation, FromWorker::Booted)
}

fn ended(generation: u32, run: u32) -> Event {
    from(
        generation,
        FromWorker::Done {
            run: RunId(run),
            error: None,
        },
    )
}

fn raised(run: u32, kind: &str, message: &str) -> Event {
    let error = Some(Raised {
        kind: kind.into(),
        message: message.into(),
    });
    from(
        1,
        FromWorker::Done {
            run: RunId(run),
            error,
        },
    )
}

fn wrote(generation: u32, text: &str) -> Event {
    from(
        generation,
        FromWorker::Output(vec![Chunk {
            stream: Stream::Out,
            text: text.into(),
        }]),
    )
}

fn fatal(kind: FatalKind, message: &str, status: Option<u16>) -> Event {
    let file = status.map(|_| "https://example.org/pyodide.asm.mjs".into());
    from(
        1,
        FromWorker::Fatal(Fatal {
            kind,
            message: message.into(),
            file,
            status,
        }),
    )
}

fn missing() -> Event {
    let url = "https://example.org/pyodide.asm.wasm".into();
    Event::LoadFailed(LoadFailure {
        url,
        problem: LoadProblem::Status(404),
    })
}

#[test]
fn the_first_run_loads_and_spawns_at_once_and_runs_when_both_are_there() {
    let mut stage = stage();
    stage.check(
        [run("1")],
        expect![[r#"
            1: accepted 1 of r5
            1: state loading
            spawn 1
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
            post boot with files
            1: Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
            1: state running
            1: ready 1
            post 1 main-1.py: 1"#]],
    );
    stage.check([wrote(1, "hi")], expect![[r#"1: output "hi""#]]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
            1: state ready
            1: done 1 ok 20 ms, Kept"#]],
    );
}

#[test]
fn the_next_run_keeps_the_worker_and_has_a_name_of_its_own() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state running
            1: ready 2
            post 2 main-2.py: 2"#]],
    );
}

#[test]
fn a_run_while_one_is_under_way_is_ignored() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([run("2")], expect!["1: busy with 1"]);
    stage.after([Event::Loaded, booted(1)]);
    stage.check([run("3")], expect!["1: busy with 1"]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
            1: state ready
            1: done 1 ok 20 ms, Kept"#]],
    );
}

#[test]
fn a_stop_interrupts_and_the_variables_stay() {
    let mut stage = stage();
    stage.after([run("while True: pass"), Event::Loaded, booted(1)]);
    stage.check(
        [stop(1)],
        expect![[r#"
        1: state stopping
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms"#]],
    );
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 20 ms, Kept"#]],
    );
    stage.check([grace(1)], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state running
        1: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check([grace(1)], expect![""]);
}

#[test]
fn a_stopped_run_knows_its_line_and_is_no_failure() {
    let mut stage = stage();
    stage.after([run("while True: pass"), Event::Loaded, booted(1), stop(1)]);
    let effects = stage.send(gave_way(1));
    let Some(Effect::Notify(_, Notice::Done(report))) = effects.last() else {
        panic!("the run has ended: {effects:?}");
    };
    assert_eq!(report.failure, None);
    let mark = report.stopped_at.as_ref().and_then(Traceback::marked_line);
    assert_eq!(mark.map(|mark| (mark.run, mark.line)), Some((RunId(1), 3)));
    assert_eq!(
        report.text(),
        "Stopped after 20 ms. The variables are kept."
    );
}

#[test]
fn what_does_not_give_way_in_time_is_ended_with_its_worker() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check(
        [grace(1)],
        expect![[r#"
        terminate
        1: state stopped
        1: done 1 stopped 20 ms, Lost
        2: state stopped
        2: Stopped: the variables of “shop” are gone."#]],
    );
    stage.check([gave_way(1)], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]],
    );
}

#[test]
fn a_second_stop_insists_but_a_double_click_does_not() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check([stop(1)], expect![""]);
    stage.now_ms += 400.0;
    stage.check(
        [stop(1)],
        expect![[r#"
        terminate
        1: state stopped
        1: done 1 stopped 430 ms, Lost"#]],
    );
    stage.check([stop(1)], expect![""]);
    stage.check([grace(1)], expect![""]);
}

#[test]
fn a_program_that_ends_while_it_is_stopped_ends_as_it_did() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 20 ms, Kept"#]],
    );
    stage.after([run("2"), stop(1)]);
    stage.check(
        [raised(2, "ValueError", "ValueError: in finally")],
        expect![[r#"
            1: state ready
            1: done 2 error 20 ms, Kept: ValueError: ValueError: in finally"#]],
    );
    stage.after([run("3")]);
    stage.check(
        [gave_way(3)],
        expect![[r#"
        1: state ready
        1: done 3 error 10 ms, Kept: KeyboardInterrupt"#]],
    );
}

#[test]
fn an_interrupt_of_the_programs_own_is_an_error() {
    let mut stage = stage();
    stage.after([run("raise KeyboardInterrupt"), Event::Loaded, booted(1)]);
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state ready
        1: done 1 error 10 ms, Kept: KeyboardInterrupt"#]],
    );
}

#[test]
fn a_crash_while_it_is_stopped_is_told() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check([fatal(FatalKind::Crash, "unreachable", None)], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 20 ms, Lost: Pyodide broke down: unreachable. Its variables are gone. Press Run for a fresh interpreter."#]]);
    stage.check([grace(1)], expect![""]);
}

#[test]
fn a_run_while_one_is_being_stopped_is_ignored() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check([run("2")], expect!["1: busy with 1"]);
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 30 ms, Kept"#]],
    );
}

#[test]
fn an_interpreter_in_which_a_run_was_stopped_rests() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    assert_eq!(stage.session.rests_since_ms(), None);
    stage.after([gave_way(1)]);
    assert_eq!(stage.session.rests_since_ms(), Some(50.0));
}

#[test]
fn a_timeout_stops_the_code_and_says_so() {
    let mut stage = stage();
    let limited = |code: &str| Event::RunRequested {
        member: MemberId(1),
        code: code.into(),
        revision: 5,
        before: None,
        timeout_ms: Some(2_000.0),
        shows_last: false,
    };
    let over = |run| Event::Alarm(Alarm::Timeout(RunId(run)));
    stage.after([setup(1, "a"), limited("1"), Event::Loaded]);
    // Set-up code is not the reader's.
    stage.check(
        [booted(1)],
        expect![[r#"
        1: Setup 0
        post 1 setup-1.py: a hidden"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1
        alarm Timeout(RunId(1)) after 2000 ms"#]],
    );
    stage.check(
        [over(1)],
        expect![[r#"
        1: state stopping
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms"#]],
    );
    let effects = stage.send(gave_way(1));
    let Some(Effect::Notify(_, Notice::Done(report))) = effects.last() else {
        panic!("the run has ended: {effects:?}");
    };
    assert_eq!(
        report.text(),
        "Stopped after 20 ms: timeout. The variables are kept."
    );
    stage.after([limited("2"), ended(1, 2), run("3")]);
    stage.check([over(2)], expect![""]);
}

#[test]
fn a_timeout_of_a_run_that_is_being_stopped_changes_nothing() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    let over = Event::Alarm(Alarm::Timeout(RunId(1)));
    stage.check([over], expect![""]);
}

#[test]
fn what_a_stopped_worker_still_says_is_dropped() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1), grace(1)]);
    stage.after([run("2")]);
    stage.check([wrote(1, "late")], expect![""]);
    stage.check([booted(1)], expect![""]);
    stage.check([ended(1, 1)], expect![""]);
    let error = Event::WorkerError {
        generation: Generation(1),
        message: "late".into(),
    };
    stage.check([error], expect![""]);
}

#[test]
fn a_stop_while_it_loads_leaves_the_load_for_the_next_run() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check(
        [stop(1)],
        expect![[r#"
            abandon
            terminate
            1: state stopped
            1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check(
        [Event::LoadProgress(Progress {
            phase: Phase::Download,
            file: "a".into(),
            loaded_bytes: 5,
            total_bytes: 9,
        })],
        expect![""],
    );
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
            post boot with files
            1: Start 0"#]],
    );
}

#[test]
fn a_stop_while_the_interpreter_starts() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded]);
    stage.check(
        [stop(1)],
        expect![[r#"
            terminate
            1: state stopped
            1: done 1 stopped 20 ms, Lost"#]],
    );
    stage.check([booted(1)], expect![""]);
}

#[test]
fn a_stop_without_a_run_does_nothing() {
    let mut stage = stage();
    stage.check([stop(1)], expect![""]);
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([stop(1)], expect![""]);
    stage.check([stop(1), stop(1)], expect![""]);
}

#[test]
fn removed_while_running_ends_the_run_and_everything_after_is_ignored() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
            terminate
            1: state stopped
            1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check([ended(1, 1)], expect![""]);
    stage.check([run("2")], expect![""]);
    stage.check([left(1)], expect![""]);
}

#[test]
fn removed_while_it_loads() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check(
        [left(1)],
        expect![[r#"
            abandon
            terminate
            1: state stopped
            1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check([Event::Loaded], expect![""]);
}

#[test]
fn progress_is_told_while_a_run_waits_for_it() {
    let mut stage = stage();
    let progress = Progress {
        phase: Phase::Download,
        file: "a".into(),
        loaded_bytes: 5,
        total_bytes: 9,
    };
    stage.check(
        [run("1"), Event::LoadProgress(progress)],
        expect!["1: Download 5"],
    );
}

#[test]
fn a_file_that_is_missing_fails_the_run_and_the_next_run_asks_again() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([missing()], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 10 ms, Lost: pyodide.asm.wasm could not be loaded from https://example.org/pyodide.asm.wasm: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."#]]);
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
}

#[test]
fn a_load_that_fails_after_a_stop_is_asked_for_again() {
    let mut stage = stage();
    stage.after([run("1"), stop(1)]);
    stage.check([missing()], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
}

#[test]
fn a_script_that_cannot_be_imported_names_its_file_and_the_files_are_not_asked_for_twice() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([fatal(FatalKind::Import, "TypeError: Failed to fetch", Some(404))], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 10 ms, Lost: pyodide.asm.mjs could not be loaded from https://example.org/pyodide.asm.mjs: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."#]]);
    stage.check([Event::Loaded], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
}

#[test]
fn a_script_that_is_there_but_broken_is_told_in_the_browsers_words() {
    let mut stage = stage();
    stage.check([run("1"), fatal(FatalKind::Import, "SyntaxError: Unexpected token '<'", Some(200))], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 10 ms, Lost: pyodide.asm.mjs could not be loaded from https://example.org/pyodide.asm.mjs: the file is damaged or is something else (SyntaxError: Unexpected token '<'). Copy the folder `interpreters` next to py-editor.js once more; press Run to try again."#]]);
}

#[test]
fn a_worker_whose_script_is_missing_fails_the_run() {
    let mut stage = stage();
    let error = Event::WorkerError {
        generation: Generation(1),
        message: String::new(),
    };
    stage.check([run("1"), error], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 10 ms, Lost: worker.js could not be loaded from https://example.org/worker.js: the browser could not start it, so it is missing, damaged or out of reach. Check that worker.js was copied next to py-editor.js and that the network is there; press Run to try again."#]]);
}

#[test]
fn a_crash_ends_the_run_and_the_next_one_starts_a_fresh_interpreter() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check([fatal(FatalKind::Crash, "RangeError: Maximum call stack size exceeded", None)], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 10 ms, Lost: Pyodide ran out of stack and had to end. Its variables are gone. A function probably calls itself too often; press Run for a fresh interpreter."#]]);
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
            1: state running
            1: ready 2
            post 2 main-2.py: 2"#]],
    );
}

#[test]
fn a_crash_between_runs_is_told_as_output() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([fatal(FatalKind::Crash, "RuntimeError: unreachable", None)], expect![[r#"
        1: output "Pyodide broke down: RuntimeError: unreachable. Its variables are gone. Press Run for a fresh interpreter.\n"
        terminate
        1: state failed
        1: Failed: the variables of “shop” are gone."#]]);
}

#[test]
fn output_after_the_end_still_arrives() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([wrote(1, "tick")], expect![[r#"1: output "tick""#]]);
}

#[test]
fn an_exception_keeps_the_interpreter() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    let text = "Traceback (most recent call last):\n  File \"main-1.py\", line 1, in <module>\nNameError: name 'x' is not defined\n";
    stage.check(
        [raised(1, "NameError", text)],
        expect![[r#"
            1: state ready
            1: done 1 error 10 ms, Kept: NameError: name 'x' is not defined"#]],
    );
}

#[test]
fn a_javascript_error_is_told_with_its_name() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [raised(1, "Error", "Error in the thing")],
        expect![[r#"
            1: state ready
            1: done 1 error 10 ms, Kept: Error: Error in the thing"#]],
    );
}

#[test]
fn a_clean_exit_is_a_normal_end() {
    for (last, outcome) in [
        ("SystemExit", Outcome::Ok),
        ("SystemExit: ", Outcome::Ok),
        ("SystemExit: 0", Outcome::Ok),
        ("SystemExit: None", Outcome::Ok),
        ("SystemExit: 3", Outcome::Error),
        ("SystemExit: no such file", Outcome::Error),
    ] {
        let mut stage = stage();
        stage.after([run("1"), Event::Loaded, booted(1)]);
        let text = format!(
            "Traceback (most recent call last):\n  File \"main-1.py\", line 2, in <module>\n{last}\n"
        );
        let effects = stage.send(raised(1, "SystemExit", &text));
        let Some(Effect::Notify(_, Notice::Done(report))) = effects.last() else {
            panic!("the run ends")
        };
        assert_eq!(report.outcome, outcome, "{last}");
    }
}

#[test]
fn the_failure_knows_the_line_of_the_editor() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    let text = "Traceback (most recent call last):\n  File \"main-1.py\", line 7, in <module>\nKeyError: 'b'\n";
    let effects = stage.send(raised(1, "KeyError", text));
    let Some(Effect::Notify(_, Notice::Done(report))) = effects.last() else {
        panic!("the run ends")
    };
    let Some(Failure::Python(traceback)) = &report.failure else {
        panic!("it failed")
    };
    assert_eq!(
        traceback.marked_line().map(|mark| (mark.run, mark.line)),
        Some((RunId(1), 7))
    );
}

/// An environment that nobody has joined.
fn bare() -> Stage {
    let mut stage = stage();
    stage.session = Session::new(stage.session.source);
    stage
}

fn over(text: &str) -> Claim {
    Claim {
        config_rule: ConfigRule::Override,
        ..configured(text)
    }
}

fn read(reading: u32, interpreter: Option<&str>) -> Event {
    Event::Configured {
        reading: Reading(reading),
        interpreter: interpreter.map(str::to_owned),
        warnings: Vec::new(),
    }
}

fn warned(reading: u32) -> Event {
    Event::Configured {
        reading: Reading(reading),
        interpreter: None,
        warnings: vec!["pakages is unknown.".into()],
    }
}

fn unread(reading: u32) -> Event {
    Event::ConfigFailed {
        reading: Reading(reading),
        failure: Failure::Configuration("config: no JSON.".into()),
    }
}

#[test]
fn runs_of_two_editors_queue_in_the_order_of_the_clicks() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 20 ms, Kept
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        2: state ready
        2: done 2 ok 10 ms, Kept"#]],
    );
}

#[test]
fn who_waits_hears_how_many_are_before_it() {
    let mut stage = pair();
    stage.session.handle(joined(3), 0.0);
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    stage.check(
        [run_in(3, "3")],
        expect![[r#"
        3: accepted 3 of r5
        3: state queued
        3: waits for 2"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 30 ms, Kept
        2: state running
        2: ready 2
        post 2 main-2.py: 2
        3: waits for 1"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        2: state ready
        2: done 2 ok 10 ms, Kept
        3: state running
        3: ready 3
        post 3 main-3.py: 3"#]],
    );
}

#[test]
fn a_run_may_be_asked_for_while_the_interpreter_loads_for_another() {
    let mut stage = pair();
    stage.after([run("1")]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        1: Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 10 ms, Kept
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn an_editor_queues_once() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    stage.check([run_in(2, "again")], expect!["2: busy with 2"]);
}

#[test]
fn stopping_a_queued_run_takes_it_out_and_harms_nobody() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    stage.check(
        [stop(2)],
        expect![[r#"
            2: state idle
            2: done 2 stopped 10 ms, Untouched"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 30 ms, Kept"#]],
    );
}

#[test]
fn those_behind_a_withdrawn_run_move_up() {
    let mut stage = pair();
    stage.session.handle(joined(3), 0.0);
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2"), run_in(3, "3")]);
    stage.check(
        [stop(2)],
        expect![[r#"
            2: state idle
            2: done 2 stopped 20 ms, Untouched
            3: waits for 1"#]],
    );
}

#[test]
fn stopping_the_running_one_harms_nobody_and_the_queued_go_on() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2"), stop(1)]);
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 30 ms, Kept
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn ending_the_running_one_tells_all_and_the_queued_go_on_afresh() {
    let mut stage = pair();
    stage.session.handle(joined(3), 0.0);
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2"), stop(1)]);
    stage.check(
        [grace(1)],
        expect![[r#"
            terminate
            1: state stopped
            1: done 1 stopped 30 ms, Lost
            2: Stopped: the variables of “shop” are gone.
            3: state stopped
            3: Stopped: the variables of “shop” are gone.
            2: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check(
        [ended(2, 2)],
        expect![[r#"
        2: state ready
        2: done 2 ok 10 ms, Kept"#]],
    );
}

#[test]
fn an_editor_that_rests_may_not_stop_another() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check([stop(2)], expect![""]);
}

#[test]
fn stopping_a_run_that_only_waits_for_the_interpreter_leaves_it_to_the_next() {
    let mut stage = pair();
    stage.after([run("1"), run_in(2, "2")]);
    stage.check(
        [stop(1)],
        expect![[r#"
            1: state idle
            1: done 1 stopped 20 ms, Untouched
            2: state loading"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn nothing_is_lost_where_nothing_was_up() {
    let mut stage = pair();
    stage.after([run("1")]);
    stage.check(
        [stop(1)],
        expect![[r#"
        abandon
        terminate
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
}

#[test]
fn a_crash_is_told_to_all_and_the_queued_go_on_afresh() {
    let mut stage = pair();
    stage.session.handle(joined(3), 0.0);
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2")]);
    stage.check([fatal(FatalKind::Crash, "unreachable", None)], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 20 ms, Lost: Pyodide broke down: unreachable. Its variables are gone. Press Run for a fresh interpreter.
        2: Failed: the variables of “shop” are gone.
        3: state failed
        3: Failed: the variables of “shop” are gone.
        2: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]]);
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn a_crash_between_runs_is_told_to_all() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([fatal(FatalKind::Crash, "unreachable", None)], expect![[r#"
        1: output "Pyodide broke down: unreachable. Its variables are gone. Press Run for a fresh interpreter.\n"
        terminate
        1: state failed
        1: Failed: the variables of “shop” are gone.
        2: state failed
        2: Failed: the variables of “shop” are gone."#]]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]],
    );
}

#[test]
fn a_missing_file_fails_each_run_that_waits_once() {
    let mut stage = pair();
    stage.after([run("1"), run_in(2, "2")]);
    stage.check([missing()], expect![[r#"
        terminate
        1: state failed
        1: done 1 error 20 ms, Lost: pyodide.asm.wasm could not be loaded from https://example.org/pyodide.asm.wasm: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again.
        2: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]]);
    stage.check([missing()], expect![[r#"
        terminate
        2: state failed
        2: done 2 error 20 ms, Lost: pyodide.asm.wasm could not be loaded from https://example.org/pyodide.asm.wasm: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."#]]);
}

#[test]
fn an_editor_that_is_removed_while_it_runs_leaves_the_others_their_variables() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state queued
        2: waits for 1"#]],
    );
    assert_eq!(stage.session.rests_since_ms(), None);
    stage.check([wrote(1, "late")], expect![""]);
    stage.check(
        [gave_way(1)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check([grace(1)], expect![""]);
}

#[test]
fn an_editor_that_is_removed_while_it_is_stopped_does_not_ask_twice() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 20 ms, Lost"#]],
    );
    stage.check([ended(1, 1)], expect![""]);
    assert_eq!(stage.session.rests_since_ms(), Some(60.0));
}

#[test]
fn the_last_editor_takes_the_worker_with_it_whatever_it_does() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [left(1)],
        expect![[r#"
        terminate
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), left(1)]);
    stage.check([left(2)], expect!["terminate"]);
}

#[test]
fn an_override_ends_what_was_left_behind() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), left(1), run_in(2, "2")]);
    stage.check(
        [joined_with(3, over("new"))],
        expect![[r#"
        terminate
        2: Restarted with another configuration: the variables of “shop” are gone.
        3: state stopped
        3: Restarted with another configuration: the variables of “shop” are gone.
        2: state loading
        configure 1 new"#]],
    );
    stage.check([grace(1)], expect![""]);
}

#[test]
fn a_program_that_outlives_its_editor_takes_the_worker_with_it() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2"), left(1)]);
    stage.check(
        [grace(1)],
        expect![[r#"
            terminate
            2: Stopped: the variables of “shop” are gone.
            2: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check([ended(1, 1)], expect![""]);
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn an_editor_that_is_removed_while_it_waits_only_leaves_the_queue() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2")]);
    stage.check(
        [left(2)],
        expect![[r#"
            2: state idle
            2: done 2 stopped 10 ms, Untouched"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 30 ms, Kept"#]],
    );
}

#[test]
fn an_editor_that_is_removed_at_rest_leaves_the_worker_to_the_others() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([left(1)], expect![""]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        2: state ready
        2: done 2 ok 10 ms, Kept"#]],
    );
    stage.check([left(2)], expect!["terminate"]);
}

#[test]
fn who_comes_after_all_have_left_starts_afresh() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([left(1)], expect![""]);
    stage.check([left(2)], expect!["terminate"]);
    stage.check([joined(3)], expect![""]);
    stage.check(
        [run_in(3, "3")],
        expect![[r#"
        3: accepted 2 of r5
        3: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]],
    );
}

#[test]
fn what_is_written_late_goes_to_the_latest_run() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.after([run_in(2, "2"), ended(1, 2)]);
    stage.check([wrote(1, "late")], expect![[r#"2: output "late""#]]);
    stage.check(
        [run("3")],
        expect![[r#"
        1: accepted 3 of r5
        1: state running
        1: ready 3
        post 3 main-3.py: 3"#]],
    );
    stage.check([wrote(1, "now")], expect![[r#"1: output "now""#]]);
    stage.check([left(2)], expect![""]);
}

#[test]
fn what_is_written_late_by_an_editor_that_left_is_nobodys() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([left(1)], expect![""]);
    stage.check([wrote(1, "late")], expect![""]);
}

#[test]
fn setup_runs_hidden_and_in_order_before_the_first_run_of_each_interpreter() {
    let mut stage = pair();
    stage.check([setup(1, "a")], expect![""]);
    stage.check([setup(2, "b")], expect![""]);
    stage.after([run("1"), Event::Loaded]);
    stage.check(
        [booted(1)],
        expect![[r#"
        1: Setup 0
        post 1 setup-1.py: a hidden"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: Setup 0
        post 1 setup-2.py: b hidden"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 10 ms, Kept"#]],
    );
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.after([ended(1, 2), run("3")]);
    stage.after([stop(1), grace(3), run("4"), Event::Loaded]);
    stage.check(
        [booted(2)],
        expect![[r#"
        1: Setup 0
        post 4 setup-1.py: a hidden"#]],
    );
}

#[test]
fn setup_that_is_added_later_runs_before_the_next_run() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([setup(1, "a")], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        1: Setup 0
        post 2 setup-1.py: a hidden"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        1: state running
        1: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn setup_that_is_removed_runs_no_more() {
    let mut stage = pair();
    stage.after([setup(1, "a"), run("1"), Event::Loaded]);
    stage.check([Event::SetupRemoved(SetupId(1))], expect![""]);
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
}

#[test]
fn setup_that_is_removed_while_it_runs_is_let_end() {
    let mut stage = pair();
    stage.after([setup(1, "a"), run("1"), Event::Loaded, booted(1)]);
    stage.check([Event::SetupRemoved(SetupId(1))], expect![""]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
}

#[test]
fn setup_that_fails_ends_the_run_and_the_next_goes_on_from_it() {
    let mut stage = pair();
    stage.after([
        setup(1, "a"),
        setup(2, "b"),
        run("1"),
        Event::Loaded,
        booted(1),
        ended(1, 1),
    ]);
    stage.check([raised(1, "KeyError", "Traceback (most recent call last):\n  File \"setup-2.py\", line 3, in <module>\nKeyError: 'b'\n")], expect![[r#"
        1: state ready
        1: done 1 error 40 ms, Kept: The setup code of “shop” failed. KeyError: 'b'"#]]);
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state loading
        2: Setup 0
        post 2 setup-2.py: b hidden"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
    stage.check(
        [ended(1, 2)],
        expect![[r#"
        2: state ready
        2: done 2 ok 10 ms, Kept"#]],
    );
}

#[test]
fn a_stop_during_setup_interrupts_it_and_the_next_run_begins_it_anew() {
    let mut stage = stage();
    stage.after([setup(1, "a"), run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [stop(1)],
        expect![[r#"
        1: state stopping
        interrupt
        post interrupt 1
        alarm Grace(RunId(1)) after 1000 ms"#]],
    );
    stage.check(
        [gave_way(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 40 ms, Kept"#]],
    );
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        1: Setup 0
        post 2 setup-1.py: a hidden"#]],
    );
}

#[test]
fn setup_that_ends_while_it_is_stopped_is_not_followed_by_the_code() {
    let mut stage = stage();
    stage.after([setup(1, "a"), run("1"), Event::Loaded, booted(1), stop(1)]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 40 ms, Kept"#]],
    );
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state running
        1: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn a_stop_while_set_up_code_is_on_its_way_leaves_the_interpreter() {
    let mut stage = stage();
    let on_its_way = Event::SetupAdded {
        setup: SetupId(1),
        code: None,
        claim: Claim::default(),
    };
    stage.after([on_its_way, run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [stop(1)],
        expect![[r#"
        1: state idle
        1: done 1 stopped 30 ms, Untouched"#]],
    );
}

#[test]
fn setup_that_does_not_give_way_ends_with_the_worker() {
    let mut stage = pair();
    stage.after([
        setup(1, "a"),
        run("1"),
        Event::Loaded,
        booted(1),
        run_in(2, "2"),
    ]);
    stage.after([stop(1)]);
    stage.check(
        [grace(1)],
        expect![[r#"
            terminate
            1: state stopped
            1: done 1 stopped 50 ms, Lost
            2: Stopped: the variables of “shop” are gone.
            2: state loading
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        2: Setup 0
        post 2 setup-1.py: a hidden"#]],
    );
}

#[test]
fn what_setup_writes_goes_to_the_editor_that_set_it_off() {
    let mut stage = pair();
    stage.after([setup(1, "a"), run_in(2, "1"), Event::Loaded, booted(1)]);
    stage.check([wrote(1, "hidden")], expect![[r#"2: output "hidden""#]]);
}

#[test]
fn a_configuration_is_read_before_anything_is_loaded() {
    let mut stage = bare();
    stage.check([joined_with(1, configured("c"))], expect![""]);
    stage.check(
        [run("1")],
        expect![[r#"
        1: accepted 1 of r5
        1: state loading
        configure 1 c"#]],
    );
    stage.check([Event::Loaded], expect![""]);
    stage.check(
        [read(1, None)],
        expect![[r#"
        spawn 1
        post prepare pyodide.mjs with plan 1
        load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        1: Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
}

#[test]
fn a_chosen_interpreter_loads_itself() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c")), run("1")]);
    stage.check(
        [read(1, Some("https://cdn.example/v9/pyodide.mjs"))],
        expect![[r#"
            spawn chosen 1
            post prepare pyodide.mjs with plan 1
            post boot
            1: Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        1: state ready
        1: done 1 ok 10 ms, Kept"#]],
    );
    stage.check([stop(1)], expect![""]);
}

#[test]
fn a_chosen_interpreter_that_is_missing_is_the_configurations_fault() {
    let mut stage = bare();
    stage.after([
        joined_with(1, configured("c")),
        run("1"),
        read(1, Some("https://cdn.example/v9/pyodide.mjs")),
    ]);
    stage.check(
        [fatal(FatalKind::Import, "TypeError", Some(404))],
        expect![[r#"
            terminate
            1: state failed
            1: done 1 error 20 ms, Lost: interpreter: https://example.org/pyodide.asm.mjs could not be loaded: the server has no such file (404). Check the version or address in the configuration."#]],
    );
    stage.check(
        [run("2")],
        expect![[r#"
            1: accepted 2 of r5
            1: state loading
            spawn chosen 2
            post prepare pyodide.mjs with plan 1
            post boot
            1: Start 0"#]],
    );
}

#[test]
fn a_configuration_that_cannot_be_read_fails_the_run_and_the_next_reads_again() {
    let mut stage = bare();
    stage.after([
        joined_with(1, configured("c")),
        joined(2),
        run("1"),
        run_in(2, "2"),
    ]);
    stage.check(
        [unread(1)],
        expect![[r#"
        1: state failed
        1: done 1 error 20 ms, Lost: config: no JSON.
        2: state loading
        configure 2 c"#]],
    );
    stage.check([read(1, None)], expect![""]);
    stage.check(
        [read(2, None)],
        expect![[r#"
        spawn 1
        post prepare pyodide.mjs with plan 2
        load"#]],
    );
}

#[test]
fn a_stop_while_the_configuration_is_read() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c")), run("1")]);
    stage.check(
        [stop(1)],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check([read(1, None)], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        configure 2 c"#]],
    );
    stage.check(
        [read(2, None)],
        expect![[r#"
        spawn 1
        post prepare pyodide.mjs with plan 2
        load"#]],
    );
}

#[test]
fn a_configuration_that_cannot_be_performed_ends_the_run() {
    let mut stage = bare();
    stage.after([
        joined_with(1, configured("c")),
        run("1"),
        read(1, None),
        Event::Loaded,
    ]);
    stage.check(
        [fatal(FatalKind::Setup, "packages: nupmy is unknown.", None)],
        expect![[r#"
            terminate
            1: state failed
            1: done 1 error 30 ms, Lost: packages: nupmy is unknown."#]],
    );
}

#[test]
fn a_second_configuration_is_refused_and_its_editor_does_not_run() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c"))]);
    stage.check(
        [joined_with(2, configured("d"))],
        expect!["2: refused: duplicated config for env: pyodide-shop"],
    );
    stage.check(
        [run_in(2, "2")],
        expect!["2: refused: duplicated config for env: pyodide-shop"],
    );
    stage.check(
        [run("1")],
        expect![[r#"
        1: accepted 1 of r5
        1: state loading
        configure 1 c"#]],
    );
    stage.check([left(2)], expect![""]);
}

#[test]
fn a_configuration_for_an_environment_that_has_none_is_refused() {
    let mut stage = stage();
    stage.check(
        [joined_with(2, configured("d"))],
        expect!["2: refused: unable to add a config to the env: pyodide-shop"],
    );
    stage.check([stop(2)], expect![""]);
}

#[test]
fn an_editor_that_comes_back_brings_its_configuration_again() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c")), joined(2), left(1)]);
    stage.check([joined_with(3, configured("c"))], expect![""]);
    stage.check(
        [joined_with(4, configured("c"))],
        expect!["4: refused: duplicated config for env: pyodide-shop"],
    );
}

#[test]
fn another_access_to_the_page_is_refused() {
    let mut stage = stage();
    stage.check(
        [joined_with(
            2,
            Claim {
                page: Access::None,
                ..Claim::default()
            },
        )],
        expect!["2: refused: different page-access for env: pyodide-shop"],
    );
}

#[test]
fn an_override_starts_the_environment_afresh() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.after([run_in(2, "2")]);
    stage.check(
        [joined_with(3, over("d"))],
        expect![[r#"
        terminate
        1: state stopped
        1: done 1 stopped 20 ms, Lost
        2: Restarted with another configuration: the variables of “shop” are gone.
        3: state stopped
        3: Restarted with another configuration: the variables of “shop” are gone.
        2: state loading
        configure 1 d"#]],
    );
    stage.check(
        [read(1, None)],
        expect![[r#"
        spawn 2
        post prepare pyodide.mjs with plan 1
        load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot with files
        2: Start 0"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        2: state running
        2: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn an_override_while_the_configuration_is_read() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c")), run("1")]);
    stage.check(
        [joined_with(2, over("d"))],
        expect![[r#"
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check([read(1, None)], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        configure 2 d"#]],
    );
    stage.check([read(1, None)], expect![""]);
    stage.check(
        [read(2, None)],
        expect![[r#"
        spawn 1
        post prepare pyodide.mjs with plan 2
        load"#]],
    );
}

#[test]
fn an_override_while_the_files_load() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check(
        [joined_with(2, over("d"))],
        expect![[r#"
        abandon
        terminate
        1: state stopped
        1: done 1 stopped 10 ms, Lost"#]],
    );
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state loading
        configure 1 d"#]],
    );
}

#[test]
fn warnings_are_told_once() {
    let mut stage = bare();
    stage.after([joined_with(1, configured("c")), run("1")]);
    stage.check(
        [warned(1)],
        expect![[r#"
        1: remark pakages is unknown.
        spawn 1
        post prepare pyodide.mjs with plan 1
        load"#]],
    );
    stage.after([Event::Loaded, booted(1), ended(1, 1)]);
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state running
        1: ready 2
        post 2 main-2.py: 2"#]],
    );
}

#[test]
fn put_to_rest_it_says_so_everywhere_and_starts_afresh() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check(
        [Event::RestRequested],
        expect![[r#"
        terminate
        1: state idle
        1: Put to rest to save memory; the next run starts afresh.
        2: Put to rest to save memory; the next run starts afresh."#]],
    );
    stage.check(
        [run_in(2, "2")],
        expect![[r#"
        2: accepted 2 of r5
        2: state loading
        spawn 2
        post prepare pyodide.mjs
        load"#]],
    );
}

#[test]
fn never_put_to_rest_while_anything_is_alive() {
    let mut stage = pair();
    stage.check([Event::RestRequested], expect![""]);
    stage.after([run("1")]);
    stage.check([Event::RestRequested], expect![""]);
    stage.after([Event::Loaded, booted(1)]);
    stage.check([Event::RestRequested], expect![""]);
    stage.after([ended(1, 1), from(1, FromWorker::Background { alive: true })]);
    stage.check([Event::RestRequested], expect![""]);
    stage.check(
        [from(1, FromWorker::Background { alive: false })],
        expect!["1: background false"],
    );
    stage.check(
        [Event::RestRequested],
        expect![[r#"
        terminate
        1: state idle
        1: Put to rest to save memory; the next run starts afresh.
        2: Put to rest to save memory; the next run starts afresh."#]],
    );
}

#[test]
fn what_comes_after_boot_is_told_to_the_run_that_waits_for_it() {
    let mut stage = pair();
    stage.after([run("1"), Event::Loaded]);
    stage.check(
        [from(
            1,
            FromWorker::Progress(Step {
                label: "package numpy".into(),
                loaded_bytes: 7,
                total_bytes: 9,
            }),
        )],
        expect!["1: Install 7"],
    );
    stage.after([booted(1), ended(1, 1)]);
    stage.check(
        [from(
            1,
            FromWorker::Progress(Step {
                label: "package numpy".into(),
                loaded_bytes: 7,
                total_bytes: 9,
            }),
        )],
        expect![""],
    );
    stage.check(
        [from(1, FromWorker::Remark { text: "r".into() })],
        expect!["1: remark r"],
    );
}

#[test]
fn what_must_run_before_travels_with_the_run() {
    let mut stage = stage();
    stage.check(
        [Event::RunRequested {
            member: MemberId(1),
            code: "1".into(),
            revision: 1,
            before: Some("b".into()),
            timeout_ms: None,
            shows_last: true,
        }],
        expect![[r#"
            1: accepted 1 of r1
            1: state loading
            spawn 1
            post prepare pyodide.mjs
            load"#]],
    );
    stage.after([Event::Loaded]);
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1 after b shown from 0"#]],
    );
}

#[test]
fn a_worker_that_cannot_be_opened_names_the_file() {
    let mut stage = pair();
    stage.after([run("1")]);
    stage.check(
        [Event::Unopened {
            generation: Generation(1),
            failure: LoadFailure {
                url: "https://example.org/page.js".into(),
                problem: LoadProblem::Status(404),
            },
        }],
        expect![[r#"
            terminate
            1: state failed
            1: done 1 error 10 ms, Lost: page.js could not be loaded from https://example.org/page.js: the server has no such file (404). Check that this file was copied next to py-editor.js; press Run to try again."#]],
    );
    stage.check(
        [run("2")],
        expect![[r#"
        1: accepted 2 of r5
        1: state loading
        spawn 2
        post prepare pyodide.mjs"#]],
    );
}

#[test]
fn the_clock_of_the_idle_rule_starts_with_the_last_sign_of_life() {
    let mut stage = pair();
    assert_eq!(stage.session.rests_since_ms(), None);
    stage.after([run("1"), Event::Loaded, booted(1)]);
    assert_eq!(stage.session.rests_since_ms(), None);
    stage.after([ended(1, 1)]);
    assert_eq!(stage.session.rests_since_ms(), Some(40.0));
    stage.after([from(1, FromWorker::Background { alive: true })]);
    assert_eq!(stage.session.rests_since_ms(), None);
    stage.after([from(1, FromWorker::Background { alive: false })]);
    assert_eq!(stage.session.rests_since_ms(), Some(60.0));
}

#[test]
fn frames_know_whose_text_they_are_in() {
    let mut stage = pair();
    stage.after([
        setup(1, "a"),
        run("1"),
        Event::Loaded,
        booted(1),
        ended(1, 1),
        ended(1, 1),
        run_in(2, "2"),
    ]);
    let text = "Traceback (most recent call last):\n  File \"main-2.py\", line 4, in <module>\n  File \"main-1.py\", line 7, in shared\n  File \"setup-1.py\", line 9, in helper\nKeyError: 'b'\n";
    let effects = stage.send(raised(2, "KeyError", text));
    let Some(Effect::Notify(MemberId(2), Notice::Done(report))) = effects.last() else {
        panic!("the run ends")
    };
    let Some(Failure::Python(traceback)) = &report.failure else {
        panic!("it failed")
    };
    let shown: Vec<_> = traceback
        .last
        .frames
        .iter()
        .map(|frame| (frame.place, frame.shown_file()))
        .collect();
    assert_eq!(
        shown,
        [
            (Place::Program { run: RunId(2) }, "main.py"),
            (Place::Neighbour { run: RunId(1) }, "another editor"),
            (Place::Setup, "setup code"),
        ]
    );
    assert_eq!(
        traceback.marked_line().map(|mark| (mark.run, mark.line)),
        Some((RunId(2), 4))
    );
}

#[test]
fn a_setup_program_with_a_misplaced_configuration_is_objected_to() {
    let mut stage = stage();
    let claim = configured("c");
    assert!(stage.session.objection(&claim).is_some());
    assert!(stage.session.objection(&Claim::default()).is_none());
    stage.after([
        Event::SetupAdded {
            setup: SetupId(1),
            code: Some("a".into()),
            claim,
        },
        run("1"),
        Event::Loaded,
    ]);
    stage.check(
        [booted(1)],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
}

fn stall() -> Event {
    Event::LoadStalled(Stall {
        url: "https://example.org/pyodide.asm.wasm".into(),
        seconds: 10,
    })
}

#[test]
fn an_interpreter_goes_on_from_the_memory_of_another() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check(
        [Event::LoadedWithMemory],
        expect![[r#"
            post boot with files
            1: Restore 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
            1: state running
            1: ready 1
            post 1 main-1.py: 1"#]],
    );
}

#[test]
fn memory_that_does_not_fit_is_thrown_away_and_the_run_goes_on_without() {
    let mut stage = stage();
    stage.after([run("1"), Event::LoadedWithMemory]);
    stage.check(
        [fatal(FatalKind::Restore, "invalid magic number", None)],
        expect![[r#"
            terminate
            forget memory
            spawn 2
            post prepare pyodide.mjs
            load"#]],
    );
    stage.check(
        [Event::Loaded, booted(2)],
        expect![[r#"
            1: state running
            1: ready 1
            post 1 main-1.py: 1"#]],
    );
}

#[test]
fn a_stop_while_memory_is_thrown_away_is_a_stop() {
    let mut stage = stage();
    stage.after([
        run("1"),
        Event::LoadedWithMemory,
        fatal(FatalKind::Restore, "invalid", None),
    ]);
    stage.check(
        [stop(1)],
        expect![[r#"
            abandon
            terminate
            1: state stopped
            1: done 1 stopped 30 ms, Lost"#]],
    );
}

#[test]
fn files_that_do_not_come_are_told_and_asked_for_again_on_request() {
    let mut stage = pair();
    stage.after([run_in(1, "1"), run_in(2, "2")]);
    stage.check(
        [stall()],
        expect!["1: stalled: No data for 10 s from https://example.org/pyodide.asm.wasm."],
    );
    stage.check([Event::RetryRequested(MemberId(2))], expect![""]);
    stage.check([Event::RetryRequested(MemberId(1))], expect!["refetch"]);
    stage.after([Event::Loaded]);
    stage.check([stall(), Event::RetryRequested(MemberId(1))], expect![""]);
}

fn any_event() -> impl Strategy<Value = Event> {
    let generation = 1..5u32;
    let run_id = 1..6u32;
    let member = 1..4u32;
    let claim = prop_oneof![
        4 => Just(Claim::default()),
        1 => Just(configured("c")),
        1 => Just(over("d")),
    ];
    prop_oneof![
        3 => (member.clone(), claim.clone()).prop_map(|(member, claim)| joined_with(member, claim)),
        6 => member.clone().prop_map(|member| run_in(member, "x")),
        3 => member.clone().prop_map(stop),
        2 => member.clone().prop_map(|member| answered(member, "x")),
        1 => member.clone().prop_map(left),
        2 => run_id.clone().prop_map(grace),
        1 => run_id.clone().prop_map(|run| Event::Alarm(Alarm::Timeout(RunId(run)))),
        2 => run_id.clone().prop_map(gave_way),
        1 => (1..3u32, claim).prop_map(|(number, claim)| Event::SetupAdded { setup: SetupId(number), code: Some("s".into()), claim }),
        1 => (1..3u32).prop_map(|number| Event::SetupRemoved(SetupId(number))),
        1 => Just(Event::RestRequested),
        2 => (1..4u32).prop_map(|reading| read(reading, None)),
        1 => (1..4u32).prop_map(|reading| read(reading, Some("https://cdn.example/pyodide.mjs"))),
        1 => (1..4u32).prop_map(unread),
        3 => Just(Event::Loaded),
        1 => Just(Event::LoadedWithMemory),
        1 => Just(stall()),
        1 => member.clone().prop_map(|member| Event::RetryRequested(MemberId(member))),
        1 => Just(missing()),
        4 => generation.clone().prop_map(booted),
        6 => (generation.clone(), run_id).prop_map(|(generation, run)| ended(generation, run)),
        1 => generation.clone().prop_map(|generation| wrote(generation, "x")),
        3 => generation.clone().prop_map(asks),
        1 => (generation.clone(), any::<bool>()).prop_map(|(generation, alive)| from(generation, FromWorker::Background { alive })),
        1 => Just(fatal(FatalKind::Crash, "unreachable", None)),
        1 => Just(fatal(FatalKind::Restore, "invalid", None)),
        1 => generation.prop_map(|generation| Event::WorkerError { generation: Generation(generation), message: "x".into() }),
    ]
}

/// What the world outside knows, gathered from effects alone.
#[derive(Default)]
struct World {
    members: Vec<MemberId>,
    setups: Vec<SetupId>,
    /// Accepted and not ended.
    open: Vec<(MemberId, RunId)>,
    /// Runs whose code was posted, in order.
    started: Vec<RunId>,
    /// A run that the worker was given something of and that has not ended.
    posted: Option<RunId>,
    /// What the worker was given and has not answered, and whether it was interrupted.
    busy: Option<(RunId, bool)>,
    ended: Vec<RunId>,
    workers: i32,
    generation: Option<Generation>,
}

impl World {
    fn hear(&mut self, event: &Event) {
        let Event::Worker {
            generation,
            message: FromWorker::Done { run, .. },
        } = event
        else {
            return;
        };
        if Some(*generation) == self.generation {
            self.busy.take_if(|(busy, _)| busy == run);
        }
    }

    fn see(&mut self, effect: &Effect) -> Result<(), TestCaseError> {
        match effect {
            Effect::Spawn(generation) | Effect::SpawnChosen(generation) => {
                self.workers += 1;
                self.generation = Some(*generation);
            }
            Effect::Terminate => {
                self.workers -= 1;
                self.posted = None;
                self.busy = None;
            }
            Effect::Interrupt => {
                let busy = self.busy.as_mut();
                prop_assert!(busy.is_some(), "only what was given is interrupted");
                prop_assert!(
                    !busy.is_some_and(|(_, done)| std::mem::replace(done, true)),
                    "once"
                );
            }
            Effect::Post(message, beside) => {
                prop_assert_eq!(self.workers, 1, "posts reach a living worker");
                if let ToWorker::Run { run, hidden, .. } = message {
                    prop_assert_eq!(*beside, Beside::Signal);
                    prop_assert_eq!(self.busy, None, "the worker has answered");
                    self.busy = Some((*run, false));
                    prop_assert!(
                        self.posted.is_none_or(|posted| posted == *run),
                        "one at a time"
                    );
                    prop_assert!(self.open.iter().any(|(_, open)| open == run));
                    self.posted = Some(*run);
                    if !hidden {
                        self.started.push(*run);
                    }
                }
            }
            Effect::Notify(member, Notice::Accepted { run, .. }) => {
                prop_assert!(self.open.iter().all(|(other, _)| other != member));
                self.open.push((*member, *run));
            }
            Effect::Notify(member, Notice::Done(report)) => {
                let at = self
                    .open
                    .iter()
                    .position(|open| *open == (*member, report.run));
                prop_assert!(at.is_some(), "only what was accepted ends, and once");
                self.open.swap_remove(at.unwrap_or_default());
                if self.posted == Some(report.run) {
                    self.posted = None;
                }
                self.ended.push(report.run);
            }
            Effect::Notify(member, _) => {
                prop_assert!(self.members.contains(member), "who has left hears nothing")
            }
            Effect::Answer(_) => prop_assert_eq!(self.workers, 1, "answers reach a living worker"),
            Effect::Configure(..)
            | Effect::Load
            | Effect::Abandon
            | Effect::Refetch
            | Effect::Forget
            | Effect::ForgetMemory
            | Effect::Alarm(..) => {}
        }
        prop_assert!(
            self.workers == 0 || self.workers == 1,
            "no two workers at once"
        );
        Ok(())
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    /// Whatever happens in whatever order, to three editors that share an
    /// environment: each accepted run ends exactly once, code runs one at a
    /// time in the order of the clicks and on a living worker, nobody is told
    /// anything after it has left, and nothing is left when all have.
    #[test]
    fn runs_end_once_in_order_and_workers_do_not_pile_up(events in prop::collection::vec(any_event(), 0..80)) {
        let mut stage = bare();
        let mut world = World::default();
        for event in events.into_iter().chain((1..4).map(left)) {
            match &event {
                // A number is used once; the law's editors come back under their own.
                Event::Joined { member, .. } if world.members.contains(member) => continue,
                Event::Joined { member, .. } => world.members.push(*member),
                Event::SetupAdded { setup, .. } if world.setups.contains(setup) => continue,
                Event::SetupAdded { setup, .. } => world.setups.push(*setup),
                _ => {}
            }
            let leaver = match &event {
                Event::Left(member) => Some(*member),
                _ => None,
            };
            world.hear(&event);
            for effect in stage.send(event) {
                world.see(&effect)?;
            }
            world.members.retain(|member| Some(*member) != leaver);
            for member in 1..4 {
                let is_open = world.open.iter().any(|(open, _)| *open == MemberId(member));
                prop_assert_eq!(stage.session.state(MemberId(member)).is_busy(), is_open);
            }
            if stage.session.rests_since_ms().is_some() {
                prop_assert!(world.open.is_empty() && world.workers == 1);
            }
        }
        prop_assert!(world.started.is_sorted(), "in the order of the clicks");
        prop_assert_eq!((world.workers, world.open.len()), (0, 0));
    }

    /// A world that answers every question, however often somebody stops or
    /// leaves, comes to rest with nobody waiting.
    #[test]
    fn nobody_waits_for_ever(events in prop::collection::vec(any_event(), 0..40)) {
        let mut stage = bare();
        let mut members: Vec<MemberId> = Vec::new();
        let mut setups: Vec<SetupId> = Vec::new();
        let mut answers = VecDeque::new();
        let mut generation = 0;
        let clicks = events.into_iter().filter(|event| !matches!(event,
            Event::Worker { .. } | Event::WorkerError { .. } | Event::Loaded | Event::LoadedWithMemory | Event::LoadFailed(_)
            | Event::Alarm(_) | Event::Configured { .. } | Event::ConfigFailed { .. }));
        let clicks: Vec<Event> = clicks.collect();
        let count = clicks.len();
        let mut clicks = clicks.into_iter();
        for _ in 0..count * 20 + 200 {
            let Some(event) = answers.pop_front().or_else(|| clicks.next()) else { break };
            match &event {
                Event::Joined { member, .. } if members.contains(member) => continue,
                Event::Joined { member, .. } => members.push(*member),
                Event::Left(member) => members.retain(|other| other != member),
                Event::SetupAdded { setup, .. } if setups.contains(setup) => continue,
                Event::SetupAdded { setup, .. } => setups.push(*setup),
                _ => {}
            }
            for effect in stage.send(event) {
                match effect {
                    Effect::Configure(reading, _) => answers.push_back(read(reading.0, None)),
                    Effect::Load => answers.push_back(Event::Loaded),
                    Effect::Spawn(spawned) | Effect::SpawnChosen(spawned) => generation = spawned.0,
                    Effect::Post(ToWorker::Boot, _) => answers.push_back(booted(generation)),
                    // Every other program never ends, and every third gives way.
                    Effect::Post(ToWorker::Run { run, .. }, _) if run.0 % 2 == 0 => answers.push_back(ended(generation, run.0)),
                    Effect::Post(ToWorker::Run { run, .. }, _) => answers.push_back(stop(stage.session.runners[run.0 as usize - 1].0)),
                    Effect::Post(ToWorker::Interrupt { run }, _) if run.0 % 3 == 0 => answers.push_back(gave_way(run.0)),
                    Effect::Alarm(alarm, _) => answers.push_back(Event::Alarm(alarm)),
                    _ => {}
                }
            }
        }
        prop_assert_eq!(clicks.next(), None);
        for member in 1..4 {
            prop_assert!(!stage.session.state(MemberId(member)).is_busy());
        }
    }
}

#[test]
fn a_run_waits_for_set_up_code_that_is_on_its_way() {
    let mut stage = stage();
    let on_its_way = Event::SetupAdded {
        setup: SetupId(1),
        code: None,
        claim: Claim::default(),
    };
    stage.check(
        [on_its_way, run("1"), Event::Loaded, booted(1)],
        expect![[r#""#]],
    );
    let arrived = Event::SetupArrived {
        setup: SetupId(1),
        code: "a = 1".into(),
    };
    stage.check(
        [arrived],
        expect![[r#"
        1: Setup 0
        post 1 setup-1.py: a = 1 hidden"#]],
    );
}

#[test]
fn a_run_goes_on_when_set_up_code_will_never_come() {
    let mut stage = stage();
    let on_its_way = Event::SetupAdded {
        setup: SetupId(1),
        code: None,
        claim: Claim::default(),
    };
    stage.after([on_its_way, run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [Event::SetupRemoved(SetupId(1))],
        expect![[r#"
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
}

// ---- Files ----

fn put(path: &str) -> Event {
    Event::FilePut(Put {
        path: path.into(),
        url: format!("blob:{path}"),
        bytes: 1,
    })
}

fn wanted(member: u32, path: &str) -> Event {
    Event::FileWanted {
        member: MemberId(member),
        path: path.into(),
    }
}

fn found(generation: u32, paths: &[&str]) -> Event {
    let entry = |path: &&str| FileEntry {
        path: (*path).into(),
        bytes: 1,
    };
    from(
        generation,
        FromWorker::Files(paths.iter().map(entry).collect()),
    )
}

#[test]
fn a_readers_file_is_there_before_the_code_in_every_fresh_interpreter() {
    let mut stage = pair();
    stage.check(
        [put("a.csv")],
        expect![[r#"
        1: files [a.csv]
        2: files [a.csv]"#]],
    );
    stage.check(
        [run("1"), Event::Loaded, booted(1)],
        expect![[r#"
        post put a.csv of blob:a.csv
        1: state running
        1: ready 1
        post 1 main-1.py: 1"#]],
    );
    stage.check(
        [put("b.csv")],
        expect![[r#"
        post put b.csv of blob:b.csv
        1: files [a.csv b.csv]
        2: files [a.csv b.csv]"#]],
    );
    stage.check(
        [stop(1), grace(1), run("2"), Event::Loaded, booted(2)],
        expect![[r#"
            post put a.csv of blob:a.csv
            post put b.csv of blob:b.csv
            1: state running
            1: ready 2
            post 2 main-2.py: 2"#]],
    );
}

#[test]
fn who_comes_later_hears_of_the_files() {
    let mut stage = stage();
    stage.after([put("a.csv")]);
    stage.check([joined(2)], expect!["2: files [a.csv]"]);
}

#[test]
fn what_a_program_wrote_is_listed_until_its_interpreter_ends() {
    let mut stage = pair();
    let written = [run("1"), Event::Loaded, booted(1), found(1, &["out.txt"])];
    stage.check(
        written,
        expect![[r#"
        1: files [out.txt]
        2: files [out.txt]"#]],
    );
    stage.check(
        [stop(1), grace(1)],
        expect![[r#"
            terminate
            1: files []
            2: files []
            1: state stopped
            1: done 1 stopped 30 ms, Lost
            2: state stopped
            2: Stopped: the variables of “shop” are gone."#]],
    );
}

#[test]
fn a_file_is_taken_for_the_editor_that_asked() {
    let mut stage = pair();
    stage.check(
        [put("a.csv"), wanted(2, "a.csv")],
        expect![[r#"2: taken a.csv: Some("blob:a.csv")"#]],
    );
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check([wanted(2, "out.txt")], expect!["post take out.txt"]);
    let taken = FromWorker::Taken {
        path: "out.txt".into(),
        url: Some("blob:7".into()),
    };
    stage.check(
        [from(1, taken)],
        expect![[r#"2: taken out.txt: Some("blob:7")"#]],
    );
}

#[test]
fn who_waits_for_a_file_of_an_ended_interpreter_hears_that_it_is_gone() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), wanted(1, "out.txt")]);
    stage.check(
        [stop(1), grace(1)],
        expect![[r#"
            terminate
            1: taken out.txt: None
            1: state stopped
            1: done 1 stopped 30 ms, Lost"#]],
    );
}
