//! The subset of CloudWatch Logs Insights' query language that the documentation uses, applied to lines of a log.
//! Everything else is an error, so that no query passes untested.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::syntax::{Aggregate, Command, Condition, Operand, Query};

/// A line of a log or a row of a result: values by field name.
pub(crate) type Row = BTreeMap<String, Value>;

/// Parses a line of a log as Insights does: the members of a JSON object by their paths, and the line as `@message`.
pub(crate) fn row(line: &str) -> Row {
    let mut row = Row::from([("@message".to_owned(), Value::from(line))]);
    let line: Value = serde_json::from_str(line).unwrap_or_default();
    if let Some(time) = line["timestamp"].as_str() {
        row.insert("@timestamp".to_owned(), Value::from(time));
    }
    add(&mut row, "", &line);
    row
}

fn add(row: &mut Row, path: &str, value: &Value) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let path = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                add(row, &path, value);
            }
        }
        value => {
            row.insert(path.to_owned(), value.clone());
        }
    }
}

/// Returns the text of a value as results show it.
pub(crate) fn text(value: Option<&Value>) -> String {
    match value {
        None | Some(Value::Null) => String::new(),
        Some(Value::String(text)) => text.clone(),
        Some(value) => value.to_string(),
    }
}

/// Runs a query on lines.
pub(crate) fn run(query: &Query, lines: &[Row]) -> Vec<Row> {
    let mut rows = lines.to_vec();
    for command in &query.0 {
        rows = match command {
            Command::Filter(condition) => rows.into_iter().filter(|row| holds(condition, row)).collect(),
            Command::Fields(names) => {
                let keep = |row: Row| row.into_iter().filter(|(name, _)| names.contains(name)).collect();
                rows.into_iter().map(keep).collect()
            }
            Command::Sort { by, is_descending } => {
                rows.sort_by(|one, other| compare(one.get(by), other.get(by)));
                if *is_descending {
                    rows.reverse();
                }
                rows
            }
            Command::Limit(limit) => {
                rows.truncate(*limit);
                rows
            }
            Command::Stats { aggregates, by } => stats(aggregates, by, &rows),
        };
    }
    rows
}

fn stats(aggregates: &[(Aggregate, String)], by: &[Operand], rows: &[Row]) -> Vec<Row> {
    let mut groups: BTreeMap<Vec<String>, Vec<&Row>> = BTreeMap::new();
    for row in rows {
        groups.entry(by.iter().map(|operand| operand.of(row)).collect()).or_default().push(row);
    }
    let result = |(key, rows): (Vec<String>, Vec<&Row>)| {
        let keys = by.iter().zip(key).map(|(operand, value)| (operand.name(), Value::from(value)));
        keys.chain(aggregates.iter().map(|(aggregate, name)| (name.clone(), aggregate.of(&rows)))).collect()
    };
    groups.into_iter().map(result).collect()
}

impl Operand {
    fn of(&self, row: &Row) -> String {
        match self {
            Self::Field(name) => text(row.get(name)),
            // All times have the same format; "2026-11-21T12:00" is the minute.
            Self::Minute => text(row.get("@timestamp")).chars().take(16).collect(),
        }
    }
}

impl Aggregate {
    fn of(&self, rows: &[&Row]) -> Value {
        let numbers = |name: &str| {
            let mut numbers: Vec<f64> = rows.iter().filter_map(|row| row.get(name)?.as_f64()).collect();
            numbers.sort_by(f64::total_cmp);
            numbers
        };
        match self {
            Self::Count => Value::from(rows.len()),
            Self::CountDistinct(name) => {
                Value::from(rows.iter().map(|row| text(row.get(name))).collect::<BTreeSet<_>>().len())
            }
            Self::Sum(name) => Value::from(numbers(name).iter().sum::<f64>()),
            Self::Max(name) => numbers(name).last().copied().map_or(Value::Null, Value::from),
            Self::Percentile(name, percent) => {
                let numbers = numbers(name);
                let rank = (numbers.len() * percent).div_ceil(100).max(1);
                numbers.get(rank - 1).copied().map_or(Value::Null, Value::from)
            }
        }
    }
}

fn holds(condition: &Condition, row: &Row) -> bool {
    match condition {
        Condition::Or(each) => each.iter().any(|condition| holds(condition, row)),
        Condition::And(each) => each.iter().all(|condition| holds(condition, row)),
        Condition::IsPresent(name) => row.contains_key(name),
        Condition::Like(name, part) => text(row.get(name)).contains(part.as_str()),
        Condition::In(name, values) => row.get(name).is_some_and(|value| values.contains(value)),
        Condition::Compare(name, sign, value) => row.get(name).is_some_and(|it| {
            let ordering = compare(Some(it), Some(value));
            match sign.as_str() {
                "=" => ordering.is_eq(),
                "!=" => ordering.is_ne(),
                ">=" => ordering.is_ge(),
                ">" => ordering.is_gt(),
                "<=" => ordering.is_le(),
                _ => ordering.is_lt(),
            }
        }),
    }
}

fn compare(one: Option<&Value>, other: Option<&Value>) -> std::cmp::Ordering {
    match (one.and_then(Value::as_f64), other.and_then(Value::as_f64)) {
        (Some(one), Some(other)) => one.total_cmp(&other),
        _ => text(one).cmp(&text(other)),
    }
}
