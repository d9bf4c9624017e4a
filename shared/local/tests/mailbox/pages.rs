//! The mailbox's pages.

use aws_sdk_sesv2::types::{Body, Content, Destination, EmailContent, Message, MessageTag};
use spaces_local::Mailbox;

use crate::{client, get, raw, send};

/// Sends mail about a space, as the service does.
async fn invite(mailbox: &Mailbox, from: &str, to: &str, title: &str, space: &str) -> String {
    let data = |text: &str| Content::builder().data(text).build().unwrap();
    let body = Body::builder().text(data("text")).build();
    let message = Message::builder().subject(data(&format!("You are invited to {title}"))).body(body).build();
    let call = client(mailbox).send_email().from_email_address(format!("{from} via Spaces <noreply@example.com>"));
    let call = call.destination(Destination::builder().to_addresses(to).build());
    let call = call.email_tags(MessageTag::builder().name("space").value(space).build().unwrap());
    let sent = call.content(EmailContent::builder().simple(message).build()).send().await.unwrap();
    sent.message_id.unwrap()
}

async fn text(mailbox: &Mailbox, path: &str) -> String {
    get(mailbox, path).await.text().await.unwrap()
}

#[tokio::test]
async fn the_list_has_fifty_mails_to_a_page_newest_first() {
    let mailbox = Mailbox::start().await.unwrap();
    for number in 1..=51 {
        invite(&mailbox, "Rosa", "ana@example.org", &format!("space {number}."), "a").await;
    }
    let page = text(&mailbox, "/").await;
    assert!(page.contains("1–50 of 51 mails") && page.contains("space 51.") && !page.contains("space 1."), "{page}");
    assert!(page.contains(r#"rel="next" href="/?page=2""#), "{page}");
    for path in ["/?page=2", "/?page=99"] {
        let page = text(&mailbox, path).await;
        assert!(page.contains("51–51 of 51 mails") && page.contains("space 1."), "{page}");
        assert!(page.contains(r#"rel="prev" href="/""#) && !page.contains(r#"rel="next""#), "{page}");
    }
}

#[tokio::test]
async fn the_query_finds_recipients_senders_and_spaces() {
    let mailbox = Mailbox::start().await.unwrap();
    invite(&mailbox, "Rosa", "ana@example.org", "Team lunch", "0a").await;
    invite(&mailbox, "Alice", "bob@example.org", "Planning", "0b").await;
    for (query, found, hidden) in [
        ("to=ANA", "Team lunch", "Planning"),
        ("from=alice", "Planning", "Team lunch"),
        ("space=lunch", "Team lunch", "Planning"),
        ("space=0b", "Planning", "Team lunch"),
        ("to=example.org&from=rosa&space=", "Team lunch", "Planning"),
    ] {
        let page = text(&mailbox, &format!("/?{query}")).await;
        assert!(page.contains("1 mail found") && page.contains(found) && !page.contains(hidden), "{query}: {page}");
    }
    let page = text(&mailbox, "/?to=ana&from=alice").await;
    assert!(page.contains("No mail found") && page.contains("Nothing matches"), "{page}");
}

#[tokio::test]
async fn a_message_links_to_its_neighbours_in_the_search() {
    let mailbox = Mailbox::start().await.unwrap();
    let oldest = invite(&mailbox, "Rosa", "ana@example.org", "Team lunch", "0a").await;
    let between = invite(&mailbox, "Rosa", "bob@example.org", "Team lunch", "0a").await;
    let newest = invite(&mailbox, "Rosa", "ana@example.org", "Team lunch", "0a").await;
    let page = text(&mailbox, &format!("/messages/{newest}?to=ana")).await;
    assert!(page.contains(&format!("/messages/{oldest}?to=ana")) && !page.contains(&between), "{page}");
    let page = text(&mailbox, &format!("/messages/{newest}")).await;
    assert!(page.contains(&format!("/messages/{between}\"")) && !page.contains(&oldest), "{page}");
}

#[tokio::test]
async fn a_message_shows_its_delivery_events() {
    let mailbox = Mailbox::start().await.unwrap();
    for (to, word) in [
        ("ana@example.org", "Delivered"),
        ("bounce@simulator.test", "user unknown"),
        ("complaint@simulator.test", "abuse"),
        ("delay@simulator.test", "Unable to connect"),
    ] {
        let id = invite(&mailbox, "Rosa", to, "Team lunch", "0a").await;
        let page = text(&mailbox, &format!("/messages/{id}")).await;
        assert!(page.contains("Sent") && page.contains(word), "{page}");
        let events = text(&mailbox, &format!("/messages/{id}?view=events")).await;
        assert!(events.contains(&id) && events.contains("eventType"), "{events}");
    }
    let page = text(&mailbox, "/").await;
    for word in ["Bounced", "Complaint", "Delayed"] {
        assert!(page.contains(word), "{page}");
    }
    assert!(!page.contains("Delivered"), "{page}");
}

#[tokio::test]
async fn an_empty_mailbox_explains_how_to_get_a_first_mail() {
    let mailbox = Mailbox::start().await.unwrap();
    let page = text(&mailbox, "/").await;
    assert!(page.contains("No mail yet") && page.contains("/api-docs/createSpaceInvite?example=email"), "{page}");
}

#[tokio::test]
async fn pages_escape_the_content_of_messages() {
    let mailbox = Mailbox::start().await.unwrap();
    let id = send(&mailbox, "ana@example.org", raw()).await.unwrap().message_id.unwrap();
    for path in ["/".to_owned(), format!("/messages/{id}"), format!("/messages/{id}?view=source")] {
        let page = get(&mailbox, &path).await.text().await.unwrap();
        assert!(page.contains("Reunión &#60;b&#62;mañana&#60;/b&#62;"), "{path}: {page}");
        assert!(!page.contains("<b>"), "{path}: {page}");
    }
}

#[tokio::test]
async fn the_html_of_a_message_is_sandboxed_and_its_links_open_new_tabs() {
    let mailbox = Mailbox::start().await.unwrap();
    let id = send(&mailbox, "ana@example.org", raw()).await.unwrap().message_id.unwrap();
    let response = get(&mailbox, &format!("/messages/{id}/html")).await;
    let policy = response.headers()["content-security-policy"].to_str().unwrap().to_owned();
    assert!(policy.starts_with("sandbox allow-popups allow-popups-to-escape-sandbox; default-src 'none'"), "{policy}");
    assert!(response.text().await.unwrap().starts_with(r#"<html><head><base target="_blank"></head>"#));
}

#[tokio::test]
async fn a_form_of_another_site_changes_nothing() {
    let mailbox = Mailbox::start().await.unwrap();
    send(&mailbox, "ana@example.org", raw()).await.unwrap();
    let request = reqwest::Client::new().post(format!("{}/clear", mailbox.endpoint()));
    let response = request.header("sec-fetch-site", "cross-site").send().await.unwrap();
    assert_eq!(response.status(), 403);
    assert_eq!(mailbox.messages().len(), 1);
}
