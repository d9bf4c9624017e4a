//! Mail that its recipient has stopped: with the mail's own link, on its page, or while signed in.

use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::mails::Post;
use crate::world::{Name, World};

const FORM: [(&str, &str); 2] =
    [("content-type", "application/x-www-form-urlencoded"), ("sec-fetch-site", "same-origin")];

/// Invites an address, and returns the invitation's id.
async fn invite(world: &World, by: Name, address: &str) -> String {
    let invitee = json!({ "inviteeType": "email", "invitee": address });
    let body = json!({ "topic": { "title": "Planning" }, "invitees": [invitee] });
    let created = world.call(by, "POST", "/api/spaces/invite", body).await.ok();
    created["data"][0]["_id"].as_str().unwrap().to_owned()
}

/// Returns the state of an invitation's only mail.
async fn seen(world: &World, inviter: Name, invite: &str) -> String {
    let shown = world.call(inviter, "GET", &format!("/api/spaces/invites/{invite}"), Value::Null).await.ok();
    shown["data"][0]["invitees"][0]["delivery"]["state"].as_str().unwrap().to_owned()
}

/// Invites an address as `inviter`, and returns the state of the mail once the queue is empty.
async fn mailed(world: &World, inviter: Name, address: &str) -> String {
    let invite = invite(world, inviter, address).await;
    Post::new(world).deliver().await;
    seen(world, inviter, &invite).await
}

/// Returns the path in the last mail's header that stops further mail, as a mail program reads it.
fn stop_path(world: &World) -> String {
    let message = world.harness.mailbox.messages().into_iter().next().unwrap();
    let header = |name: &str| {
        let line = message.raw.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(": "));
        line.unwrap().trim().to_owned()
    };
    assert_eq!(header("List-Unsubscribe-Post"), "List-Unsubscribe=One-Click");
    let url = header("List-Unsubscribe");
    let url = url.strip_prefix('<').unwrap().strip_suffix('>').unwrap();
    assert!(message.text.as_deref().unwrap().contains(url), "the footer of the text has the same URL");
    assert!(message.html.as_deref().unwrap().contains(url), "the footer of the HTML has the same URL");
    url.strip_prefix(spaces_local::harness::PUBLIC_URL).unwrap().to_owned()
}

/// Submits a form of the service's pages with the session of `name`, and returns the status.
pub(crate) async fn post(world: &World, name: Name, path: &str, body: &str) -> u64 {
    let cookie = world.authorization(name).map(|token| format!("AUTH_TOKEN={}", token.replace("jwt ", "")));
    let mut headers = FORM.to_vec();
    headers.extend(cookie.as_deref().map(|cookie| ("cookie", cookie)));
    let status = world.send("nobody", "POST", path, &headers, body).await.status;
    // If a stop and its undo have the same second, the stop wins.
    world.pass(SignedDuration::from_secs(1));
    status
}

#[tokio::test]
async fn one_click_stops_all_mail_until_it_is_undone() {
    let world = World::start().await;
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
    let path = stop_path(&world);
    let answer = world.send("nobody", "POST", &path, &FORM[..1], "List-Unsubscribe=One-Click").await;
    assert_eq!(answer.status, 200);
    world.pass(SignedDuration::from_secs(1));
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "suppressed");
    assert_eq!(mailed(&world, "fay", "Rosa@Example.com").await, "suppressed");
    assert_eq!(mailed(&world, "alice", "other@example.com").await, "sent");
    assert_eq!(post(&world, "nobody", &path, "mail=undo").await, 200);
    assert_eq!(mailed(&world, "fay", "rosa@example.com").await, "sent");
}

#[tokio::test]
async fn stopping_an_inviters_mail_does_not_stop_that_of_others() {
    let world = World::start().await;
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
    assert_eq!(post(&world, "nobody", &stop_path(&world), "mail=inviter").await, 200);
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "suppressed");
    assert_eq!(mailed(&world, "fay", "rosa@example.com").await, "sent");
}

#[tokio::test]
async fn a_queued_mail_is_not_sent_after_its_recipient_stops_mail() {
    let world = World::start().await;
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
    let path = stop_path(&world);
    let waiting = invite(&world, "alice", "rosa@example.com").await;
    let queue = Post::new(&world);
    queue.relay().await;
    assert_eq!(seen(&world, "alice", &waiting).await, "queued");
    assert_eq!(post(&world, "nobody", &path, "mail=all").await, 200);
    queue.deliver().await;
    assert_eq!(seen(&world, "alice", &waiting).await, "suppressed");
    assert_eq!(world.harness.mailbox.messages().len(), 1);
}

#[tokio::test]
async fn a_stop_applies_to_cancellations_without_changing_the_shown_state() {
    let world = World::start().await;
    let (starts, invitee) = ("2030-01-01T10:00:00Z", json!({ "inviteeType": "email", "invitee": "rosa@example.com" }));
    let body = json!({ "topic": { "title": "Planning" }, "invitees": [invitee], "startDateTime": starts });
    let made = world.call("alice", "POST", "/api/spaces/invite", body).await.ok();
    let id = made["data"][0]["_id"].as_str().unwrap();
    Post::new(&world).deliver().await;
    assert_eq!(post(&world, "nobody", &stop_path(&world), "mail=all").await, 200);
    world.call("alice", "DELETE", &format!("/api/spaces/invites/{id}"), Value::Null).await.ok();
    Post::new(&world).deliver().await;
    assert_eq!(world.harness.mailbox.messages().len(), 1);
    assert_eq!(seen(&world, "alice", id).await, "sent");
}

