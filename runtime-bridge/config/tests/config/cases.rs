//! What each key means, and what each mistake says, case by case.

use crate::support::{PAGE, plan, plan_with, refused};
use runtime_config::{Answer, Cache, Kind};

fn file_list(config: &str) -> Vec<(String, String, bool)> {
    let plan = plan(config).expect("the configuration is right");
    let files = plan.files.into_iter();
    files.map(|f| (f.url, f.path, f.unpack)).collect()
}

fn at_page(name: &str) -> String {
    format!("https://page.example/course/{name}")
}

#[test]
fn json_and_toml_say_the_same() {
    let json = plan(
        r#"{"packages": ["numpy"], "files": {"./b.csv": "", "./a.csv": "data/"}, "title": "x", "debug": true}"#,
    )
    .expect("JSON is read");
    let toml = plan(
        "packages = [\"numpy\"]\ntitle = \"x\"\ndebug = true\n[files]\n\"./b.csv\" = \"\"\n\"./a.csv\" = \"data/\"\n",
    )
    .expect("TOML is read");
    assert_eq!(json.packages, toml.packages);
    assert_eq!(json.files, toml.files);
    assert_eq!(json.debug, toml.debug);
    assert_eq!(json.files[0].path, "./b.csv", "in the order of the text");
    assert_eq!(json.files[1].key, "files[\"./a.csv\"]");
}

#[test]
fn nothing_is_a_configuration_too() {
    for empty in ["", "  \n", "{}", "# later"] {
        let plan = plan(empty).expect("empty is legal");
        assert_eq!(plan.values, "{}");
        assert!(plan.packages.is_empty() && plan.warnings.is_empty());
        assert_eq!(plan.ffi_timeout_ms, -1);
    }
}

#[test]
fn a_url_is_fetched_and_is_the_base_of_what_it_names() {
    let url = "https://page.example/shared/py.config?v=2";
    let toml = "interpreter = \"./mine/pyodide.mjs\"\npackages = [\"./a-1-py3-none-any.whl\", \"b\"]\n[files]\n\"x.csv\" = \"x.csv\"";
    let plan = plan_with(
        "../shared/py.config?v=2",
        Kind::Pyodide,
        &[(url, "application/toml", toml)],
    )
    .expect("the file is read");
    assert_eq!(plan.files[0].url, "https://page.example/shared/x.csv");
    assert_eq!(
        plan.interpreter.as_deref(),
        Some("https://page.example/shared/mine/pyodide.mjs")
    );
    assert_eq!(
        plan.packages,
        ["https://page.example/shared/a-1-py3-none-any.whl", "b"]
    );
    assert!(
        plan.values
            .contains("\"packages\":[\"./a-1-py3-none-any.whl\"")
    );
}

#[test]
fn a_missing_file_is_named_with_its_status() {
    let error = plan_with("conf.toml", Kind::Pyodide, &[]).expect_err("404");
    assert_eq!(
        error.to_string(),
        "config: [404] Unable to fetch https://page.example/course/conf.toml. Check the address: it is relative to the page, or to the file that names it."
    );
}

#[test]
fn no_answer_is_told_apart_from_a_refusal() {
    let about = runtime_config::About {
        page: PAGE.to_owned(),
        kind: Kind::MicroPython,
        own_version: String::new(),
    };
    let mut planner = runtime_config::Planner::new("conf.json", about);
    planner.answer(
        &at_page("conf.json"),
        Answer::Nothing("Failed to fetch".into()),
    );
    let text = planner
        .step(&crate::support::Urls)
        .expect_err("offline")
        .to_string();
    assert!(
        text.contains("no answer that this page may read (Failed to fetch)"),
        "{text}"
    );
    assert!(text.contains("Access-Control-Allow-Origin"), "{text}");
}

#[test]
fn a_page_in_place_of_a_configuration_is_recognised() {
    let url = at_page("conf.json");
    let error = plan_with(
        "conf.json",
        Kind::Pyodide,
        &[(&url, "text/html", "<!doctype html>")],
    )
    .expect_err("a page is no configuration");
    let text = error.to_string();
    assert!(
        text.contains("line 1, column 1 of https://page.example/course/conf.json"),
        "{text}"
    );
    assert!(text.contains("a page instead of a configuration"), "{text}");
}

