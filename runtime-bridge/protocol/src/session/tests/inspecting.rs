//! What names are and have, asked by a reader who writes: never in the way of a run.

use super::*;

fn ask(member: u32, ticket: u32) -> Event {
    Event::InspectRequested {
        member: MemberId(member),
        ticket,
        what: Inspection::Members,
        name: "math".into(),
    }
}

fn told(inspect: u32, text: Option<&str>) -> Event {
    let text = text.map(str::to_owned);
    from(1, FromWorker::Inspected { inspect, text })
}

fn answer(ticket: u32, text: Option<&str>) -> Effect {
    let text = text.map(str::to_owned);
    Effect::Notify(MemberId(1), Notice::Inspected { ticket, text })
}

#[test]
fn nothing_is_started_for_a_question() {
    let mut stage = stage();
    assert_eq!(stage.send(ask(1, 7)), [answer(7, None)]);
}

#[test]
fn nothing_is_asked_while_a_program_runs() {
    let mut stage = stage();
    stage.after([run("1"), Event::Loaded, booted(1)]);
    assert_eq!(stage.send(ask(1, 7)), [answer(7, None)]);
}

#[test]
fn an_interpreter_that_rests_answers_each_question_once() {
    let mut stage = resting();
    let posted = |effects: &[Effect], id: u32| matches!(effects, [Effect::Post(ToWorker::Inspect { inspect, .. }, Beside::Nothing)] if *inspect == id);
    assert!(posted(&stage.send(ask(1, 7)), 1));
    assert!(posted(&stage.send(ask(1, 8)), 2));
    assert_eq!(
        stage.send(told(2, Some("pi\tn"))),
        [answer(8, Some("pi\tn"))]
    );
    assert_eq!(stage.send(told(1, None)), [answer(7, None)]);
    assert_eq!(stage.send(told(1, Some("late"))), []);
}

#[test]
fn who_waits_hears_that_the_worker_is_gone() {
    let mut stage = resting();
    stage.send(ask(1, 7));
    let effects = stage.send(Event::WorkerError {
        generation: Generation(1),
        message: "gone".into(),
    });
    assert!(effects.contains(&answer(7, None)));
}
