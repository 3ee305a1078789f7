//! A program that reads, and who answers it: the page, if it takes the event
//! for its own; what `stdin` holds; lines that were pasted ahead; else a person,
//! in a field. Whoever is first answers; what comes later is for nobody.
//!
//! Not here: the field (`output/field.rs`).

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use runtime_bridge::protocol::typing::Ahead;
use runtime_bridge::protocol::{Answer, RunId};
use wasm_bindgen_futures::{JsFuture, spawn_local};

use super::Controller;
use crate::events::{self, Course};
use crate::handler::report_error;
use crate::output::{Question, Reach, Typed};
use crate::stdin::{self, Source, Stdin};

/// The questions of one editor.
pub(super) struct Questions {
    open: Cell<Option<Open>>,
    last: Cell<u32>,
    ahead: RefCell<Ahead>,
    stdin: Rc<Stdin>,
}

/// A question without an answer.
#[derive(Clone, Copy)]
struct Open {
    number: u32,
    hidden: bool,
}

impl Questions {
    pub(super) fn new(stdin: &Rc<Stdin>) -> Questions {
        Questions {
            open: Cell::new(None),
            last: Cell::new(0),
            ahead: RefCell::default(),
            stdin: stdin.clone(),
        }
    }

    fn ask(&self, hidden: bool) -> Open {
        let number = self.last.get() + 1;
        self.last.set(number);
        let open = Open { number, hidden };
        self.open.set(Some(open));
        open
    }

    fn is_open(&self, question: Open) -> bool {
        self.open
            .get()
            .is_some_and(|open| open.number == question.number)
    }
}

impl Controller {
    pub(super) fn ask(&self, run: RunId, hidden: bool) {
        let question = self.questions.ask(hidden);
        self.shown.status.set("Waiting for input".to_owned());
        let prompt = self
            .output
            .get()
            .map(|output| output.prompt())
            .unwrap_or_default();
        let asked = Question {
            prompt: &prompt,
            hidden,
        };
        let course = events::input(&self.host, self.interpreter, run, &asked);
        if course == Course::Prevented || !self.questions.is_open(question) {
            return;
        }
        let ahead = self.questions.ahead.borrow_mut().take();
        if ahead.is_some() {
            return self.reply(ahead);
        }
        match self.questions.stdin.next(&prompt) {
            Source::Here(line) => self.reply(line),
            Source::Reader => self.ask_reader(&asked),
            Source::Promised(promise) => {
                let me = self.me.clone();
                spawn_local(async move {
                    let answer = JsFuture::from(promise).await;
                    let Some(controller) = me.upgrade() else {
                        return;
                    };
                    if !controller.questions.is_open(question) {
                        return;
                    }
                    let answer = answer.as_ref().map(stdin::answer).unwrap_or_else(|error| {
                        report_error(error);
                        Some(None)
                    });
                    match answer {
                        Some(line) => controller.reply(line),
                        None => controller.ask_reader(&Question {
                            prompt: &prompt,
                            hidden,
                        }),
                    }
                });
            }
        }
    }

    /// A run begins, is to end or has ended: nothing of another one counts.
    pub(super) fn stop_asking(&self) {
        self.questions.open.set(None);
        self.questions.ahead.borrow_mut().clear();
        self.questions.stdin.rewind();
        if let Some(output) = self.output.get() {
            output.close();
        }
    }

    fn ask_reader(&self, question: &Question) {
        let Some(output) = self.output.get() else {
            return;
        };
        let me = self.me.clone();
        output.ask(question, move |typed| {
            let Some(controller) = me.upgrade() else {
                return;
            };
            match typed {
                Typed::Text(text) => controller.reply(Some(text)),
                Typed::End => controller.reply(None),
                Typed::Stop => {
                    let _ = controller.stop();
                }
            }
        });
        let is_here = self.root.active_element().is_some();
        output.focus_field(if is_here {
            Reach::Editor
        } else {
            Reach::Elsewhere
        });
    }

    /// Answers the program: with the first line of a text, the others wait for
    /// their questions; or with the end of the input. Nothing happens, and the
    /// result is false, where no question is open.
    pub fn answer(&self, text: Option<String>) -> bool {
        let is_open = self.questions.open.get().is_some();
        if is_open {
            self.reply(text);
        }
        is_open
    }

    fn reply(&self, text: Option<String>) {
        let Some(question) = self.questions.open.take() else {
            return;
        };
        let mut ahead = self.questions.ahead.borrow_mut();
        let line = text.map(|text| ahead.split(&text));
        drop(ahead);
        self.shown.status.set("Running…".to_owned());
        if let Some(output) = self.output.get() {
            output.answered(line.as_deref().filter(|_| !question.hidden));
        }
        self.seat
            .member
            .answer(line.map_or(Answer::End, Answer::Line));
    }
}
