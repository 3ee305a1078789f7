//! Every odd order of clicks, loads and messages that two impatient people can cause.

use super::*;
use crate::message::{Fatal, FatalKind};
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
        entry: "https://example.org/pyodide.mjs".into(),
        worker: "https://example.org/worker.js".into(),
        base: "https://example.org/".into(),
        page: Access::Full,
    };
    Stage {
        session: Session::new(source),
        now_ms: 0.0,
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
        Effect::Load => "load".into(),
        Effect::Abandon => "abandon".into(),
        Effect::Forget => "forget".into(),
        Effect::Spawn(generation) => format!("spawn {}", generation.0),
        Effect::Terminate => "terminate".into(),
        Effect::Post(ToWorker::Prepare { .. }) => "post prepare".into(),
        Effect::Post(ToWorker::Boot) => "post boot".into(),
        Effect::Post(ToWorker::Run { file, code, .. }) => format!("post {file}: {code}"),
        Effect::Notify(Notice::State(state)) => format!("state {}", state.name()),
        Effect::Notify(Notice::Accepted { run, revision }) => {
            format!("accepted {} of r{revision}", run.0)
        }
        Effect::Notify(Notice::Busy { run }) => format!("busy with {}", run.0),
        Effect::Notify(Notice::Progress(progress)) => {
            format!("{:?} {}", progress.phase, progress.loaded_bytes)
        }
        Effect::Notify(Notice::Ready { run }) => format!("ready {}", run.0),
        Effect::Notify(Notice::Output(chunks)) => format!("output {:?}", chunks[0].text),
        Effect::Notify(Notice::Display(display)) => format!("display {:?}", display.bundle),
        Effect::Notify(Notice::Remark(text)) => format!("remark {text}"),
        Effect::Notify(Notice::Background { alive }) => format!("background {alive}"),
        Effect::Notify(Notice::Done(report)) => done(report),
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
    Event::RunRequested {
        code: code.into(),
        revision: 5,
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
        accepted 1 of r5
        spawn 1
        post prepare
        state loading
        load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot
        Start 0"#]],
    );
    stage.check(
        [booted(1)],
        expect![[r#"
        state running
        ready 1
        post main-1.py: 1"#]],
    );
    stage.check([wrote(1, "hi")], expect![[r#"output "hi""#]]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        state ready
        done 1 ok 20 ms, Kept"#]],
    );
}

#[test]
fn the_next_run_keeps_the_worker_and_has_a_name_of_its_own() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check(
        [run("2")],
        expect![[r#"
        accepted 2 of r5
        state running
        ready 2
        post main-2.py: 2"#]],
    );
}

#[test]
fn a_run_while_one_is_under_way_is_ignored() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([run("2")], expect!["busy with 1"]);
    stage.after([Event::Loaded, booted(1)]);
    stage.check([run("3")], expect!["busy with 1"]);
    stage.check(
        [ended(1, 1)],
        expect![[r#"
        state ready
        done 1 ok 20 ms, Kept"#]],
    );
}

#[test]
fn a_stop_ends_the_worker_at_once_and_the_next_run_spawns_afresh() {
    let mut stage = stage();
    stage.after([run("while True: pass"), Event::Loaded, booted(1)]);
    stage.check(
        [Event::StopRequested],
        expect![[r#"
        terminate
        state stopped
        done 1 stopped 10 ms, Lost"#]],
    );
    stage.check(
        [run("2")],
        expect![[r#"
            accepted 2 of r5
            spawn 2
            post prepare
            state loading
            load"#]],
    );
}

#[test]
fn what_a_stopped_worker_still_says_is_dropped() {
    let mut stage = stage();
    stage.after([
        run("1"),
        Event::Loaded,
        booted(1),
        Event::StopRequested,
        run("2"),
    ]);
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
        [Event::StopRequested],
        expect![[r#"
            terminate
            abandon
            state stopped
            done 1 stopped 10 ms, Lost"#]],
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
            accepted 2 of r5
            spawn 2
            post prepare
            state loading
            load"#]],
    );
    stage.check(
        [Event::Loaded],
        expect![[r#"
        post boot
        Start 0"#]],
    );
}

#[test]
fn a_stop_while_the_interpreter_starts() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded]);
    stage.check(
        [Event::StopRequested],
        expect![[r#"
        terminate
        state stopped
        done 1 stopped 20 ms, Lost"#]],
    );
    stage.check([booted(1)], expect![""]);
}

#[test]
fn a_stop_without_a_run_does_nothing() {
    let mut stage = stage();
    stage.check([Event::StopRequested], expect![""]);
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([Event::StopRequested], expect![""]);
    stage.check([Event::StopRequested, Event::StopRequested], expect![""]);
}

#[test]
fn removed_while_running_ends_the_run_and_everything_after_is_ignored() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [Event::Removed],
        expect![[r#"
        terminate
        state stopped
        done 1 stopped 10 ms, Lost"#]],
    );
    stage.check([ended(1, 1)], expect![""]);
    stage.check([run("2")], expect![""]);
    stage.check([Event::Removed], expect![""]);
}

#[test]
fn removed_while_it_loads() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check(
        [Event::Removed],
        expect![[r#"
            terminate
            abandon
            state stopped
            done 1 stopped 10 ms, Lost"#]],
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
        expect!["Download 5"],
    );
}

#[test]
fn a_file_that_is_missing_fails_the_run_and_the_next_run_asks_again() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([missing()], expect![[r#"
        terminate
        state failed
        done 1 error 10 ms, Lost: pyodide.asm.wasm could not be loaded from https://example.org/pyodide.asm.wasm: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."#]]);
    stage.check(
        [run("2")],
        expect![[r#"
        accepted 2 of r5
        spawn 2
        post prepare
        state loading
        load"#]],
    );
}

#[test]
fn a_load_that_fails_after_a_stop_is_asked_for_again() {
    let mut stage = stage();
    stage.after([run("1"), Event::StopRequested]);
    stage.check([missing()], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
        accepted 2 of r5
        spawn 2
        post prepare
        state loading
        load"#]],
    );
}

#[test]
fn a_script_that_cannot_be_imported_names_its_file_and_the_files_are_not_asked_for_twice() {
    let mut stage = stage();
    stage.after([run("1")]);
    stage.check([fatal(FatalKind::Import, "TypeError: Failed to fetch", Some(404))], expect![[r#"
        terminate
        state failed
        done 1 error 10 ms, Lost: pyodide.asm.mjs could not be loaded from https://example.org/pyodide.asm.mjs: the server has no such file (404). Check that the folder `interpreters` was copied next to py-editor.js; press Run to try again."#]]);
    stage.check([Event::Loaded], expect![""]);
    stage.check(
        [run("2")],
        expect![[r#"
            accepted 2 of r5
            spawn 2
            post prepare
            state loading
            load"#]],
    );
}

#[test]
fn a_script_that_is_there_but_broken_is_told_in_the_browsers_words() {
    let mut stage = stage();
    stage.check([run("1"), fatal(FatalKind::Import, "SyntaxError: Unexpected token '<'", Some(200))], expect![[r#"
        terminate
        state failed
        done 1 error 10 ms, Lost: pyodide.asm.mjs could not be loaded from https://example.org/pyodide.asm.mjs: the file is damaged or is something else (SyntaxError: Unexpected token '<'). Copy the folder `interpreters` next to py-editor.js once more; press Run to try again."#]]);
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
        state failed
        done 1 error 10 ms, Lost: worker.js could not be loaded from https://example.org/worker.js: the browser could not start it, so it is missing, damaged or out of reach. Check that worker.js was copied next to py-editor.js and that the network is there; press Run to try again."#]]);
}

#[test]
fn a_crash_ends_the_run_and_the_next_one_starts_a_fresh_interpreter() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check([fatal(FatalKind::Crash, "RangeError: Maximum call stack size exceeded", None)], expect![[r#"
        terminate
        state failed
        done 1 error 10 ms, Lost: Pyodide ran out of stack and had to end. Its variables are gone. A function probably calls itself too often; press Run for a fresh interpreter."#]]);
    stage.check(
        [run("2")],
        expect![[r#"
            accepted 2 of r5
            spawn 2
            post prepare
            state loading
            load"#]],
    );
    stage.check(
        [booted(2)],
        expect![[r#"
        state running
        ready 2
        post main-2.py: 2"#]],
    );
}

#[test]
fn a_crash_between_runs_is_told_as_output() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([fatal(FatalKind::Crash, "RuntimeError: unreachable", None)], expect![[r#"
        terminate
        output "Pyodide broke down: RuntimeError: unreachable. Its variables are gone. Press Run for a fresh interpreter.\n"
        state failed"#]]);
}

#[test]
fn output_after_the_end_still_arrives() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1), ended(1, 1)]);
    stage.check([wrote(1, "tick")], expect![[r#"output "tick""#]]);
}

#[test]
fn an_exception_keeps_the_interpreter() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    let text = "Traceback (most recent call last):\n  File \"main-1.py\", line 1, in <module>\nNameError: name 'x' is not defined\n";
    stage.check(
        [raised(1, "NameError", text)],
        expect![[r#"
        state ready
        done 1 error 10 ms, Kept: NameError: name 'x' is not defined"#]],
    );
}

#[test]
fn a_javascript_error_is_told_with_its_name() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    stage.check(
        [raised(1, "Error", "Error in the thing")],
        expect![[r#"
        state ready
        done 1 error 10 ms, Kept: Error: Error in the thing"#]],
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
        let Some(Effect::Notify(Notice::Done(report))) = effects.last() else {
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
    let Some(Effect::Notify(Notice::Done(report))) = effects.last() else {
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

fn any_event() -> impl Strategy<Value = Event> {
    let generation = 1..4u32;
    let run_id = 1..4u32;
    prop_oneof![
        3 => Just(run("x")),
        2 => Just(Event::StopRequested),
        2 => Just(Event::Loaded),
        1 => Just(missing()),
        1 => Just(Event::Removed),
        3 => generation.clone().prop_map(booted),
        3 => (generation.clone(), run_id).prop_map(|(generation, run)| ended(generation, run)),
        1 => generation.clone().prop_map(|generation| wrote(generation, "x")),
        1 => Just(fatal(FatalKind::Crash, "unreachable", None)),
        1 => generation.prop_map(|generation| Event::WorkerError { generation: Generation(generation), message: "x".into() }),
    ]
}

proptest! {
    /// Whatever happens in whatever order: each accepted run ends exactly once,
    /// one at a time, code is posted to a live worker only, no two workers live
    /// at once, and nobody is left waiting after the editor is gone.
    #[test]
    fn runs_end_once_and_workers_do_not_pile_up(events in prop::collection::vec(any_event(), 0..40)) {
        let mut stage = stage();
        let (mut under_way, mut workers, mut gone) = (None, 0, false);
        for event in events.into_iter().chain([Event::Removed]) {
            let is_removal = event == Event::Removed;
            for effect in stage.send(event) {
                prop_assert!(!gone, "nothing is done after the removal");
                match effect {
                    Effect::Spawn(_) => workers += 1,
                    Effect::Terminate => workers -= 1,
                    Effect::Post(_) => prop_assert_eq!(workers, 1),
                    Effect::Notify(Notice::Accepted { run, .. }) => prop_assert_eq!(under_way.replace(run), None),
                    Effect::Notify(Notice::Done(report)) => prop_assert_eq!(under_way.take(), Some(report.run)),
                    Effect::Load | Effect::Abandon | Effect::Forget | Effect::Notify(_) => {}
                }
                prop_assert!(workers == 0 || workers == 1);
            }
            gone |= is_removal;
            prop_assert_eq!(stage.session.state().is_busy(), under_way.is_some());
        }
        prop_assert_eq!((workers, under_way), (0, None));
    }
}
