//! Mailing an invitation again.

use futures_util::future::join;
use jiff::SignedDuration;
use serde_json::{Value, json};
use spaces_local::harness;
use spaces_model::{Invitation, InviteId, InviteeTarget, ItipMethod, MailKind, Message, format_time};

use crate::scene::Scene;

const MINUTE: SignedDuration = SignedDuration::from_mins(1);

/// Returns an invitation of three people whose deliveries were mailed this many minutes ago.
async fn mailed(scene: &Scene, minutes: [Option<i64>; 3]) -> (String, Invitation) {
    let invitees = ["han", "leia", "rey"].map(entry);
    let body = scene.post("alice", "/api/spaces/{s}/invite", json!({ "invitees": invitees })).await.ok();
    let id: InviteId = body["data"][0]["_id"].as_str().unwrap().parse().unwrap();
    let store = &scene.harness.store;
    let invitation = store.invitation(id).await.unwrap().unwrap();
    store.put_deliveries(&invitation, &invitation.invitees, harness::now()).await.unwrap();
    let deliveries = store.deliveries(&invitation).await.unwrap();
    for (invitee, minutes) in invitation.invitees.iter().zip(minutes) {
        let Some(minutes) = minutes else { continue };
        let at = harness::now() - MINUTE * i32::try_from(minutes).unwrap();
        let message = Message { method: ItipMethod::Request, sequence: 0, mailing: 0 };
        let delivery = &deliveries[&invitee.target];
        let lease = store.lease(delivery, message, MailKind::Invite, None, at, at + MINUTE).await.unwrap().unwrap();
        store.record_sent(&lease, at, "ses-1").await.unwrap();
    }
    (format!("/api/spaces/invites/{id}/resend"), invitation)
}

fn entry(name: &str) -> Value {
    json!({ "inviteeType": "email", "invitee": format!("{name}@example.net") })
}

/// Returns the people to whom the invitation's last mailing is limited, as in `han rey`; `None` if it is for everybody.
fn resent_to(scene: &Scene, invitation: &Invitation) -> Option<String> {
    let items = scene.harness.dynamo.items().unwrap();
    let item = items.iter().find(|item| item["sk"] == "INVITE" && item["id"] == invitation.id.to_string()).unwrap();
    assert_eq!(item["mailing"]["kind"], "resend");
    let to = item["mailing"]["to"].as_array()?;
    let name = |target: &InviteeTarget| match target {
        InviteeTarget::Email(address) => address.as_typed().split('@').next().unwrap().to_owned(),
        InviteeTarget::User(id) => id.to_string(),
    };
    let people = invitation.invitees.iter().map(|invitee| &invitee.target);
    let hash = |target| {
        serde_json::to_value(scene.harness.store.person(target))
            .unwrap()
            .as_str()
            .unwrap()
            .chars()
            .take(16)
            .collect::<String>()
    };
    Some(people.filter(|target| to.contains(&json!(hash(target)))).map(name).collect::<Vec<_>>().join(" "))
}

#[tokio::test]
async fn everybody_is_mailed_again_except_people_who_joined_declined_or_were_just_mailed() {
    let scene = Scene::new().await;
    let (path, invitation) = mailed(&scene, [None, Some(10), Some(11)]).await;
    let body = scene.post("alice", &path, Value::Null).await.ok();
    assert_eq!((&body["data"][0]["status"], &body["data"][0]["version"]), (&json!("open"), &json!(0)));
    assert_eq!(resent_to(&scene, &invitation), None);

    let (path, invitation) = mailed(&scene, [Some(11), Some(9), None]).await;
    scene.post("alice", &path, json!({})).await.ok();
    assert_eq!(resent_to(&scene, &invitation).as_deref(), Some("han rey"));

    let store = &scene.harness.store;
    store.record_answer(&invitation, &invitation.invitees[0], harness::now()).await.unwrap();
    scene.later(MINUTE * 2).post("alice", &path, json!({ "invitees": [] })).await.ok();
    assert_eq!(resent_to(&scene, &invitation).as_deref(), Some("leia rey"));
}