#[test]
fn syntax_errors_name_line_and_column() {
    let json = refused("{\n  \"packages\": [\"numpy\",]\n}");
    assert!(
        json.starts_with("config (line 2, column 24): This is not valid JSON: "),
        "{json}"
    );
    let toml = refused("packages = [\"a\"]\nfiles = {\n\"é\" = }\n");
    assert!(
        toml.starts_with("config (line 3, column 7): This is not valid TOML: "),
        "{toml}"
    );
}

#[test]
fn a_wrong_type_names_key_and_place() {
    let cases = [
        (
            "packages = \"numpy\"",
            "config, packages (line 1, column 12): This must be a list of strings, or \"auto\", not a string.",
        ),
        (
            "[packages]\nunittest = \"\"",
            "config, packages (line 1, column 1): This must be a list of strings, or \"auto\", not a table.",
        ),
        (
            "packages = [\"a\", 1]",
            "config, packages[1] (line 1, column 18): This must be a string, not a number.",
        ),
        (
            "{\"files\": []}",
            "config, files (line 1, column 11): This must be a table, not a list.",
        ),
        (
            "{\"files\": {\"./a b\": null}}",
            "config, files[\"./a b\"] (line 1, column 21): This must be a string, not null.",
        ),
        (
            "debug = 1",
            "config, debug (line 1, column 9): This must be true or false, not a number.",
        ),
        (
            "sync_main_only = \"yes\"",
            "config, sync_main_only (line 1, column 18): This must be true or false, not a string.",
        ),
        (
            "interpreter = 3",
            "config, interpreter (line 1, column 15): This must be a string, not a number.",
        ),
        (
            "experimental_ffi_timeout = 1.5",
            "config, experimental_ffi_timeout (line 1, column 28): This must be a whole number, not a number.",
        ),
        (
            "js_modules = []",
            "config, js_modules (line 1, column 14): This must be a table, not a list.",
        ),
        (
            "[js_modules]\nmain = \"x\"",
            "config, js_modules.main (line 2, column 8): This must be a table, not a string.",
        ),
        (
            "index_urls = \"x\"",
            "config, index_urls (line 1, column 14): This must be a list of strings, not a string.",
        ),
        (
            "plugins = [true]",
            "config, plugins[0] (line 1, column 12): This must be a string, not a boolean.",
        ),
        (
            "fetch = {}",
            "config, fetch (line 1, column 9): This must be a list of tables, not a table.",
        ),
        (
            "packages_cache = \"some\"",
            "config, packages_cache (line 1, column 18): `some` is no way of caching packages.",
        ),
        (
            "experimental_ffi_timeout = -2",
            "config, experimental_ffi_timeout (line 1, column 28): -2 is no time.",
        ),
        (
            "packages = [\"\"]",
            "config, packages[0] (line 1, column 13): This package has no name.",
        ),
    ];
    for (config, start) in cases {
        let text = refused(config);
        assert!(text.starts_with(start), "{config}\n{text}\n{start}");
        assert!(
            text.ends_with('.') && text.len() > start.len(),
            "says what to do: {text}"
        );
    }
    let list = at_page("c.json");
    let error = plan_with("c.json", Kind::Pyodide, &[(&list, "", "[1]")]).expect_err("a list");
    let text = error.to_string();
    assert!(
        text.contains("A configuration must be a table of keys, not a list"),
        "{text}"
    );
}

#[test]
fn files_are_resolved_and_named() {
    let files = file_list(
        "[files]\n\"{FROM}\" = \"https://data.example/v1\"\n\"{DEEP}\" = \"{FROM}/deep\"\n\"{DEEP}/a.csv\" = \"\"\n\"./b.csv?x=1\" = \"in/\"\n\"c.csv\" = \"/abs/c.csv\"\n\"{FROM}/d.csv\" = \"{DEEP}.csv\"",
    );
    assert_eq!(
        files,
        [
            (
                "https://data.example/v1/deep/a.csv".into(),
                "./a.csv".into(),
                false
            ),
            (at_page("b.csv?x=1"), "in/b.csv?x=1".into(), false),
            (at_page("c.csv"), "/abs/c.csv".into(), false),
            (
                "https://data.example/v1/d.csv".into(),
                "https://data.example/v1/deep.csv".into(),
                false
            ),
        ]
    );
}

