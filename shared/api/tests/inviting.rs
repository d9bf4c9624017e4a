//! Requests that invite: parsed with all of their faults at once, and hashed by their content.
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use jiff::Timestamp;
use proptest::prelude::*;
use spaces_api::inviting::{InviteBody, Invitees, Request};
use spaces_http::{Fault, Faults, Field};
use spaces_model::{Channel, InviteMode, InviteeTarget, UserId};

fn now() -> Timestamp {
    "2026-11-21T12:00:00Z".parse().unwrap()
}

fn read(json: &str, wanted: Invitees) -> Result<Request, Vec<Fault>> {
    let mut faults = Faults::default();
    let body: Field<InviteBody<'_>> = serde_json::from_str(json).unwrap();
    let body = faults.body(body).unwrap();
    let request = Request::read(body, wanted, false, &mut faults);
    let request = request.finish(faults, now()).map_err(|problem| problem.faults().to_vec())?;
    request.check_users(|_| false)?;
    Ok(request)
}

fn request(json: &str) -> Request {
    read(json, Invitees::Any).map_err(|faults| format!("{faults:?}")).unwrap()
}

fn faults_of(json: &str, wanted: Invitees) -> Vec<(String, &'static str)> {
    let faults = read(json, wanted).err().unwrap_or_default();
    faults.into_iter().map(|fault| (fault.field, fault.code.as_str())).collect()
}

fn faults(json: &str) -> Vec<(String, &'static str)> {
    faults_of(json, Invitees::Any)
}

fn fault(field: &str, code: &'static str) -> Vec<(String, &'static str)> {
    vec![(field.to_owned(), code)]
}

