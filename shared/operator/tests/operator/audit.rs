//! Tests of the audit log of the operator's changes.

use serde_json::{Value, json};
use spaces_http::{Env, Sources};
use spaces_local::tokens::DevelopmentUser;
use spaces_local::{Log, harness, samples};
use spaces_model::MemberId;
use spaces_store::{IndexSecret, StopWay};

use crate::{OPERATOR, Service, parsed};

const BOB: &str = "bob@example.com";
const OPEN: &str = "000000000000000000000001";

/// Returns the audit log's lines since the last call, as action, outcome, subject and space.
fn audited(log: &Log) -> Vec<Value> {
    let text = log.text();
    assert!(!text.contains("olga") && !text.contains(BOB) && !text.contains(OPEN), "{text}");
    let lines = text.lines().map(|line| serde_json::from_str::<Value>(line).unwrap());
    let lines = lines.filter(|line| line["message"] == "audit");
    let secret = IndexSecret::new(samples::INDEX_SECRET).unwrap();
    let entry = |line: Value| {
        assert_eq!((&line["service"], &line["caller"]), (&json!("operator"), &json!("operator")));
        assert_eq!(line["actor"], secret.audit_operator(OPERATOR));
        json!([line["action"], line["outcome"], line["subject"], line["space"]])
    };
    lines.map(entry).collect()
}

#[tokio::test]
async fn each_change_by_the_operator_is_audited_once() {
    let service = Service::start().await;
    let store = &service.harness.store;
    let bob = DevelopmentUser::with_email(BOB.parse().unwrap()).id;
    let address = store.address_ref(&BOB.parse().unwrap());
    store.stop_all_mail(&address, StopWay::OneClick, harness::now()).await.unwrap();
    let space = store.invitation(OPEN.parse().unwrap()).await.unwrap().unwrap().space;
    let hash = service.run(&format!("user audit-hash {bob}")).await.unwrap();
    let secret = IndexSecret::new(samples::INDEX_SECRET).unwrap();
    assert_eq!(hash, secret.audit_member(MemberId::User(bob)));
    let of_bobs_address = secret.audit_address(&BOB.parse().unwrap());
    let log = Log::at_level("ERROR");
    for (line, entry) in [
        (format!("user block {bob}"), json!(["block_user", "blocked", hash, null])),
        (format!("user unblock {bob}"), json!(["block_user", "unblocked", hash, null])),
        (format!("stops lift {BOB}"), json!(["lift_stops", "lifted", of_bobs_address, null])),
        (format!("invitation revoke {OPEN}"), json!(["revoke_invitation", "revoked", null, space.to_string()])),
        (format!("space delete {space}"), json!(["delete_space", "deleted", null, space.to_string()])),
    ] {
        service.run(&line).await.unwrap();
        assert_eq!(audited(&log), [entry], "{line}");
        // Lifting stops is recorded each time.
        if !line.starts_with("stops") {
            service.run(&line).await.unwrap();
            assert_eq!(audited(&log), Vec::<Value>::new(), "{line}");
        }
    }
    for line in [format!("user show {bob}"), format!("space show {space}"), format!("invitation show --space {space}")]
    {
        let _ = service.run(&line).await;
        assert_eq!(audited(&log), Vec::<Value>::new(), "{line}");
    }
}

#[tokio::test]
async fn each_invitation_revoked_by_one_command_is_audited() {
    let service = Service::start().await;
    let inviter = service.harness.store.invitation(OPEN.parse().unwrap()).await.unwrap().unwrap().inviter.id;
    let log = Log::at_level("INFO");
    let text = service.run(&format!("invitation revoke --inviter {inviter}")).await.unwrap();
    assert!(text.starts_with("2 revoked."), "{text}");
    assert_eq!(audited(&log).len(), 2);
}

#[tokio::test]
async fn an_operator_without_a_name_can_read_but_not_change_anything() {
    let service = Service::start().await;
    let env = || service.harness.env().unwrap();
    let run = async |line: &str, env: Env| {
        let line = parsed(line);
        let sources = Sources::new(harness::now, |bytes| bytes.fill(0));
        spaces_operator::run(&line.command, &env, sources).await.map_err(|error| error.to_string())
    };
    let before = service.harness.dynamo.items().unwrap();
    let space = service.harness.store.invitation(OPEN.parse().unwrap()).await.unwrap().unwrap().space;
    for line in [
        "user block 59039e47e2cda45e3bbbfc7f".to_owned(),
        "user unblock 59039e47e2cda45e3bbbfc7f".to_owned(),
        format!("stops lift {BOB}"),
        format!("invitation revoke {OPEN}"),
        format!("invitation revoke --space {space}"),
        format!("space delete {space}"),
    ] {
        let error = run(&line, env()).await.unwrap_err();
        assert!(error.starts_with("the environment variable OPERATOR is missing"), "{line}: {error}");
    }
    assert_eq!(service.harness.dynamo.items().unwrap(), before);
    run(&format!("space show {space}"), env()).await.unwrap();
}
