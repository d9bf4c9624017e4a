//! The page that asks for the password.

use serde_json::json;

use super::{GET, LINK, POST, Service, Visit, guest_id, guest_token, html, token};

const FORM: &str = "password=+K%C3%A4se+42+";
const STRANGER: &str = "mallory@elsewhere.example";

#[tokio::test]
async fn a_description_is_only_for_people_whom_the_link_admits() {
    let describe = |space: &mut serde_json::Value| space["description"] = json!({"S": "The door code is 4711."});
    let locks: [fn(&mut serde_json::Value); 3] = [
        |_| {},
        |space| space["settings"]["M"]["pin"] = json!({"S": super::pin("1234")}),
        |space| space["settings"]["M"]["invited_only"] = json!({"BOOL": true}),
    ];
    for (lock, everybody_reads) in locks.into_iter().zip([true, false, false]) {
        let service = Service::in_space(|space| {
            describe(space);
            lock(space);
        })
        .await;
        let login = service.visit(&GET).await;
        assert_eq!(html(&login).contains("4711"), everybody_reads, "{login}");
        let asked = Visit { session: Some(token("bob@example.com")), query: "answer=no", ..GET };
        assert!(html(&service.visit(&asked).await).contains("4711"));
    }
}

#[tokio::test]
async fn a_guest_is_asked_for_the_password_after_the_guest_form() {
    let service = Service::with_pin().await;
    let before = service.items();
    assert!(html(&service.visit(&GET).await).contains("action=\"/api/anonymous/auth\""));
    let page = service.visit(&Visit { session: Some(guest_token(3)), ..GET }).await;
    assert_eq!(page["statusCode"], 200);
    for part in ["Continue as Kay", "type=\"password\"", "name=\"password\"", "method=\"post\"", LINK] {
        assert!(html(&page).contains(part), "{part}: {page}");
    }
    assert_eq!(service.items(), before);
}

#[tokio::test]
async fn the_right_password_lets_a_guest_join_and_is_needed_once() {
    for (session, member) in [(guest_token(3), guest_id(3)), (token(STRANGER), super::id(STRANGER))] {
        let service = Service::with_pin().await;
        let answer = service.visit(&Visit { session: Some(session.clone()), form: FORM, ..POST }).await;
        assert_eq!(answer["statusCode"], 303, "{answer}");
        assert_eq!(answer["headers"].get("set-cookie"), None);
        assert!(!answer["headers"]["location"].as_str().unwrap().contains('?'));
        assert!(service.member(member).await.unwrap().is_present());
        assert_eq!(service.visit(&Visit { session: Some(session), ..GET }).await["statusCode"], 303);
    }
}

#[tokio::test]
async fn a_wrong_password_gets_the_page_again_with_a_message() {
    let service = Service::with_pin().await;
    for (form, says_wrong) in [("password=1234", true), ("password=", false), ("", false)] {
        let page = service.visit(&Visit { session: Some(guest_token(3)), form, ..POST }).await;
        assert_eq!(page["statusCode"], 403, "{form}");
        assert_eq!(html(&page).contains("That password isn’t correct."), says_wrong, "{form}");
        assert!(html(&page).contains("type=\"password\"") && !html(&page).contains("1234"), "{page}");
    }
    assert_eq!(service.member(guest_id(3)).await, None);
}

#[tokio::test]
async fn the_password_is_accepted_in_a_form_and_never_in_the_url() {
    let service = Service::with_pin().await;
    for visit in [GET, POST] {
        let page = service.visit(&Visit { session: Some(guest_token(3)), query: FORM, ..visit }).await;
        assert!(html(&page).contains("type=\"password\""), "{page}");
    }
    assert_eq!(service.member(guest_id(3)).await, None);
}

#[tokio::test]
async fn too_many_wrong_passwords_get_a_page_with_a_message() {
    let service = Service::with_pin().await;
    for _ in 0..5 {
        service.visit(&Visit { session: Some(guest_token(3)), form: "password=1234", ..POST }).await;
    }
    let page = service.visit(&Visit { session: Some(guest_token(3)), form: FORM, ..POST }).await;
    assert_eq!((page["statusCode"].as_u64(), page["headers"]["retry-after"].as_str()), (Some(429), Some("3600")));
    assert!(html(&page).contains("Too many wrong passwords") && !html(&page).contains("<form"), "{page}");
}

#[tokio::test]
async fn an_invitee_is_not_asked_for_the_password() {
    let service = Service::with_pin().await;
    assert_eq!(service.visit(&Visit { session: Some(token("bob@example.com")), ..GET }).await["statusCode"], 303);
}
