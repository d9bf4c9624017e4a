//! Mutations of events.

use serde_json::{Value, json};

/// An event with one malformed part.
pub(crate) struct Mutation {
    /// The part, as a JSON pointer, and its defect.
    pub(crate) name: String,
    /// The part; for a part of JSON within a string, the part of that string.
    pub(crate) part: String,
    /// The event in the JSON that Lambda would pass.
    pub(crate) text: String,
}

/// Placeholder for text that a [`Value`] can't hold.
const MARK: &str = "@@mark@@";

/// Returns every mutation of an event, including mutations of the JSON in the strings at `inner`.
pub(crate) fn mutations(event: &Value, inner: &[&str]) -> Vec<Mutation> {
    let mut found = of_value(event);
    for at in inner {
        let text = event.pointer(at).and_then(Value::as_str).unwrap_or_default();
        let Ok(value) = serde_json::from_str::<Value>(text) else { continue };
        for mutation in of_value(&value) {
            let text = with(event, at, json!(mutation.text)).to_string();
            found.push(Mutation { name: format!("{at}{}", mutation.name), part: (*at).to_owned(), text });
        }
    }
    found
}

fn of_value(whole: &Value) -> Vec<Mutation> {
    let mut parts = Vec::new();
    collect(whole, "", &mut parts);
    let mut found = Vec::new();
    for part in parts {
        let mut add = |what: &str, text: String| {
            found.push(Mutation { name: format!("{part} {what}"), part: part.clone(), text });
        };
        let value = whole.pointer(&part).unwrap().clone();
        add("missing", without(whole, &part).to_string());
        if let Some(twice) = beside(whole, &part, MARK) {
            let (_, name) = part.rsplit_once('/').unwrap();
            add("given twice", twice.to_string().replace(MARK, &name.replace("~1", "/").replace("~0", "~")));
        }
        let text = value.as_str().unwrap_or("x");
        for (what, wrong) in [
            ("null", Value::Null),
            ("empty", json!("")),
            ("an empty object", json!({})),
            ("a huge number", json!(1e308)),
            ("in a list twice", json!([value, value])),
            ("doubled", json!(format!("{text}{text}"))),
            ("not ASCII", json!(format!("{text}Z\u{fc}rich \u{1f3e0}\r\n\0\u{fffe}"))),
            ("too long", json!(format!("{text}{}", "x".repeat(20_000)))),
        ] {
            add(what, with(whole, &part, wrong).to_string());
        }
    }
    found
}

/// Returns mutations that append half a surrogate pair to one string at a time. Only clients can send that: queues and
/// streams deliver UTF-8.
pub(crate) fn half_pairs(event: &Value) -> Vec<Mutation> {
    let mut parts = Vec::new();
    collect(event, "", &mut parts);
    let texts = parts.into_iter().filter_map(|part| Some((event.pointer(&part)?.as_str()?.to_owned(), part)));
    let half = |(text, part): (String, String)| {
        let event = with(event, &part, json!(format!("{text}{MARK}"))).to_string();
        Mutation { name: format!("{part} with half a surrogate pair"), part, text: event.replace(MARK, "\\ud83d") }
    };
    texts.map(half).collect()
}

/// Collects the JSON pointers of all parts of a value.
fn collect(value: &Value, at: &str, found: &mut Vec<String>) {
    let children: Vec<(String, &Value)> = match value {
        Value::Object(fields) => fields.iter().map(|(name, field)| (name.clone(), field)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, item)| (index.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (name, child) in children {
        let at = format!("{at}/{}", name.replace('~', "~0").replace('/', "~1"));
        collect(child, &at, found);
        found.push(at);
    }
}

fn with(whole: &Value, part: &str, value: Value) -> Value {
    let mut whole = whole.clone();
    *whole.pointer_mut(part).unwrap() = value;
    whole
}

fn without(whole: &Value, part: &str) -> Value {
    let mut whole = whole.clone();
    let (parent, name) = part.rsplit_once('/').unwrap();
    match whole.pointer_mut(parent).unwrap() {
        Value::Object(fields) => drop(fields.remove(&name.replace("~1", "/").replace("~0", "~"))),
        Value::Array(items) => drop(items.remove(name.parse().unwrap())),
        _ => {}
    }
    whole
}

/// Returns `whole` with an additional field `name` next to `part` and with its value, or `None` if `part` is an item of
/// a list.
fn beside(whole: &Value, part: &str, name: &str) -> Option<Value> {
    let mut whole = whole.clone();
    let value = whole.pointer(part)?.clone();
    let (parent, _) = part.rsplit_once('/')?;
    whole.pointer_mut(parent)?.as_object_mut()?.insert(name.to_owned(), value);
    Some(whole)
}