#[test]
fn archives_go_to_folders() {
    let files = file_list(
        "[files]\n\"a.zip\" = \"./*\"\n\"b.tar.gz?v=2\" = \"./*\"\n\"https://h.example/download\" = \"/lib/*\"\n\"c.whl\" = \"*\"\n\"d.tgz\" = \"x/*\"\n\"e.tar\" = \"e/*\"",
    );
    let folders: Vec<_> = files
        .iter()
        .map(|(_, path, unpack)| (path.as_str(), *unpack))
        .collect();
    assert_eq!(
        folders,
        [
            ("./", true),
            ("./", true),
            ("/lib/", true),
            ("./", true),
            ("x/", true),
            ("e/", true)
        ]
    );
    for wrong in ["a.gz", "a.txt", "./a.rar?x=.zip"] {
        let text = refused(&format!("[files]\n\"{wrong}\" = \"./*\""));
        assert!(
            text.contains(&format!("Unsupported archive {wrong}")),
            "{text}"
        );
    }
}

#[test]
fn mistakes_in_files_have_the_known_texts() {
    let cases = [
        (
            "[files]\n\"{A}\" = \"x\"\n\"{A}/a\" = \"{B}\"",
            "files[\"{A}/a\"] (line 3, column 11): Invalid template: {B}.",
        ),
        (
            "[files]\n\"{A}/a\" = \"x\"\n\"{A}\" = \"x\"",
            "Invalid template: {A}.",
        ),
        (
            "[files]\n\"a\" = \"x\"\n\"b\" = \"x\"",
            "files.b (line 3, column 7): Duplicated destination: x.",
        ),
        ("[files]\n\"a/\" = \"\"", "ends in a slash"),
        ("[files]\n\"https://[\" = \"x\"", "`https://[` is no URL."),
        (
            "[[fetch]]\nfiles = [\"a\"]\nto_file = \"b\"",
            "Cannot use 'to_file' and 'files' parameters together!.",
        ),
        (
            "[[fetch]]\nfrom = \"a/\"",
            "Couldn't determine the filename from the path a/, please supply 'to_file' parameter.",
        ),
    ];
    for (config, part) in cases {
        let text = refused(config);
        assert!(text.contains(part), "{text}\n{part}");
    }
}

#[test]
fn a_template_is_defined_once() {
    // JSON and TOML refuse or merge the same key; differing keys cannot clash. So
    // the rule shows itself where a package brings the same name again: it may.
    let network = [(
        "https://page.example/course/p.toml",
        "",
        "name = \"p\"\n[files]\n\"{A}\" = \"y\"\n\"{A}.csv\" = \"y.csv\"",
    )];
    let plan = plan_with(
        "packages = [\"p.toml\"]\n[files]\n\"{A}\" = \"x\"\n\"{A}.csv\" = \"x.csv\"",
        Kind::Pyodide,
        &network,
    )
    .expect("templates belong to one document");
    let urls: Vec<_> = plan.files.iter().map(|file| file.url.as_str()).collect();
    assert_eq!(urls, [at_page("x.csv"), at_page("y.csv")]);
}

#[test]
fn the_older_form_of_files() {
    let files = file_list(
        "[[fetch]]\nfrom = \"data\"\nto_folder = \"in\"\nfiles = [\"a.csv\", \"b/c.csv\"]\n[[fetch]]\nfrom = \"x/y.py\"\n[[fetch]]\nfrom = \"x/z\"\nto_file = \"z.py\"\n[[fetch]]\nfiles = [\"here.py\"]",
    );
    assert_eq!(
        files,
        [
            (at_page("data/a.csv"), "in/a.csv".into(), false),
            (at_page("data/b/c.csv"), "in/b/c.csv".into(), false),
            (at_page("x/y.py"), "./y.py".into(), false),
            (at_page("x/z"), "./z.py".into(), false),
            (at_page("here.py"), "./here.py".into(), false),
        ]
    );
}

