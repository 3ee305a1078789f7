//! From the attribute's text to the plan, by asking for texts on the way.
//!
//! Not here: what single keys mean (`files`, `packages`, `modules`,
//! `interpreter`).

use std::collections::BTreeMap;

use crate::error::{ConfigError, Place};
use crate::files::Files;
use crate::interpreter::{self, Kind};
use crate::keys;
use crate::modules;
use crate::packages::{self, Names, Package};
use crate::plan::{Cache, ModuleEntry, Plan};
use crate::read::{Document, Entry};
use crate::source::{self, Format, Source};
use crate::{Resolve, url_in};

/// What the planner must know beside the text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct About {
    /// The page's own URL: the base of inline configurations, and of the attribute.
    pub page: String,
    /// The editor's interpreter.
    pub kind: Kind,
    /// Its version in this build; asking for it changes nothing.
    pub own_version: String,
}

/// What happens next.
#[derive(Clone, Debug, PartialEq)]
pub enum Step {
    /// These URLs are needed, all at once; [`Planner::answer`] takes what came.
    Need(Vec<String>),
    /// The plan is whole.
    Done(Box<Plan>),
}

/// What came from a URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// Its text.
    Text {
        /// The `Content-Type`, in lower case.
        mime: String,
        /// The body.
        text: String,
    },
    /// The server refused, with this status.
    Refused(u16),
    /// There was no answer that this page may read; the browser's words.
    Nothing(String),
}

/// Makes a plan of a configuration.
#[derive(Clone, Debug)]
pub struct Planner {
    attribute: String,
    about: About,
    answers: BTreeMap<String, Answer>,
}

impl Planner {
    /// For the text of a `config` attribute.
    pub fn new(attribute: &str, about: About) -> Self {
        Self {
            attribute: attribute.to_owned(),
            about,
            answers: BTreeMap::new(),
        }
    }

    /// Takes what came from a URL that [`Step::Need`] named.
    pub fn answer(&mut self, url: &str, answer: Answer) {
        self.answers.insert(url.to_owned(), answer);
    }

    /// Goes as far as it can with the texts that are there.
    ///
    /// # Errors
    /// The first thing that keeps the configuration from being followed.
    pub fn step(&self, resolve: &dyn Resolve) -> Result<Step, ConfigError> {
        let main = match source::of_attribute(&self.attribute) {
            Source::Inline(format) => self.inline(format)?,
            Source::Url => {
                let url = self.main_url(resolve)?;
                let asked = Asked {
                    key: "",
                    place: None,
                };
                match self.fetched(&url, &asked)? {
                    Some(document) => document,
                    None => return Ok(Step::Need(vec![url])),
                }
            }
        };
        let mut draft = Draft::new(resolve);
        let mut missing = Vec::new();
        let list = self.follow(&main, None, &mut draft, &mut missing)?;
        if !missing.is_empty() {
            return Ok(Step::Need(missing));
        }
        self.finish(&main, draft, list, resolve)
    }

    fn inline(&self, format: Format) -> Result<Document, ConfigError> {
        let text = self.attribute.clone();
        let root = format.read(&text, None)?;
        Document::new(text, None, self.about.page.clone(), root)
    }

    fn main_url(&self, resolve: &dyn Resolve) -> Result<String, ConfigError> {
        let text = self.attribute.trim();
        let url = resolve.resolve(text, &self.about.page);
        url.ok_or_else(|| ConfigError {
            key: String::new(),
            place: None,
            problem: format!("`{text}` is neither a configuration nor a URL"),
            advice: "Give JSON in braces, TOML, or the URL of a .json or .toml file".to_owned(),
        })
    }

