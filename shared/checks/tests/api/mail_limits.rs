//! Limits on mailed people: what happens beyond them, what counts, and whose limit is used.

use futures_util::future::join_all;
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::Interference;
use spaces_local::tokens::DevelopmentUser;
use spaces_model::MailSender;

use crate::mails::Post;
use crate::scene::{Scene, State};
use crate::world::{Answer, Name, World, id, person};

const CREATE: &str = "/api/spaces/invite";
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// Starts a world in which an inviter can mail ten people a day, and a space thirty.
async fn world() -> World {
    let world = Box::pin(World::with(&[("MAILS_PER_INVITER", "10"), ("MAILS_PER_SPACE", "30")])).await;
    Scene::cast(&world).await;
    world
}

/// Returns `number` invitees, different ones at each call.
fn people(number: usize) -> Value {
    static NAMED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);
    let first = NAMED.fetch_add(number, std::sync::atomic::Ordering::Relaxed);
    (first..first + number)
        .map(|n| json!({ "inviteeType": "email", "invitee": format!("p{n}@people.example") }))
        .collect()
}

fn creation(number: usize) -> Value {
    json!({ "topic": { "title": "Planning" }, "invitees": people(number) })
}

/// Creates a space with `number` people to mail.
async fn create(world: &World, name: Name, number: usize) -> Answer {
    world.call(name, "POST", CREATE, creation(number)).await
}

/// Creates a space with an idempotency key, with which the request can be replayed.
async fn create_with(world: &World, name: Name, header: (&str, &str), body: &Value) -> Answer {
    world.send(name, "POST", CREATE, &[("content-type", "application/json"), header], &body.to_string()).await
}

/// Asserts that a request exceeds a limit, and returns the seconds after which it may be retried.
fn assert_over(answer: &Answer) -> i64 {
    assert_eq!((answer.status, &answer.body["code"]), (429, &json!("mail_limit")), "{}", answer.body);
    answer.headers["retry-after"].as_str().unwrap().parse().unwrap()
}

/// Returns the number of people mailed by `name`.
async fn mailed(world: &World, name: &str) -> u64 {
    let sender = MailSender::User(id(name).parse().unwrap());
    world.harness.store.sender_mails(&sender, world.now()).await.unwrap().used
}

fn ids(created: &Value) -> [String; 2] {
    ["topicId", "_id"].map(|name| created["data"][0][name].as_str().unwrap().to_owned())
}

#[tokio::test]
async fn beyond_the_limit_nothing_is_stored_until_the_returned_time() {
    let world = world().await;
    create(&world, "alice", 8).await.ok();
    world.pass(SignedDuration::from_hours(5));
    // Only the directory stores something from the token.
    let stored = || {
        let mut items = world.harness.dynamo.items().unwrap();
        items.retain(|item| item["sk"] != "USER");
        items
    };
    let before = stored();
    let wait = assert_over(&create(&world, "alice", 3).await);
    assert!(stored() == before, "something is stored");
    assert_eq!(wait, 19 * 3_600);
    world.pass(SignedDuration::from_secs(wait - 1));
    assert_eq!(assert_over(&create(&world, "alice", 3).await), 1);
    world.pass(SignedDuration::from_secs(1));
    create(&world, "alice", 3).await.ok();
    // A request for more than the whole limit is rejected at any time.
    assert_over(&create(&world, "alice", 11).await);
    assert_over(&create(&world, "cora", 11).await);
}

#[tokio::test]
async fn concurrent_requests_do_not_exceed_the_limit() {
    let world = world().await;
    for (number, most) in [(1, 10), (3, 9)] {
        let answers = join_all((0..60).map(|_| create(&world, "alice", number))).await;
        let created = answers.iter().filter(|answer| answer.status == 200).count();
        assert_eq!(created * number, most);
        for refused in answers.iter().filter(|answer| answer.status != 200) {
            assert_over(refused);
        }
        assert_eq!(mailed(&world, "alice").await, most as u64);
        world.pass(DAY);
    }
    // Alice's requests did not use Cora's limit.
    create(&world, "alice", 10).await.ok();
    create(&world, "cora", 10).await.ok();
}

