//! Declining an invitation.

use serde_json::{Value, json};

use super::{GET, LINK, POST, Service, Visit, guest_token, html, id, role_and_reason, token, user};

const INVITED: &str = "bob@example.com";
const NO: Visit<'_> = Visit { form: "answer=no", ..POST };

impl Service {
    fn answers(&self) -> Vec<Value> {
        self.items().into_iter().filter_map(|item| item.get("answered").cloned()).collect()
    }
}

#[tokio::test]
async fn an_invitee_declines_once_and_may_join_later() {
    let service = Service::start().await;
    for _ in 0..2 {
        let page = service.visit(&Visit { session: Some(token(INVITED)), ..NO }).await;
        assert_eq!(page["statusCode"], 200, "{page}");
        assert!(html(&page).contains("You declined this invitation"), "{page}");
        assert_eq!(service.answers().len(), 1);
    }
    assert_eq!(service.member(id(INVITED)).await, None);
    assert_eq!(role_and_reason(&service.join(&user(INVITED)).await), ("member", "invited"));
}

#[tokio::test]
async fn nobody_else_can_decline() {
    let service = Service::start().await;
    for session in [token("mallory@elsewhere.example"), guest_token(3)] {
        let page = service.visit(&Visit { session: Some(session), ..NO }).await;
        assert_eq!(page["statusCode"], 403, "{page}");
    }
    let without_session = service.visit(&NO).await;
    assert_eq!(without_session["headers"]["location"], format!("{LINK}?answer=no"));
    assert!(service.answers().is_empty());
}

#[tokio::test]
async fn a_member_has_nothing_to_decline() {
    let service = Service::start().await;
    service.join(&user(INVITED)).await;
    assert_eq!(service.visit(&Visit { session: Some(token(INVITED)), ..NO }).await["statusCode"], 303);
    assert!(service.answers().is_empty());
}

#[tokio::test]
async fn declining_from_the_login_page_leads_through_sign_in_to_a_page_that_asks() {
    let service = Service::with(&[("ACCOUNTS_SIGN_IN_URL", "https://accounts.example.com/in")]).await;
    let login = service.visit(&GET).await;
    assert!(html(&login).contains(&format!("href=\"{LINK}?answer=no\"")), "{login}");
    let declining = Visit { query: "answer=no", ..GET };
    let login = service.visit(&declining).await;
    assert!(
        html(&login).contains("%2Fjoin%3Fanswer%3Dno\"") && !html(&login).contains("/api/anonymous/auth"),
        "{login}"
    );
    let before = service.items().len();
    for query in [
        "answer=no",
        "fbclid=x&answer=no.",
        "fbclid=x&amp;answer=no",
        "answer=3Dno",
        "answer%3Dno",
        "answer=%0D%0Ano&x=y",
        "inviteInfo=e30%3D%26answer%253Dno",
    ] {
        let asked = service.visit(&Visit { session: Some(token(INVITED)), query, ..declining }).await;
        assert_eq!(asked["statusCode"], 200, "{asked}");
        assert!(html(&asked).contains("name=\"answer\" value=\"no\""), "{asked}");
    }
    assert_eq!(service.member(id(INVITED)).await, None);
    assert!(service.items().len() <= before + 2, "only the directory knows them now");
}

#[tokio::test]
async fn a_visitor_who_means_to_decline_and_is_not_invited_does_not_join() {
    let service = Service::start().await;
    let page = service.visit(&Visit { session: Some(guest_token(3)), query: "answer=no", ..GET }).await;
    assert!(page["statusCode"] == 200 && html(&page).contains("Continue as Kay"), "{page}");
    assert_eq!(service.member(super::guest_id(3)).await, None);
}

#[tokio::test]
async fn a_visitor_who_is_refused_cannot_decline() {
    let archived = Service::in_space(|space| space["status"] = json!({"S": "archived"})).await;
    let removed = Service::start().await;
    removed.join(&user(INVITED)).await;
    removed.remove(id(INVITED), id("alice@example.com")).await;
    for service in [archived, removed] {
        for visit in [Visit { query: "answer=no", ..GET }, NO] {
            let page = service.visit(&Visit { session: Some(token(INVITED)), ..visit }).await;
            assert!(page["statusCode"] == 403 && !html(&page).contains("<form"), "{page}");
        }
        assert!(service.answers().is_empty());
    }
}

#[tokio::test]
async fn without_an_accounts_service_there_is_no_way_to_decline() {
    let service = Service::start().await;
    assert!(!html(&service.visit(&GET).await).contains("answer=no"));
}