#[test]
fn every_field_is_optional() {
    for json in
        ["{}", r#"{"startDateTime":"","inviteMode":"","informChannel":"","inviteContentLanguage":"","invitees":null}"#]
    {
        let request = request(json);
        let terms = request.terms();
        assert_eq!((terms.channel, terms.mode, terms.starts, terms.ends), (None, None, None, None));
        assert!(terms.invitees.is_empty() && terms.language.is_none());
    }
}

#[test]
fn a_time_that_is_null_is_distinguished_from_an_absent_one() {
    let request = request(r#"{"startDateTime":null,"endDateTime":"2099-01-01T10:00:00Z"}"#);
    assert_eq!(request.terms().starts, Some(None));
    assert_eq!(request.terms().ends, Some("2099-01-01T10:00:00Z".parse().ok()));
}

#[test]
fn all_faults_are_reported_at_once() {
    let json = r#"{
        "invitees": [
            {"inviteeType": "email", "invitee": "nobody", "role": "owner"},
            {"inviteeType": "fax", "invitee": "a@b.example"},
            7,
            {},
            {"inviteeType": "USERID", "invitee": "59039e47e2cda45e3bbbfc7f"},
            {"inviteeType": "Email", "invitee": "A@b.example", "role": "guest"},
            {"inviteeType": "email", "invitee": "a@B.example", "role": "admin"}
        ],
        "startDateTime": "tomorrow", "endDateTime": 5, "informChannel": "fax", "inviteMode": "watch",
        "inviteContentLanguage": ["?"]
    }"#;
    let expected = [
        ("invitees[0].role", "invalid_value"),
        ("invitees[0].invitee", "invalid_address"),
        ("invitees[1].inviteeType", "invalid_value"),
        ("invitees[2]", "wrong_type"),
        ("invitees[3].invitee", "required"),
        ("invitees[3].inviteeType", "required"),
        ("invitees[6].role", "conflicting_role"),
        ("startDateTime", "invalid_time"),
        ("endDateTime", "wrong_type"),
        ("informChannel", "invalid_value"),
        ("inviteMode", "invalid_value"),
        ("inviteContentLanguage", "wrong_type"),
    ];
    assert_eq!(faults(json), expected.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn some_calls_require_a_list_and_some_a_list_that_is_not_empty() {
    for json in ["{}", r#"{"invitees":null}"#] {
        assert_eq!(faults_of(json, Invitees::Any), []);
        assert_eq!(faults_of(json, Invitees::List), fault("invitees", "required"));
        assert_eq!(faults_of(json, Invitees::NonEmpty), fault("invitees", "required"));
    }
    let empty = r#"{"invitees":[]}"#;
    assert_eq!(faults_of(empty, Invitees::List), []);
    assert_eq!(faults_of(empty, Invitees::NonEmpty), fault("invitees", "required"));
}

#[test]
fn a_user_whom_the_inviter_may_not_know_is_reported_only_when_nothing_else_is_wrong() {
    let users =
        r#"{"inviteeType":"userid","invitee":"59039e47e2cda45e3bbbfc7f"},{"inviteeType":"userid","invitee":"x"}"#;
    let expected = [("invitees[0].invitee", "unknown_user"), ("invitees[1].invitee", "unknown_user")];
    assert_eq!(faults(&format!(r#"{{"invitees":[{users}]}}"#)), expected.map(|(field, code)| (field.to_owned(), code)));
    assert_eq!(faults(&format!(r#"{{"invitees":[{users},7]}}"#)), fault("invitees[2]", "wrong_type"));
}

#[test]
fn an_end_must_be_after_its_start() {
    let json = |end| format!(r#"{{"startDateTime":"2099-01-01T10:00:00Z","endDateTime":"{end}"}}"#);
    assert_eq!(faults(&json("2099-01-01T10:00:00.001Z")), []);
    assert_eq!(faults(&json("2099-01-01T10:00:00Z")), fault("endDateTime", "end_before_start"));
    assert_eq!(faults(&json("2099-01-01T11:00:00+02:00")), fault("endDateTime", "end_before_start"));
}

#[test]
fn an_end_in_the_past_is_reported_with_other_faults_but_is_not_a_fault_by_itself() {
    let past = r#""endDateTime":"2017-04-28T20:55:50.950Z""#;
    let expected = [("inviteMode", "invalid_value"), ("endDateTime", "end_in_past")];
    let wrong = format!(r#"{{"inviteMode":"watch",{past}}}"#);
    assert_eq!(faults(&wrong), expected.map(|(field, code)| (field.to_owned(), code)));
    assert_eq!(request(&format!("{{{past}}}")).overdue(now()).map(|fault| fault.code.as_str()), Some("end_in_past"));
}

#[test]
fn one_invitee_more_than_a_thousand_is_too_many() {
    let json = |count: usize| {
        let entry = |n| format!(r#"{{"inviteeType":"email","invitee":"a{n}@b.example"}}"#);
        format!(r#"{{"invitees":[{}]}}"#, (0..count).map(entry).collect::<Vec<_>>().join(","))
    };
    assert_eq!(request(&json(1_000)).terms().invitees.len(), 1_000);
    assert_eq!(faults(&json(1_001)), fault("invitees", "too_many"));
}

#[test]
fn the_same_invitee_twice_is_one_if_the_roles_agree() {
    let json = r#"{"invitees":[
        {"inviteeType":"email","invitee":"Han@BÜCHER.example"},
        {"inviteeType":"email","invitee":"han@xn--bcher-kva.example","role":"Member"}]}"#;
    let request = request(json);
    let typed = request.terms().invitees.iter().map(|invitee| match &invitee.target {
        InviteeTarget::Email(address) => address.as_typed(),
        InviteeTarget::User(_) => "",
    });
    assert_eq!(typed.collect::<Vec<_>>(), ["Han@BÜCHER.example"]);
    assert_eq!(request.addresses(), 2);
}

#[test]
fn the_hash_depends_on_the_content_and_not_on_how_it_is_written() {
    let hash = |json: &str| request(json).hash(&["x"], None);
    let plain = hash("{}");
    assert_eq!(
        plain,
        hash(r#" {"invitees": [], "inviteMode": "join", "informChannel": "Server", "startDateTime": null} "#)
    );
    for other in [
        r#"{"inviteMode":"meet"}"#,
        r#"{"informChannel":"client"}"#,
        r#"{"inviteContentLanguage":"de"}"#,
        r#"{"startDateTime":"2099-01-01T10:00:00Z"}"#,
        r#"{"endDateTime":"2099-01-01T10:00:00Z"}"#,
        r#"{"invitees":[{"inviteeType":"email","invitee":"a@b.example"}]}"#,
    ] {
        assert_ne!(plain, hash(other), "{other}");
    }
    assert_ne!(plain, request("{}").hash(&["x", ""], None));
    assert_ne!(plain, request("{}").hash(&["x"], Some(UserId::from_bytes([1; 12]))));
}

#[test]
fn the_order_of_invitees_does_not_change_the_hash() {
    let hash = |names: [&str; 2]| {
        let entries = names.map(|name| format!(r#"{{"inviteeType":"email","invitee":"{name}@b.example"}}"#));
        request(&format!(r#"{{"invitees":[{}]}}"#, entries.join(","))).hash(&[], None)
    };
    assert_eq!(hash(["han", "leia"]), hash(["leia", "han"]));
    assert_ne!(hash(["han", "leia"]), hash(["han", "rey"]));
}

#[test]
fn values_are_accepted_in_any_case() {
    let request = request(r#"{"informChannel":"OUTLOOK","inviteMode":"Meet"}"#);
    assert_eq!((request.terms().channel, request.terms().mode), (Some(Channel::Outlook), Some(InviteMode::Meet)));
}

proptest! {
    #[test]
    fn parsing_never_panics(invitee in "\\PC{0,20}", time in "[0-9TZ:+-]{0,25}") {
        let json = serde_json::json!({
            "invitees": [{"inviteeType": "email", "invitee": invitee}], "endDateTime": time,
        });
        let _ = read(&json.to_string(), Invitees::Any);
    }
}