#[tokio::test]
async fn an_inviter_without_a_verified_address_can_mail_twenty_people() {
    let world = Box::pin(World::start()).await;
    let mallory = DevelopmentUser { email_verified: false, ..person("mallory") };
    let create = async |number| world.call_as(&mallory, "POST", CREATE, creation(number)).await;
    assert_over(&create(21).await);
    create(15).await.ok();
    assert_over(&create(6).await);
    assert_eq!(mailed(&world, "mallory").await, 15, "a rejected request is refunded");
    create(5).await.ok();
    assert_over(&create(1).await);
    let verified = DevelopmentUser { email_verified: true, ..mallory.clone() };
    world.pass(SignedDuration::from_secs(1));
    world.call_as(&verified, "POST", CREATE, creation(1)).await.ok();
    world.pass(DAY);
    // The same holds for concurrent requests.
    let other = DevelopmentUser { email_verified: false, ..person("melinda") };
    let answers = join_all((0..30).map(|_| world.call_as(&other, "POST", CREATE, creation(1)))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 20);
}

#[tokio::test]
async fn only_mail_that_the_service_sends_counts() {
    let world = world().await;
    create(&world, "alice", 10).await.ok();
    for channel in ["client", "outlook"] {
        let mut body = creation(500);
        body["informChannel"] = json!(channel);
        world.call("alice", "POST", CREATE, body).await.ok();
    }
    create(&world, "alice", 0).await.ok();
    let dry_run = world.call("alice", "POST", &format!("{CREATE}?dryRun=true"), creation(20)).await;
    assert_eq!(dry_run.status, 200);
    assert_over(&create(&world, "alice", 1).await);
}

#[tokio::test]
async fn a_replayed_request_costs_nothing_and_is_answered_beyond_the_limit() {
    let world = world().await;
    let (body, key) = (creation(6), ("idempotency-key", "k-1"));
    let at_once = join_all((0..8).map(|_| create_with(&world, "alice", key, &body))).await;
    assert!(at_once.iter().all(|answer| answer.status == 200 && answer.body == at_once[0].body));
    assert_eq!(mailed(&world, "alice").await, 6);
    create(&world, "alice", 4).await.ok();
    let repeat = create_with(&world, "alice", key, &body).await.ok();
    assert_eq!(repeat, at_once[0].body);
    let other = create_with(&world, "alice", key, &creation(6)).await;
    assert_eq!(other.status, 422, "{}", other.body);
    assert_over(&create_with(&world, "alice", ("idempotency-key", "k-2"), &creation(1)).await);
    assert_eq!(mailed(&world, "alice").await, 10);
    let [space, _] = ids(&repeat);
    let items = world.harness.dynamo.items().unwrap();
    let of_space = items.iter().find(|item| item["pk"] == format!("SPACE#{space}") && item["sk"] == "SPACE").unwrap();
    assert_eq!(of_space["first_mails"], 6);
    // Even days later, a replayed request does not count.
    world.pass(DAY * 3);
    create_with(&world, "alice", key, &body).await.ok();
    assert_eq!(mailed(&world, "alice").await, 0);
}

