//! A space in a browser.

use serde_json::json;

use super::{GET, Service, Visit, guest_token, html, token};

const PAGE: Visit<'_> = Visit { path: "/spaces/5a0000000000000000000001", ..GET };
const UNKNOWN: Visit<'_> = Visit { path: "/spaces/5a00000000000000000000ff", ..GET };
const JOINED: Visit<'_> = Visit { path: "/spaces/5a0000000000000000000001/joined", ..GET };
const MEMBER: &str = "alice@example.com";

#[tokio::test]
async fn a_member_is_led_to_the_application_or_to_the_built_in_page() {
    let service = Service::with(&[("APP_URL", "https://app.example.com")]).await;
    let answer = service.visit(&Visit { session: Some(token(MEMBER)), ..PAGE }).await;
    assert_eq!(answer["statusCode"], 303);
    assert_eq!(answer["headers"]["location"], "https://app.example.com/?spaceId=5a0000000000000000000001");
    let service = Service::start().await;
    let answer = service.visit(&Visit { session: Some(token(MEMBER)), ..PAGE }).await;
    assert_eq!((&answer["statusCode"], &answer["headers"]["location"]), (&json!(303), &json!(JOINED.path)));
    let page = service.visit(&Visit { session: Some(token(MEMBER)), ..JOINED }).await;
    assert!(html(&page).contains("Sample space") && html(&page).contains("Alice Archer"), "{page}");
}

#[tokio::test]
async fn another_persons_space_and_an_unknown_one_get_the_same_page_after_the_same_reads() {
    let service = Service::with(&[("ACCOUNTS_SIGN_IN_URL", "https://accounts.example.com/in")]).await;
    let before = service.items();
    for session in [None, Some(token("mallory@elsewhere.example")), Some(guest_token(3))] {
        for method in ["GET", "HEAD"] {
            let mut seen = Vec::new();
            for visit in [PAGE, JOINED, UNKNOWN] {
                service.harness.dynamo.forget_calls();
                let mut answer = service.visit(&Visit { session: session.clone(), method, ..visit }).await;
                assert_eq!(answer["statusCode"], 200, "{answer}");
                assert!(!html(&answer).contains("Sample") && !html(&answer).contains("Alice"), "{answer}");
                answer["body"] = json!(
                    html(&answer).replace("5a0000000000000000000001", "").replace("5a00000000000000000000ff", "")
                );
                seen.push((answer, service.harness.dynamo.calls()));
            }
            assert_eq!((&seen[0], &seen[0]), (&seen[1], &seen[2]));
        }
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn a_deleted_space_is_treated_like_an_unknown_one() {
    let service = Service::in_space(|space| space["status"] = json!({"S": "deleted"})).await;
    for visit in [PAGE, JOINED] {
        let deleted = service.visit(&Visit { session: Some(token(MEMBER)), ..visit }).await;
        let unknown = service.visit(&Visit { session: Some(token(MEMBER)), ..UNKNOWN }).await;
        assert_eq!(deleted, unknown);
    }
}

#[tokio::test]
async fn a_malformed_id_and_an_unsupported_method_get_error_pages() {
    let service = Service::start().await;
    for (path, method, status) in [("/spaces/undefined", "GET", 404), (PAGE.path, "POST", 405)] {
        let page = service.visit(&Visit { path, method, session: Some(token(MEMBER)), ..GET }).await;
        assert_eq!(page["statusCode"], status, "{path}");
        assert!(html(&page).starts_with("<!doctype html>"), "{page}");
    }
}