    /// The document at a URL, once its text is there.
    fn fetched(&self, url: &str, asked: &Asked<'_>) -> Result<Option<Document>, ConfigError> {
        match self.answers.get(url) {
            None => Ok(None),
            Some(Answer::Text { mime, text }) => {
                let root = Format::of_fetched(url, mime, text).read(text, Some(url))?;
                let from = Some(url.to_owned());
                Document::new(text.clone(), from, url.to_owned(), root).map(Some)
            }
            Some(Answer::Refused(status)) => Err(asked.error(
                format!("[{status}] Unable to fetch {url}"),
                "Check the address: it is relative to the page, or to the file that names it",
            )),
            Some(Answer::Nothing(words)) => Err(asked.error(
                format!("Unable to fetch {url}: there was no answer that this page may read ({words})"),
                "Check the network; a server other than the page's must allow it with the header Access-Control-Allow-Origin",
            )),
        }
    }

    /// Reads a document and the descriptors that it names, depth first. `url` is
    /// that of a descriptor. Gives its packages; texts that lack go to `missing`.
    fn follow(
        &self,
        document: &Document,
        url: Option<&str>,
        draft: &mut Draft<'_>,
        missing: &mut Vec<String>,
    ) -> Result<Vec<String>, ConfigError> {
        let entry = document.entry();
        if let Some(url) = url {
            draft.names.take(&entry, url)?;
        }
        draft.add(&entry)?;
        let Some(packages) = entry.get("packages") else {
            return Ok(Vec::new());
        };
        let packages = packages::read(&packages, draft.resolve)?;
        draft.auto |= packages.auto;
        let mut list = Vec::new();
        for package in packages.list {
            let (url, by) = match package {
                Package::Ready(text) => {
                    list.push(text);
                    continue;
                }
                Package::Described { url, by } => (url, by),
            };
            if draft.seen.contains(&url) {
                continue;
            }
            draft.seen.push(url.clone());
            let asked = Asked {
                key: &by.key,
                place: Some(by.place()),
            };
            match self.fetched(&url, &asked)? {
                Some(document) => {
                    list.extend(self.follow(&document, Some(&url), draft, missing)?)
                }
                None => missing.push(url),
            }
        }
        Ok(list)
    }

    fn finish(
        &self,
        main: &Document,
        draft: Draft<'_>,
        packages: Vec<String>,
        resolve: &dyn Resolve,
    ) -> Result<Step, ConfigError> {
        let mut plan = Plan::of_values(main.root());
        plan.packages = packages;
        plan.auto_packages = draft.auto;
        plan.files = draft.files.entries;
        plan.main_modules = draft.main_modules;
        plan.worker_modules = draft.worker_modules;
        let entry = main.entry();
        let asked = entry.get("interpreter").or_else(|| entry.get("version"));
        if let Some(asked) = asked {
            let own = &self.about.own_version;
            let loader = interpreter::read(&asked, self.about.kind, own, resolve)?;
            plan.interpreter = loader.url;
            plan.version = loader.version;
        }
        settings(&mut plan, &entry, resolve)?;
        for (name, value) in entry.map()? {
            plan.warnings.extend(keys::slip(&value, name));
        }
        Ok(Step::Done(Box::new(plan)))
    }
}

/// Who asked for a URL.
struct Asked<'a> {
    key: &'a str,
    place: Option<Place>,
}

impl Asked<'_> {
    fn error(&self, problem: String, advice: &str) -> ConfigError {
        ConfigError {
            key: self.key.to_owned(),
            place: self.place.clone(),
            problem,
            advice: advice.to_owned(),
        }
    }
}

/// What documents add up to.
struct Draft<'r> {
    resolve: &'r dyn Resolve,
    files: Files<'r>,
    main_modules: Vec<ModuleEntry>,
    worker_modules: Vec<ModuleEntry>,
    auto: bool,
    names: Names,
    /// Descriptors that were asked for.
    seen: Vec<String>,
}

impl<'r> Draft<'r> {
    fn new(resolve: &'r dyn Resolve) -> Self {
        Self {
            resolve,
            files: Files::new(resolve),
            main_modules: Vec::new(),
            worker_modules: Vec::new(),
            auto: false,
            names: Names::default(),
            seen: Vec::new(),
        }
    }

