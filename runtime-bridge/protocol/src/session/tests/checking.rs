//! A text that is only looked at: never in the way of a run.

use super::*;

fn checked(check: u32, message: Option<&str>) -> Event {
    let error = message.map(|message| Raised {
        kind: "SyntaxError".into(),
        message: message.into(),
    });
    from(1, FromWorker::Checked { check, error })
}

fn look(member: u32, code: &str) -> Event {
    Event::CheckRequested {
        member: MemberId(member),
        code: code.into(),
        revision: 5,
    }
}

fn is_post(effects: &[Effect]) -> bool {
    matches!(
        effects,
        [Effect::Post(ToWorker::Check { .. }, Beside::Nothing)]
    )
}

#[test]
fn nothing_is_started_for_a_look() {
    let mut stage = stage();
    assert_eq!(stage.send(look(1, "x =")), []);
}

#[test]
fn nothing_is_asked_while_a_program_runs() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    assert_eq!(stage.send(look(1, "x =")), []);
}

#[test]
fn an_interpreter_that_rests_says_what_is_wrong() {
    let mut stage = resting();
    assert!(is_post(&stage.send(look(1, "x =\n"))));
    let text = "  File \"main.py\", line 1\n    x =\n       ^\nSyntaxError: invalid syntax\n";
    let effects = stage.send(checked(1, Some(text)));
    let [
        Effect::Notify(
            MemberId(1),
            Notice::Checked {
                revision: 5,
                problem: Some(problem),
            },
        ),
    ] = effects.as_slice()
    else {
        panic!("{effects:?}")
    };
    assert_eq!(problem.message, "SyntaxError: invalid syntax");
    assert_eq!(problem.mark.line, 1);
    let columns = problem.mark.columns.expect("it has carets");
    assert_eq!((columns.from, columns.to), (3, 4));
}

#[test]
fn a_text_without_a_mistake_is_told_too() {
    let mut stage = resting();
    stage.send(look(1, "x = 1"));
    let told = Notice::Checked {
        revision: 5,
        problem: None,
    };
    assert_eq!(
        stage.send(checked(1, None)),
        [Effect::Notify(MemberId(1), told)]
    );
}

#[test]
fn an_older_answer_and_one_nobody_asked_for_are_dropped() {
    let mut stage = resting();
    stage.send(look(1, "x"));
    stage.send(look(1, "xy"));
    assert_eq!(stage.send(checked(1, None)), []);
    assert_eq!(stage.send(checked(2, None)).len(), 1);
    assert_eq!(stage.send(checked(2, None)), []);
}

#[test]
fn what_is_no_mistake_of_the_text_is_no_problem() {
    let mut stage = resting();
    stage.send(look(1, "x"));
    let text = "Traceback (most recent call last):\n  File \"main.py\", line 1\nMemoryError: \n";
    let effects = stage.send(checked(1, Some(text)));
    assert!(matches!(
        effects.as_slice(),
        [Effect::Notify(_, Notice::Checked { problem: None, .. })]
    ));
}

#[test]
fn a_look_is_no_use_of_the_interpreter() {
    let mut stage = resting();
    let since = stage.session.rests_since_ms();
    stage.send(look(1, "x"));
    stage.send(checked(1, None));
    assert_eq!(stage.session.rests_since_ms(), since);
}

#[test]
fn a_run_that_comes_meanwhile_starts_at_once() {
    let mut stage = resting();
    stage.send(look(1, "x"));
    let effects = stage.send(run("2"));
    let starts = |effect: &Effect| matches!(effect, Effect::Post(ToWorker::Run { .. }, _));
    assert!(effects.iter().any(starts));
}

#[test]
fn a_very_long_text_is_not_looked_at() {
    let mut stage = resting();
    assert_eq!(stage.send(look(1, &"x = 1\n".repeat(50_000))), []);
}

#[test]
fn a_neighbour_shows_its_line() {
    let mut stage = pair();
    stage.after([
        run("1"),
        Event::Loaded,
        booted(1),
        ended(1, 1),
        run_in(2, "2"),
        ended(1, 2),
    ]);
    let mark = |run| Mark {
        run: RunId(run),
        line: 2,
        columns: None,
        precision: traceback::Precision::Exact,
    };
    let wanted = |run| Event::PlaceWanted {
        mark: mark(run),
        message: "KeyError".into(),
    };
    let pointed = Notice::Pointed {
        mark: mark(1),
        message: "KeyError".into(),
    };
    assert_eq!(
        stage.send(wanted(1)),
        [Effect::Notify(MemberId(1), pointed)]
    );
    assert_eq!(stage.send(wanted(0)), []);
    assert_eq!(stage.send(wanted(9)), []);
}