#[tokio::test]
async fn a_failed_write_is_refunded_and_a_write_without_a_response_is_not() {
    let world = world().await;
    create(&world, "alice", 1).await.ok();
    let of_invitation = |body: &str| body.contains(r#""sk":{"S":"INVITE"}"#);
    for (interference, status, counted) in [(Interference::Throttle, 503, 1), (Interference::DropResponse, 200, 6)] {
        let times = std::sync::atomic::AtomicUsize::new(0);
        world.harness.dynamo.interfere(move |operation, body| {
            let is_ours = operation == "PutItem" && of_invitation(body);
            // Only the first attempt loses its response.
            let is_meant = is_ours
                && (interference == Interference::Throttle
                    || times.fetch_add(1, std::sync::atomic::Ordering::Relaxed) == 0);
            is_meant.then_some(interference)
        });
        assert_eq!(create(&world, "alice", 5).await.status, status, "{interference:?}");
        world.harness.dynamo.stop_interfering();
        assert_eq!(mailed(&world, "alice").await, counted, "{interference:?}");
    }
}

#[tokio::test]
async fn acting_for_a_user_uses_the_apps_limit() {
    let world = world().await;
    let app = "sample-service-app".parse().unwrap();
    let mut registered = world.harness.store.service_app(&app).await.unwrap().unwrap();
    registered.mails = 12;
    world.harness.store.register_service_app(&registered).await.unwrap();
    let header = ("x-avaya-act-as", "alice@example.com");
    create_with(&world, "app", header, &creation(12)).await.ok();
    assert_over(&create_with(&world, "app", header, &creation(1)).await);
    assert_over(&create_with(&world, "app", ("x-avaya-act-as", "cora@example.com"), &creation(1)).await);
    assert_eq!(mailed(&world, "alice").await, 0);
    create(&world, "alice", 10).await.ok();
    assert_over(&create(&world, "alice", 1).await);
}

#[tokio::test]
async fn invitations_updates_and_resends_count_the_people_they_mail() {
    let world = world().await;
    let created = create(&world, "alice", 2).await.ok();
    let [space, invite] = ids(&created);
    let invited = json!({ "invitees": people(3) });
    world.call("alice", "POST", &format!("/api/spaces/{space}/invite"), invited).await.ok();
    assert_eq!(mailed(&world, "alice").await, 5);
    // One more person: unchanged invitees are not mailed.
    let path = format!("/api/spaces/invites/{invite}");
    let mut on_it = created["data"][0]["invitees"].as_array().unwrap().clone();
    on_it.extend(people(1).as_array().unwrap().clone());
    world.call("alice", "POST", &path, json!({ "invitees": on_it, "inviteContentLanguage": "de" })).await.ok();
    assert_eq!(mailed(&world, "alice").await, 6);
    // New times are mailed to all three.
    let times =
        json!({ "invitees": on_it, "startDateTime": "2099-01-01T10:00:00Z", "endDateTime": "2099-01-01T11:00:00Z" });
    world.call("alice", "POST", &path, times).await.ok();
    assert_eq!(mailed(&world, "alice").await, 9);
    let one = json!({ "invitees": [on_it[0]] });
    world.call("alice", "POST", &format!("{path}/resend"), one).await.ok();
    assert_eq!(mailed(&world, "alice").await, 10);
    let before = world.call("alice", "GET", &path, Value::Null).await.ok();
    assert_over(&world.call("alice", "POST", &format!("{path}/resend"), Value::Null).await);
    let later = json!({ "invitees": on_it, "startDateTime": "2099-01-01T10:30:00Z" });
    assert_over(&world.call("alice", "POST", &path, later).await);
    assert_eq!(world.call("alice", "GET", &path, Value::Null).await.ok(), before);
    // A resend by somebody else counts for them. Cancellations count for nobody.
    world.call("alice", "POST", &path, json!({ "invitees": [] })).await.ok();
    world.call("alice", "DELETE", &path, Value::Null).await.ok();
    assert_eq!(mailed(&world, "alice").await, 10);
}

#[tokio::test]
async fn members_share_half_of_the_spaces_limit_and_keep_their_own() {
    let world = world().await;
    let Scene { space, invite, .. } = Scene::new(&world, State::Active).await;
    let mut names = vec!["mia"];
    for name in ["nora", "olga"] {
        world.call(name, "GET", "/api/users/me", Value::Null).await.ok();
        world.call(name, "GET", &format!("/api/spaces/invites/{invite}/join"), Value::Null).await.ok();
        let path = format!("/api/spaces/{space}/attendees/userid/{}", id(name));
        world.call("alice", "POST", &path, json!({ "role": "member" })).await.ok();
        names.push(name);
    }
    let path = format!("/api/spaces/{space}/invite");
    let invite = async |name, number| world.call(name, "POST", &path, json!({ "invitees": people(number) })).await;
    // Thirty concurrent requests by three members: they get half of the space's thirty.
    let answers = join_all((0..30).map(|n| invite(names[n % 3], 1))).await;
    assert_eq!(answers.iter().filter(|answer| answer.status == 200).count(), 15);
    assert_over(&invite("mia", 1).await);
    let of_members = join_all(names.iter().map(|name| mailed(&world, name))).await;
    assert_eq!(of_members.iter().sum::<u64>(), 15, "a rejected request does not use the sender's limit");
    // In other spaces, members can mail up to their own limit.
    create(&world, "mia", 10 - usize::try_from(of_members[0]).unwrap()).await.ok();
    assert_over(&invite("mia", 1).await);
    // The rest is reserved for admins.
    invite("alice", 10).await.ok();
    invite("adam", 5).await.ok();
    assert!(assert_over(&invite("adam", 1).await) <= 24 * 3_600);
    assert_eq!(mailed(&world, "adam").await, 5);
    world.pass(DAY);
    invite("mia", 1).await.ok();
}

#[tokio::test]
async fn a_new_spaces_first_invitation_counts_for_the_space() {
    let world = Box::pin(World::with(&[("MAILS_PER_SPACE", "30")])).await;
    Scene::cast(&world).await;
    let [space, _] = ids(&create(&world, "alice", 40).await.ok());
    let path = format!("/api/spaces/{space}/invite");
    world.pass(SignedDuration::from_hours(20));
    let wait = assert_over(&world.call("alice", "POST", &path, json!({ "invitees": people(1) })).await);
    assert_eq!(wait, 4 * 60 * 60);
    // Another space has its own limit.
    create(&world, "alice", 40).await.ok();
    world.pass(SignedDuration::from_hours(4));
    world.call("alice", "POST", &path, json!({ "invitees": people(30) })).await.ok();
}

#[tokio::test]
async fn an_inviter_stopped_by_complaints_sends_no_mail_but_can_do_everything_else() {
    let world = world().await;
    // Three mails that are reported as spam, and one that is queued.
    let called_spam: Value =
        (0..3).map(|n| json!({ "inviteeType": "email", "invitee": format!("complaint+{n}@simulator.test") })).collect();
    let body = json!({ "topic": { "title": "Planning" }, "invitees": called_spam });
    let [space, _] = ids(&world.call("alice", "POST", CREATE, body).await.ok());
    Post::new(&world).deliver().await;
    let [_, waiting] = ids(&create(&world, "alice", 1).await.ok());
    let sent = world.harness.mailbox.messages().len();
    let sender = MailSender::User(id("alice").parse().unwrap());
    while Post::new(&world).track().await {}
    let mails = world.harness.store.sender_mails(&sender, world.now()).await.unwrap();
    assert_eq!((mails.complaints, mails.stopped.is_some()), (3, true));

    let refused = create(&world, "alice", 1).await;
    assert_eq!((refused.status, &refused.body["code"]), (403, &json!("blocked")), "{}", refused.body);
    let path = format!("/api/spaces/{space}/invite");
    assert_eq!(world.call("alice", "POST", &path, json!({ "invitees": people(1) })).await.status, 403);
    let mut by_client = creation(1);
    by_client["informChannel"] = json!("client");
    world.call("alice", "POST", CREATE, by_client).await.ok();
    create(&world, "alice", 0).await.ok();
    create(&world, "cora", 1).await.ok();
    // The queued mail is not sent.
    Post::new(&world).deliver().await;
    let shown = world.call("alice", "GET", &format!("/api/spaces/invites/{waiting}"), Value::Null).await.ok();
    assert_eq!(shown["data"][0]["invitees"][0]["delivery"]["state"], "cancelled");
    assert_eq!(world.harness.mailbox.messages().len(), sent + 1, "Cora's");

    world.pass(SignedDuration::from_secs(1));
    assert!(world.harness.store.lift_complaints(id("alice").parse().unwrap(), world.now()).await.unwrap());
    create(&world, "alice", 1).await.ok();
}

#[tokio::test]
async fn a_replayed_request_of_an_inviter_stopped_by_complaints_is_answered() {
    let world = world().await;
    let (body, key) = (creation(1), ("idempotency-key", "k-1"));
    let first = create_with(&world, "alice", key, &body).await.ok();
    let sender = MailSender::User(id("alice").parse().unwrap());
    let item = json!({
        "pk": { "S": format!("LIMIT#MAILS#{}", id("alice")) }, "sk": { "S": "LIMIT" },
        "stopped": { "S": "2026-11-21T12:00:00.000Z" },
    });
    world.harness.dynamo.put(&item).unwrap();
    assert!(world.harness.store.is_sender_stopped(&sender).await.unwrap());
    assert_eq!(create_with(&world, "alice", key, &body).await.ok(), first);
    // An inviter blocked by the operator gets no answer.
    world.harness.store.block(id("alice").parse().unwrap(), world.now()).await.unwrap();
    world.pass(SignedDuration::from_mins(2));
    assert_eq!(create_with(&world, "alice", key, &body).await.status, 403);
    assert_eq!(create_with(&world, "alice", ("idempotency-key", "k-2"), &body).await.status, 403);
}

#[tokio::test]
async fn a_concurrently_replayed_request_is_answered_even_if_the_limit_has_room_for_only_one() {
    let world = world().await;
    for key in ["k-1", "k-2", "k-3"] {
        let body = creation(8);
        let twice = join_all((0..2).map(|_| create_with(&world, "alice", ("idempotency-key", key), &body))).await;
        let [one, other] = twice.try_into().unwrap_or_else(|_| panic!());
        assert_eq!((one.ok(), mailed(&world, "alice").await), (other.ok(), 8), "{key}");
        world.pass(DAY);
    }
    let [space, _] = ids(&create(&world, "alice", 1).await.ok());
    let path = format!("/api/spaces/{space}/invite");
    let body = json!({ "invitees": people(8) }).to_string();
    let headers = [("content-type", "application/json"), ("idempotency-key", "k-1")];
    let twice = join_all((0..2).map(|_| world.send("alice", "POST", &path, &headers, &body))).await;
    let [one, other] = twice.try_into().unwrap_or_else(|_| panic!());
    assert_eq!((one.ok(), mailed(&world, "alice").await), (other.ok(), 9));
}
