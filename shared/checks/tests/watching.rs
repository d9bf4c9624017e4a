//! The dashboard shows every metric.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

use std::collections::BTreeSet;

use serde_json::Value;
use spaces_local::Template;

/// Returns the widgets of the dashboard.
fn widgets() -> Vec<Value> {
    let template = Template::of_this_checkout().unwrap();
    let body = &template.document()["Resources"]["Dashboard"]["Properties"]["DashboardBody"]["Fn::Sub"];
    let body: Value = serde_json::from_str(body.as_str().unwrap()).unwrap();
    body["widgets"].as_array().unwrap().clone()
}

/// Returns the names in the first column of the metrics table in docs/logging.md.
fn documented() -> BTreeSet<String> {
    let docs = include_str!("../../../docs/logging.md");
    let table = docs.split("| metric |").nth(1).unwrap().split("\n\n").next().unwrap();
    let names = table.lines().skip(2).map(|row| row.split('`').nth(1).unwrap().to_owned());
    names.collect()
}

#[test]
fn every_metric_is_on_the_dashboard() {
    let widgets = Value::from(widgets()).to_string().replace('\\', "");
    let metrics = documented();
    assert!(metrics.len() > 20, "{metrics:?}");
    let missing: Vec<&String> = metrics.iter().filter(|metric| !widgets.contains(&format!("\"{metric}\""))).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn widgets_do_not_overlap_and_each_expression_has_its_own_id() {
    let (mut cells, mut ids) = (BTreeSet::new(), BTreeSet::new());
    for widget in widgets() {
        let title = &widget["properties"]["title"];
        let number = |name: &str| widget[name].as_u64().unwrap();
        for x in number("x")..number("x") + number("width") {
            for y in number("y")..number("y") + number("height") {
                assert!(cells.insert((x, y)), "{title} covers another widget");
            }
        }
        let metrics = widget["properties"]["metrics"].as_array().unwrap();
        for id in metrics.iter().filter_map(|metric| metric[0]["id"].as_str()) {
            assert!(ids.insert(id.to_owned()), "{title}: {id} is already used");
        }
    }
}