#[tokio::test]
async fn the_signed_in_owner_of_an_address_can_stop_its_mail_and_undo_that() {
    let world = World::start().await;
    let link = invite(&world, "alice", "other@example.com").await;
    let path = format!("/spaces/invites/{link}/mail");
    assert_eq!(post(&world, "rosa", &path, "mail=stop").await, 200);
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "suppressed");
    // Other users and anonymous visitors can't undo it.
    for name in ["bob", "nobody"] {
        post(&world, name, &path, "mail=undo").await;
        assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "suppressed", "{name}");
    }
    assert_eq!(post(&world, "rosa", &path, "mail=undo").await, 200);
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
}

#[tokio::test]
async fn no_call_before_sending_reveals_whether_an_address_is_stopped() {
    let world = World::start().await;
    let dry_run = async |address: &str| {
        let invitee = json!({ "inviteeType": "email", "invitee": address });
        let body = json!({ "topic": { "title": "Planning" }, "invitees": [invitee] });
        let answer = world.call("alice", "POST", "/api/spaces/invite?dryRun=true", body).await.ok();
        answer["data"][0]["invitees"][0]["verdict"].clone()
    };
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
    assert_eq!(post(&world, "nobody", &stop_path(&world), "mail=all").await, 200);
    assert_eq!(dry_run("rosa@example.com").await, dry_run("other@example.com").await);
}

#[tokio::test]
async fn an_address_that_bounced_is_mailed_again_once_its_owner_has_proven_it() {
    let world = World::start().await;
    let bounced = "rosa@example.com".parse().unwrap();
    world.harness.store.record_bounce(&bounced, world.now()).await.unwrap();
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "suppressed");
    world.pass(SignedDuration::from_hours(1));
    world.call("rosa", "GET", "/api/users/me", Value::Null).await.ok();
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent");
}

#[tokio::test]
async fn a_visitor_can_report_an_invitation_once_a_day_with_or_without_a_session() {
    let world = World::start().await;
    let link = invite(&world, "alice", "rosa@example.com").await;
    let path = format!("/spaces/invites/{link}/mail");
    for name in ["bob", "bob", "nobody", "nobody", "rosa"] {
        assert_eq!(post(&world, name, &path, "mail=report").await, 200);
    }
    assert_eq!(world.harness.store.reports(world.now()).await.unwrap().len(), 3);
    let other_site = [("sec-fetch-site", "cross-site"), FORM[0]];
    assert_eq!(world.send("nobody", "POST", &path, &other_site, "mail=report").await.status, 403);
    assert_eq!(mailed(&world, "alice", "rosa@example.com").await, "sent", "a report stops nobody");
}

#[tokio::test]
async fn a_form_about_mail_never_joins_a_space() {
    let world = World::start().await;
    let link = invite(&world, "alice", "bob@example.com").await;
    let path = format!("/spaces/invites/{link}/mail");
    let before = world.harness.dynamo.items().unwrap();
    for form in ["mail=all", "mail=", "mail=snooze", "answer=no", "password=1", ""] {
        assert_eq!(post(&world, "bob", &path, form).await, 400, "{form}");
    }
    for method in ["GET", "HEAD"] {
        assert_eq!(world.send("bob", method, &path, &FORM, "").await.status, 405);
    }
    assert_eq!(world.harness.dynamo.items().unwrap(), before);
}

#[tokio::test]
async fn resends_do_not_reveal_that_their_recipient_has_stopped_mail() {
    let world = World::start().await;
    let mut invites = Vec::new();
    for address in ["other@example.com", "rosa@example.com"] {
        invites.push(invite(&world, "alice", address).await);
        Post::new(&world).deliver().await;
    }
    // The last mail is Rosa's.
    assert_eq!(post(&world, "nobody", &stop_path(&world), "mail=all").await, 200);
    let resend = async |invite: &str| {
        let path = format!("/api/spaces/invites/{invite}/resend");
        let answer = world.call("alice", "POST", &path, Value::Null).await;
        (answer.status, answer.headers["retry-after"].clone())
    };
    let delivery = async |invite: &str| {
        let shown = world.call("alice", "GET", &format!("/api/spaces/invites/{invite}"), Value::Null).await.ok();
        shown["data"][0]["invitees"][0]["delivery"].clone()
    };
    let (sent, withheld) = (&invites[0], &invites[1]);
    for _ in 0..2 {
        world.pass(SignedDuration::from_mins(15));
        for status in [200, 429] {
            let answered = resend(sent).await;
            assert_eq!((answered.0, &answered), (status, &resend(withheld).await));
            Post::new(&world).deliver().await;
            assert_eq!(delivery(sent).await, delivery(withheld).await);
        }
    }
    assert_eq!(delivery(withheld).await["kind"], "resend");
    assert_eq!(world.harness.mailbox.messages().len(), 4);
}

#[tokio::test]
async fn reports_of_guests_count_for_their_network_which_has_a_limit() {
    let world = World::start().await;
    let mut links = Vec::new();
    for _ in 0..22 {
        links.push(invite(&world, "alice", "rosa@example.com").await);
    }
    let report = async |name: Name, link: &str| {
        assert_eq!(post(&world, name, &format!("/spaces/invites/{link}/mail"), "mail=report").await, 200);
        world.harness.store.reports(world.now()).await.unwrap().len()
    };
    assert_eq!(report("nobody", &links[0]).await, 1);
    assert_eq!(report("kay", &links[0]).await, 1);
    assert_eq!(report("kay", &links[1]).await, 2);
    for link in &links[2..] {
        report("nobody", link).await;
    }
    // Two of the 22 uses counted as one report.
    assert_eq!(report("kay", &links[21]).await, 19);
    assert_eq!(report("bob", &links[21]).await, 20);
}
