//! The index of the decision records lists all of them, with their status.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

#[test]
fn every_decision_is_in_the_index_with_its_title_and_status() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs/adr");
    let index = fs::read_to_string(folder.join("README.md")).unwrap();
    let listed: BTreeSet<&str> = index.lines().filter(|line| line.starts_with("| [")).collect();
    let mut expected = BTreeSet::new();
    for file in fs::read_dir(&folder).unwrap() {
        let name = file.unwrap().file_name().into_string().unwrap();
        if name == "README.md" {
            continue;
        }
        let record = fs::read_to_string(folder.join(&name)).unwrap();
        let (number, title) = record.lines().next().unwrap().trim_start_matches("# ").split_once(". ").unwrap();
        assert!(name.starts_with(&format!("{number:0>4}-")), "{name} is number {number}");
        let status = record.lines().find_map(|line| line.strip_prefix("Status: ")).unwrap();
        // The status line can also name superseded records.
        let status = status.split(". ").next().unwrap().trim_end_matches('.');
        expected.insert(format!("| [{number}]({name}) | {title} | {status} |"));
    }
    assert_eq!(listed, expected.iter().map(String::as_str).collect());
}