#[test]
fn packages_are_names_urls_or_files() {
    let plan = plan(
        r#"{"packages": ["numpy==2.0", "./a.whl?x", "w/b-1-py3-none-any.whl", "https://h.example/c.whl", "github:org/repo/x.py", "d @ https://h.example/d.whl", "emfs:/e.whl", "/f/g", "auto"]}"#,
    )
    .expect("all are legal");
    assert_eq!(
        plan.packages,
        [
            "numpy==2.0",
            "https://page.example/course/a.whl?x",
            "https://page.example/course/w/b-1-py3-none-any.whl",
            "https://h.example/c.whl",
            "github:org/repo/x.py",
            "d @ https://h.example/d.whl",
            "emfs:/e.whl",
            "https://page.example/f/g",
        ]
    );
    assert!(plan.auto_packages);
}

#[test]
fn auto_alone_is_a_word() {
    let plan = plan("packages = \"auto\"").expect("legal");
    assert!(plan.auto_packages && plan.packages.is_empty());
}

#[test]
fn descriptors_bring_files_modules_and_packages() {
    let network = [
        (
            "https://page.example/course/kit/kit.toml",
            "",
            "name = \"kit\"\npackages = [\"six\", \"../kit/kit.toml\", \"./more.json\"]\n[files]\n\"./kit.py\" = \"\"\n[js_modules.main]\n\"./kit.js\" = \"kit\"",
        ),
        (
            "https://page.example/course/kit/more.json",
            "",
            r#"{"name": "more", "packages": ["toolz"], "js_modules": {"worker": {"w.js": "w"}}}"#,
        ),
    ];
    let plan = plan_with(
        "packages = [\"a\", \"./kit/kit.toml\", \"b\"]",
        Kind::MicroPython,
        &network,
    )
    .expect("both are read");
    assert_eq!(plan.packages, ["a", "six", "toolz", "b"]);
    assert_eq!(plan.files[0].url, at_page("kit/kit.py"));
    assert_eq!(plan.main_modules[0].url, at_page("kit/kit.js"));
    assert_eq!(plan.worker_modules[0].url, at_page("kit/w.js"));
}

#[test]
fn descriptors_must_fit_together() {
    let one = "https://page.example/course/one.toml";
    let two = "https://page.example/course/two.toml";
    let both = "packages = [\"one.toml\", \"two.toml\"]";
    let cases = [
        (
            "name = \"x\"",
            "name = \"x\"",
            "Unable to process x @ https://page.example/course/two.toml.",
        ),
        ("name = \"x\"", "packages = []", "lacks a `name`."),
        (
            "name = \"x\"\n[files]\n\"a\" = \"a\"",
            "name = \"y\"\n[files]\n\"a\" = \"b\"",
            "Duplicated path: a.",
        ),
        (
            "name = \"x\"\n[js_modules.main]\n\"a\" = \"a\"",
            "name = \"y\"\n[js_modules.main]\n\"a\" = \"b\"",
            "Duplicated path: a.",
        ),
        (
            "name = \"x\"\n[files]\n\"a\" = \"a\"",
            "name = \"y\"\n[files]\n\"b\" = \"a\"",
            "Duplicated destination: a.",
        ),
    ];
    for (first, second, part) in cases {
        let network = [(one, "", first), (two, "", second)];
        let error = plan_with(both, Kind::Pyodide, &network).expect_err(part);
        assert!(error.to_string().contains(part), "{error}");
        assert!(error.to_string().contains("two.toml"), "{error}");
    }
    let error = plan_with(both, Kind::Pyodide, &[(one, "", "name = \"x\"")]).expect_err("404");
    assert!(
        error.to_string().starts_with("config, packages[1] (line 1, column 25): [404] Unable to fetch https://page.example/course/two.toml."),
        "{error}"
    );
}

#[test]
fn modules_are_named_for_python() {
    let plan = plan("[js_modules.main]\n\"./a.js\" = \"a\"\n\"./a.css\" = \"a\"\n[js_modules.worker]\n\"https://h.example/b\" = \"b\"")
        .expect("legal");
    let main: Vec<_> = plan
        .main_modules
        .iter()
        .map(|m| (m.url.as_str(), m.name.as_str()))
        .collect();
    assert_eq!(
        main,
        [
            (at_page("a.js").as_str(), "a"),
            (at_page("a.css").as_str(), "a")
        ]
    );
    assert_eq!(
        plan.worker_modules[0].key,
        "js_modules.worker[\"https://h.example/b\"]"
    );
    let text = refused("[js_modules.main]\n\"./a.js\" = \"a-b\"");
    assert!(
        text.contains("`a-b` cannot be the name of a module in Python"),
        "{text}"
    );
}

