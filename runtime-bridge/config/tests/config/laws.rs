//! Laws of configurations, under random ones.

use crate::support::{plan, plan_with};
use proptest::prelude::*;
use runtime_config::Kind;
use serde_json::Value;

/// Any JSON below a table, without names that have a meaning of their own.
fn tables() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let value = leaf.prop_recursive(4, 32, 5, |inner| {
        let table = prop::collection::btree_map("[a-z\"é ]{0,6}", inner.clone(), 0..5);
        prop_oneof![
            prop::collection::vec(inner, 0..5).prop_map(Value::from),
            table.prop_map(Value::from_iter),
        ]
    });
    prop::collection::btree_map("x[a-z\"\\\\\n]{0,5}", value, 0..5).prop_map(Value::from_iter)
}

/// JSON's null has no word in TOML.
fn has_null(value: &Value) -> bool {
    match value {
        Value::Null => true,
        Value::Array(items) => items.iter().any(has_null),
        Value::Object(table) => table.values().any(has_null),
        _ => false,
    }
}

proptest! {
    /// What a program reads is what the author wrote.
    #[test]
    fn values_are_the_configuration(config in tables()) {
        let plan = plan(&serde_json::to_string_pretty(&config).expect("JSON")).expect("legal");
        prop_assert_eq!(serde_json::from_str::<Value>(&plan.values).expect("JSON"), config);
    }

    /// TOML says what JSON says.
    #[test]
    fn toml_is_json(config in tables().prop_filter("null", |config| !has_null(config))) {
        let table: toml::Table = serde_json::from_value(config.clone()).expect("a table");
        let plan = plan(&format!("# TOML\n{table}")).expect("legal");
        prop_assert_eq!(serde_json::from_str::<Value>(&plan.values).expect("JSON"), config);
    }

    /// No text makes it panic, and every refusal is a sentence about the configuration.
    #[test]
    fn any_text_is_planned_or_refused(text in "[\\[\\]{}=\",.a-f\\n# é0-9:]{0,60}") {
        if let Err(error) = plan(&text) {
            let said = error.to_string();
            prop_assert!(said.starts_with("config") && said.ends_with('.'), "{said}");
        }
    }

    /// A wrong value is found where it stands, however the text is laid out.
    #[test]
    fn errors_stand_where_the_value_is(before in prop::collection::vec("x[a-z]{1,4}", 0..5), blanks in "[ \\n]{0,9}") {
        let mut config = String::from("{");
        for (index, name) in before.iter().enumerate() {
            config += &format!("\"{name}{index}\":{blanks}\"é\",");
        }
        config += &format!("\"debug\":{blanks}");
        let lines = config.matches('\n').count() + 1;
        let column = config.rsplit('\n').next().unwrap_or_default().chars().count() + 1;
        config += "7}";
        let error = plan(&config).expect_err("7 is no boolean");
        let place = error.place.expect("it stands somewhere");
        prop_assert_eq!((place.line, place.column), (lines, column));
    }

    /// Files keep their order, each is absolute, and no two go to one place.
    #[test]
    fn destinations_are_distinct(names in prop::collection::vec("[a-c]{1,2}", 0..6)) {
        let mut config = String::from("[files]\n");
        for (index, name) in names.iter().enumerate() {
            config += &format!("\"s{index}\" = \"{name}\"\n");
        }
        let mut sorted = names.clone();
        sorted.sort();
        sorted.dedup();
        match plan_with(&config, Kind::MicroPython, &[]) {
            Ok(plan) => {
                prop_assert_eq!(sorted.len(), names.len());
                let paths: Vec<_> = plan.files.iter().map(|file| file.path.clone()).collect();
                prop_assert_eq!(paths, names);
                prop_assert!(plan.files.iter().all(|file| file.url.starts_with("https://page.example/course/s")));
            }
            Err(error) => {
                prop_assert!(sorted.len() < names.len());
                prop_assert!(error.problem.starts_with("Duplicated destination: "));
            }
        }
    }
}
