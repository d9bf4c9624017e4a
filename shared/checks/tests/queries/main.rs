//! The queries of the documentation, run on logs that the functions have written: each finds what it is meant to find.
#![expect(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::panic,
    reason = "a test may panic"
)]

mod backstage;
mod expected;
mod insights;
mod situations;
mod syntax;
#[path = "../api/world.rs"]
#[expect(dead_code, reason = "only the tests of the API use the rest")]
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::expected::{Found, QUERIES};
use crate::insights::{Row, row, run, text};
use crate::situations::Logs;
use crate::syntax::Query;

/// Returns the queries in a text: `logs GROUP 'QUERY'` and `audit 'QUERY'`, regardless of line breaks.
fn queries(text: &str) -> Vec<(String, String)> {
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut queries = Vec::new();
    let mut parts = text.split('\'');
    // A query follows its command; other apostrophes do not.
    let mut before = parts.next().unwrap_or_default();
    for part in parts {
        let words: Vec<&str> = before.split([' ', '`', '(', ';']).filter(|word| !word.is_empty()).collect();
        let group = match words.as_slice() {
            [.., "logs", "\"$name\"" | "NAME"] => Some("*"),
            [.., "logs", group] => Some(*group),
            [.., "audit"] => Some("audit"),
            _ => None,
        };
        if let (Some(group), true) = (group, before.ends_with(' ')) {
            queries.push((group.to_owned(), part.to_owned()));
        }
        before = part;
    }
    queries
}

/// Returns the paths and texts of the documents that have queries.
fn documents() -> Vec<(String, String)> {
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut files: Vec<_> = fs::read_dir(docs).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let documents = files.into_iter().filter(|path| path.extension().is_some_and(|extension| extension == "md"));
    documents.map(|path| (path.display().to_string(), fs::read_to_string(&path).unwrap())).collect()
}

fn is_found(rows: &[Row], expected: Found) -> bool {
    let is = |row: &Row, (name, value): &(&str, &str)| match (
        row.get(*name).and_then(serde_json::Value::as_f64),
        value.parse::<f64>(),
    ) {
        (Some(number), Ok(least)) => number >= least,
        _ => text(row.get(*name)) == *value,
    };
    rows.iter().any(|row| expected.iter().all(|field| is(row, field)))
}

#[tokio::test]
async fn every_query_of_the_documentation_finds_its_rows() {
    let logs = Box::pin(Logs::of_every_situation()).await;
    let (mut tried, mut faults) = (BTreeSet::new(), Vec::new());
    for (path, document) in documents() {
        for (group, written) in queries(&document) {
            let query = written.replace("SPACE_ID", &logs.space).replace("HASH", &logs.actor);
            let expected = QUERIES.iter().find(|(of, known, _)| (*of, *known) == (group.as_str(), written.as_str()));
            match (Query::parse(&query).map(|query| run(&query, &logs.group(&group))), expected) {
                (Err(error), _) => faults.push(format!("{path}: {written}: {error}")),
                (Ok(rows), Some((.., expected))) if is_found(&rows, expected) => {}
                (Ok(rows), expected) => {
                    faults.push(format!("{path}: {group}: {written}: does not find {expected:?} but {rows:#?}"));
                }
            }
            tried.insert((group, written));
        }
    }
    let known = QUERIES.iter().filter(|(group, query, _)| !tried.contains(&((*group).to_owned(), (*query).to_owned())));
    faults.extend(known.map(|(group, query, _)| format!("no document has this query of {group}: {query}")));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

#[test]
fn every_query_in_the_documents_is_tested() {
    for (path, document) in documents() {
        let code = document.split('`').skip(1).step_by(2);
        for span in code.map(str::trim_start) {
            let is_bare =
                ["filter ", "stats ", "fields ", "sort ", "parse "].iter().any(|command| span.starts_with(command));
            assert!(!is_bare, "{path}: {span} is a query without its log group");
        }
    }
}

#[test]
fn unsupported_syntax_is_an_error() {
    for query in [
        "parse @message \"x *\" as y",
        "filter level like /a.*b/",
        "stats avg(duration_ms)",
        "filter level = ERROR",
        "sort level",
        "filter strlen(message) > 3",
        "stats count() by bin(5m)",
        "filter level = \"ERROR\" limit 5",
        "dedup level",
    ] {
        assert!(Query::parse(query).is_err(), "{query}");
    }
}

#[test]
fn queries_filter_group_sort_and_limit() {
    let lines: Vec<Row> = [
        r#"{"level":"ERROR","status":500,"code":"internal","took":{"ms":10}}"#,
        r#"{"level":"WARN","status":403,"code":"forbidden","took":{"ms":30}}"#,
        r#"{"level":"WARN","status":403,"code":"forbidden","took":{"ms":20}}"#,
        r#"{"level":"INFO","status":200}"#,
    ]
    .map(row)
    .into();
    let found = |query: &str| {
        let rows = run(&Query::parse(query).unwrap(), &lines);
        let shown = |row: &Row| {
            row.iter().map(|(name, value)| format!("{name}={}", text(Some(value)))).collect::<Vec<_>>().join(" ")
        };
        rows.iter().map(shown).collect::<Vec<_>>().join("; ")
    };
    assert_eq!(
        found("filter status >= 400 | stats count() by code"),
        "code=forbidden count()=2; code=internal count()=1"
    );
    assert_eq!(
        found("stats pct(took.ms, 50), max(took.ms), sum(took.ms)"),
        "max(took.ms)=30.0 pct(took.ms, 50)=20.0 sum(took.ms)=60.0"
    );
    assert_eq!(found("stats count() as n by code | sort n desc | limit 1"), "code=forbidden n=2");
    assert_eq!(
        found("filter (level = \"INFO\" or status in [500]) and ispresent(code) | fields code"),
        "code=internal"
    );
    assert_eq!(
        found("filter code != \"internal\" and @message like /forb/ | stats count_distinct(took.ms)"),
        "count_distinct(took.ms)=2"
    );
}