#[test]
fn an_interpreter_is_a_version_or_a_url() {
    let cases = [
        ("314.0.7", Kind::Pyodide, None, Some("314.0.7")),
        (
            "0.29.0",
            Kind::Pyodide,
            Some("https://cdn.jsdelivr.net/pyodide/v0.29.0/full/pyodide.mjs"),
            Some("0.29.0"),
        ),
        (
            "1.26.0-3",
            Kind::MicroPython,
            Some(
                "https://cdn.jsdelivr.net/npm/@micropython/micropython-webassembly-pyscript@1.26.0-3/micropython.mjs",
            ),
            Some("1.26.0-3"),
        ),
        (
            "./x/pyodide.mjs",
            Kind::Pyodide,
            Some("https://page.example/course/x/pyodide.mjs"),
            None,
        ),
        (
            "https://h.example/p.mjs",
            Kind::Pyodide,
            Some("https://h.example/p.mjs"),
            None,
        ),
    ];
    for (wanted, kind, url, version) in cases {
        let plan = plan_with(&format!("interpreter = \"{wanted}\""), kind, &[]).expect(wanted);
        assert_eq!(
            (plan.interpreter.as_deref(), plan.version.as_deref()),
            (url, version)
        );
    }
    let alias = plan("version = \"0.29.0\"").expect("legal");
    assert!(alias.interpreter.is_some());
    assert!(refused("interpreter = \"\"").contains("neither a version nor a URL"));
}

#[test]
fn the_other_settings() {
    let plan = plan(
        "packages_cache = \"passthrough\"\nindex_urls = [\"./simple/{package_name}/\", \"https://h.example/simple\"]\npackage_base_url = \"../wheels\"\nsync_main_only = true\nexperimental_create_proxy = \"auto\"\nexperimental_ffi_timeout = 30\nplugins = [\"!error\"]\nname = \"me\"\n",
    )
    .expect("legal");
    assert_eq!(plan.packages_cache, Some(Cache::Passthrough));
    assert_eq!(
        plan.index_urls,
        [
            "https://page.example/course/simple/{package_name}/",
            "https://h.example/simple"
        ]
    );
    assert_eq!(
        plan.package_base_url.as_deref(),
        Some("https://page.example/wheels/")
    );
    assert!(plan.sync_main_only && plan.create_proxy_auto && plan.warnings.is_empty());
    assert_eq!(plan.ffi_timeout_ms, 30);
}

#[test]
fn only_probable_slips_are_warned_of() {
    let plan = plan("title = \"x\"\npakages = []\n[experimental_create_proxy]\nauto = true")
        .expect("legal");
    assert_eq!(
        plan.warnings,
        [
            "config, experimental_create_proxy (line 3, column 1): Only the string \"auto\" has an effect here.",
            "config, pakages (line 2, column 11): This key is not known; did you mean `packages`? It has no effect but is readable as `pyscript.config[\"pakages\"]`.",
        ]
    );
    assert!(!plan.create_proxy_auto);
    assert!(plan.values.contains("\"title\":\"x\""));
}

#[test]
fn the_plan_travels_as_json() {
    let plan = plan(
        "x = [1, +2.5, -1_0.0e+3, 0x1F, -inf, nan, true, 1979-05-27]\n\"q\\\"\" = \"\\n\\\\\"",
    )
    .expect("legal");
    assert_eq!(
        plan.values,
        r#"{"x":[1,2.5,-10.0e+3,31,null,null,true,"1979-05-27"],"q\"":"\u000a\\"}"#
    );
    assert_eq!(
        plan.to_json(),
        format!(
            r#"{{"interpreter":null,"version":null,"packages":[],"auto_packages":false,"index_urls":[],"package_base_url":null,"packages_cache":null,"debug":false,"files":[],"js_modules":{{"main":[],"worker":[]}},"sync_main_only":false,"create_proxy_auto":false,"ffi_timeout":-1,"values":{},"warnings":[]}}"#,
            plan.values
        )
    );
}

#[test]
fn nesting_has_a_bottom() {
    let text = refused(&format!(
        "{{\"a\": {}1{}}}",
        "[".repeat(5000),
        "]".repeat(5000)
    ));
    assert!(text.contains("JSON"), "{text}");
}