#[tokio::test]
async fn a_resend_may_name_invitees() {
    let scene = Scene::new().await;
    let (path, invitation) = mailed(&scene, [None, None, None]).await;
    scene.post("alice", &path, json!({ "invitees": [entry("leia"), entry("LEIA")] })).await.ok();
    assert_eq!(resent_to(&scene, &invitation).as_deref(), Some("leia"));
    let answer = scene.post("alice", &path, json!({ "invitees": [entry("han"), entry("ben")] })).await;
    let fault = &answer.body["errors"][0];
    assert_eq!((&fault["field"], &fault["code"]), (&json!("invitees[1].invitee"), &json!("not_allowed")));
    assert_eq!(scene.post("alice", &path, json!(["han@example.net"])).await.status, 400);
}

#[tokio::test]
async fn if_nobody_can_be_mailed_yet_the_response_says_when() {
    let scene = Scene::new().await;
    let (path, invitation) = mailed(&scene, [Some(1), Some(7), None]).await;
    let answer = scene.post("alice", &path, json!({ "invitees": [entry("han"), entry("leia")] })).await;
    assert_eq!((answer.problem(), answer.retry_after.as_deref()), ((429, "too_many_requests"), Some("180")));
    let stored = scene.harness.store.invitation(invitation.id).await.unwrap();
    assert_eq!(stored, Some(invitation));
}

#[tokio::test]
async fn a_resend_renews_the_expiry_unless_the_meeting_is_over() {
    let scene = Scene::new().await;
    let (path, invitation) = mailed(&scene, [None, None, None]).await;
    let after = SignedDuration::from_hours(31 * 24);
    let later = scene.later(after);
    let body = later.post("alice", &path, Value::Null).await.ok();
    let expires = format_time(invitation.expires + after);
    assert_eq!((&body["data"][0]["status"], &body["data"][0]["expires"]), (&json!("open"), &json!(expires)));

    let ends = format_time(harness::now() + SignedDuration::from_hours(1));
    let body = json!({ "invitees": [entry("han")], "endDateTime": ends });
    let body = scene.post("alice", "/api/spaces/{s}/invite", body).await.ok();
    let path = format!("/api/spaces/invites/{}/resend", body["data"][0]["_id"].as_str().unwrap());
    let answer = scene.later(SignedDuration::from_hours(1)).post("alice", &path, Value::Null).await;
    assert_eq!((answer.status, &answer.body["errors"][0]["code"]), (400, &json!("end_in_past")));
}

#[tokio::test]
async fn an_old_invitation_is_reopened_only_by_an_update() {
    let scene = Scene::new().await;
    let (path, _) = mailed(&scene, [None, None, None]).await;
    let later = scene.later(SignedDuration::from_hours(401 * 24));
    assert_eq!(later.post("alice", &path, Value::Null).await.problem(), (410, "invite_expired"));
    let update = json!({ "invitees": [entry("han")] });
    later.post("alice", path.strip_suffix("/resend").unwrap(), update).await.ok();
    later.post("alice", &path, Value::Null).await.ok();
}

#[tokio::test]
async fn two_concurrent_resends_are_separate_mailings() {
    let scene = Scene::new().await;
    let (path, invitation) = mailed(&scene, [None, None, None]).await;
    let (one, other) = join(
        scene.post("alice", &path, Value::Null),
        scene.post("alice", &path, json!({ "invitees": [entry("han")] })),
    )
    .await;
    one.ok();
    other.ok();
    let stored = scene.harness.store.invitation(invitation.id).await.unwrap().unwrap();
    assert_eq!(stored.mailing.number, 2);
    let stream = scene.harness.dynamo.stream().after(None).unwrap();
    let mailings =
        stream.iter().filter(|record| record["dynamodb"]["NewImage"]["mailing"]["M"]["kind"]["S"] == "resend");
    assert_eq!(mailings.count(), 2);
}