    /// The keys that descriptors have too, packages aside.
    fn add(&mut self, entry: &Entry<'_>) -> Result<(), ConfigError> {
        if let Some(files) = entry.get("files") {
            self.files.add(&files)?;
        }
        if let Some(fetch) = entry.get("fetch") {
            self.files.add_fetch(&fetch)?;
        }
        let Some(modules) = entry.get("js_modules") else {
            return Ok(());
        };
        modules.map()?;
        for (name, list) in [
            ("main", &mut self.main_modules),
            ("worker", &mut self.worker_modules),
        ] {
            if let Some(table) = modules.get(name) {
                modules::add(list, &table, self.resolve)?;
            }
        }
        Ok(())
    }
}

/// The keys with one plain value, which only the configuration itself has.
fn settings(plan: &mut Plan, entry: &Entry<'_>, resolve: &dyn Resolve) -> Result<(), ConfigError> {
    let bool = |name: &str| {
        let value = entry.get(name).map(|value| value.bool()).transpose();
        value.map(Option::unwrap_or_default)
    };
    plan.debug = bool("debug")?;
    plan.sync_main_only = bool("sync_main_only")?;
    if let Some(name) = entry.get("name") {
        name.text()?;
    }
    if let Some(plugins) = entry.get("plugins") {
        plugins.texts()?;
    }
    if let Some(urls) = entry.get("index_urls") {
        let urls = urls.texts()?.into_iter();
        plan.index_urls = urls
            .map(|(text, item)| index_url(text, &item, resolve))
            .collect::<Result<_, _>>()?;
    }
    if let Some(base) = entry.get("package_base_url") {
        plan.package_base_url = Some(folder_url(&base, resolve)?);
    }
    if let Some(cache) = entry.get("packages_cache") {
        plan.packages_cache = Some(cache_named(&cache)?);
    }
    if let Some(timeout) = entry.get("experimental_ffi_timeout") {
        plan.ffi_timeout_ms = timeout_ms(&timeout)?;
    }
    if let Some(proxy) = entry.get("experimental_create_proxy") {
        plan.create_proxy_auto = proxy.as_text() == Some("auto");
        plan.warnings
            .extend((!plan.create_proxy_auto).then(|| only_auto(&proxy)));
    }
    Ok(())
}

/// `PYPI` and absolute URLs stay as they are, and so does the placeholder in them.
fn index_url(text: &str, item: &Entry<'_>, resolve: &dyn Resolve) -> Result<String, ConfigError> {
    if !text.starts_with(['.', '/']) {
        return Ok(text.to_owned());
    }
    let url = url_in(item, text, resolve, "Write the URL of a package index")?;
    Ok(url.replace("%7B", "{").replace("%7D", "}"))
}

fn folder_url(base: &Entry<'_>, resolve: &dyn Resolve) -> Result<String, ConfigError> {
    let text = base.text()?;
    let advice = "Write the URL of the folder with the wheels of the distribution";
    let url = url_in(base, text, resolve, advice)?;
    Ok(format!("{}/", url.trim_end_matches('/')))
}

fn cache_named(entry: &Entry<'_>) -> Result<Cache, ConfigError> {
    let text = entry.text()?;
    let cache = Cache::ALL.into_iter().find(|cache| cache.name() == text);
    cache.ok_or_else(|| {
        entry.error(
            format!("`{text}` is no way of caching packages"),
            "Write \"never\", \"passthrough\" or \"all\"",
        )
    })
}

fn timeout_ms(entry: &Entry<'_>) -> Result<i64, ConfigError> {
    match entry.integer()? {
        timeout if timeout < -1 => Err(entry.error(
            format!("{timeout} is no time"),
            "Write milliseconds, or -1 for none",
        )),
        timeout => Ok(timeout),
    }
}

fn only_auto(entry: &Entry<'_>) -> String {
    format!(
        "config, {} ({}): Only the string \"auto\" has an effect here.",
        entry.key,
        entry.place()
    )
}
