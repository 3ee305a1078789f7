//! The plan: everything a worker needs to know of a configuration, with absolute
//! URLs, as the object that travels to it.

use crate::json::Writer;
use crate::tree::Node;

/// What a worker has to do before the first program runs.
#[derive(Clone, Debug, PartialEq)]
pub struct Plan {
    /// URL of the interpreter's module; nothing for the build's own.
    pub interpreter: Option<String>,
    /// The version that was asked for, if it was asked for by version.
    pub version: Option<String>,
    /// Names, requirements, and URLs of packages, in order.
    pub packages: Vec<String>,
    /// Whether what a program imports is installed by itself.
    pub auto_packages: bool,
    /// Where names of packages are looked up; empty for the installer's own.
    pub index_urls: Vec<String>,
    /// Folder of the distribution's wheels, with a slash at its end.
    pub package_base_url: Option<String>,
    /// What PyScript would keep of packages between visits.
    pub packages_cache: Option<Cache>,
    /// Whether the interpreter explains itself at length.
    pub debug: bool,
    /// What is fetched into the file system.
    pub files: Vec<FileEntry>,
    /// Modules that the page imports when a program asks for them.
    pub main_modules: Vec<ModuleEntry>,
    /// Modules that the worker imports at its start.
    pub worker_modules: Vec<ModuleEntry>,
    /// Whether the program does without synchronous access to the page.
    pub sync_main_only: bool,
    /// Whether `experimental_create_proxy` is `"auto"`.
    pub create_proxy_auto: bool,
    /// Milliseconds for which reads of the page may be answered from memory; -1 for never.
    pub ffi_timeout_ms: i64,
    /// The configuration itself, as JSON, for `pyscript.config`.
    pub values: String,
    /// Whole sentences about what is probably a mistake.
    pub warnings: Vec<String>,
}

/// A fetched file, or an archive that is unpacked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileEntry {
    /// Its key as a path, for errors: `files["./a.csv"]`.
    pub key: String,
    /// Where it is.
    pub url: String,
    /// Where it goes: a file, or a folder with a slash at its end if it is unpacked.
    pub path: String,
    /// Whether it is an archive whose content goes to the folder `path`.
    pub unpack: bool,
}

/// A JavaScript module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleEntry {
    /// Its key as a path, for errors.
    pub key: String,
    /// Where it is.
    pub url: String,
    /// Its name below `pyscript.js_modules`.
    pub name: String,
}

/// The values of `packages_cache`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cache {
    /// Nothing is kept.
    Never,
    /// The interpreter's own loader takes the names.
    Passthrough,
    /// Wheels of one's own are kept too.
    All,
}

impl Cache {
    /// All of them.
    pub(crate) const ALL: [Self; 3] = [Self::Never, Self::Passthrough, Self::All];

    /// The value as it is written.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Passthrough => "passthrough",
            Self::All => "all",
        }
    }
}

impl Plan {
    /// What does nothing, for a configuration of these values.
    pub(crate) fn of_values(values: &Node) -> Self {
        let mut json = Writer::default();
        json.node(values);
        Self {
            interpreter: None,
            version: None,
            packages: Vec::new(),
            auto_packages: false,
            index_urls: Vec::new(),
            package_base_url: None,
            packages_cache: None,
            debug: false,
            files: Vec::new(),
            main_modules: Vec::new(),
            worker_modules: Vec::new(),
            sync_main_only: false,
            create_proxy_auto: false,
            ffi_timeout_ms: -1,
            values: json.finish(),
            warnings: Vec::new(),
        }
    }

    /// The plan as JSON, with the names that the worker's JavaScript uses.
    pub fn to_json(&self) -> String {
        let mut json = Writer::default();
        json.object(|json| {
            json.key("interpreter")
                .optional(self.interpreter.as_deref());
            json.key("version").optional(self.version.as_deref());
            texts(json.key("packages"), &self.packages);
            json.key("auto_packages").bool(self.auto_packages);
            texts(json.key("index_urls"), &self.index_urls);
            json.key("package_base_url")
                .optional(self.package_base_url.as_deref());
            json.key("packages_cache")
                .optional(self.packages_cache.map(Cache::name));
            json.key("debug").bool(self.debug);
            json.key("files").list(&self.files, FileEntry::write);
            json.key("js_modules").object(|json| {
                json.key("main")
                    .list(&self.main_modules, ModuleEntry::write);
                json.key("worker")
                    .list(&self.worker_modules, ModuleEntry::write);
            });
            json.key("sync_main_only").bool(self.sync_main_only);
            json.key("create_proxy_auto").bool(self.create_proxy_auto);
            json.key("ffi_timeout")
                .raw(&self.ffi_timeout_ms.to_string());
            json.key("values").raw(&self.values);
            texts(json.key("warnings"), &self.warnings);
        });
        json.finish()
    }
}

impl FileEntry {
    fn write(json: &mut Writer, entry: &Self) {
        json.object(|json| {
            json.key("key").text(&entry.key);
            json.key("url").text(&entry.url);
            json.key("path").text(&entry.path);
            json.key("unpack").bool(entry.unpack);
        });
    }
}

impl ModuleEntry {
    fn write(json: &mut Writer, entry: &Self) {
        json.object(|json| {
            json.key("key").text(&entry.key);
            json.key("url").text(&entry.url);
            json.key("name").text(&entry.name);
        });
    }
}

fn texts(json: &mut Writer, texts: &[String]) {
    json.list(texts, |json, text| json.text(text));
}
