//! What the tests of a configuration share: a page, URLs as browsers resolve
//! them, and a network that is a list.

use runtime_config::{About, Answer, ConfigError, Kind, Plan, Planner, Resolve, Step};

/// Where the page of every test is.
pub const PAGE: &str = "https://page.example/course/lesson.html";

/// URLs by the `url` crate, which follows the same standard as browsers.
pub struct Urls;

impl Resolve for Urls {
    fn resolve(&self, reference: &str, base: &str) -> Option<String> {
        let base = url::Url::parse(base).ok()?;
        base.join(reference).ok().map(String::from)
    }
}

/// Plans with a network of these texts: URL, type, text. What is not listed is a 404.
pub fn plan_with(
    config: &str,
    kind: Kind,
    network: &[(&str, &str, &str)],
) -> Result<Plan, ConfigError> {
    let about = About {
        page: PAGE.to_owned(),
        kind,
        own_version: "314.0.7".to_owned(),
    };
    let mut planner = Planner::new(config, about);
    for _ in 0..10 {
        match planner.step(&Urls)? {
            Step::Done(plan) => return Ok(*plan),
            Step::Need(urls) => urls.iter().for_each(|url| {
                let found = network.iter().find(|(at, _, _)| at == url);
                let answer = found.map_or(Answer::Refused(404), |(_, mime, text)| Answer::Text {
                    mime: (*mime).to_owned(),
                    text: (*text).to_owned(),
                });
                planner.answer(url, answer);
            }),
        }
    }
    panic!("the planner asks for ever");
}

/// Plans an inline configuration for Pyodide.
pub fn plan(config: &str) -> Result<Plan, ConfigError> {
    plan_with(config, Kind::Pyodide, &[])
}

/// The text of the error of an inline configuration.
pub fn refused(config: &str) -> String {
    match plan(config) {
        Ok(plan) => panic!("accepted: {plan:?}"),
        Err(error) => error.to_string(),
    }
}
