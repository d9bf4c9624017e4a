//! Plants the items that events are about in the table, and creates the events of the queues and of the table's stream.
//!
//! This part of the events needs the table, so it runs in the process of the backends.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::Dynamo;
use spaces_local::tokens::DevelopmentUser;
use spaces_model::{
    Card, Channel, Description, Email, EmailAddress, Founding, Invitation, InviteId, InviteMode, Invitee,
    InviteeTarget, Inviter, ItipMethod, MailKind, Mailing, Member, MemberId, Message, Role, SpaceId, SpaceKind,
    Standing, Title, User, UserId,
};
use spaces_store::{Entrance, InvitationRef, MAX_PEOPLE, OutboxMessage, Store};

use crate::backends::Target;
use crate::events::{MAIL_QUEUE_ARN, creator, now, reader};
use crate::kinds::Kind;

/// Number of spaces of the person whose spaces are listed.
const SPACES: usize = 10;
/// Number of invitees of an invitation that is published.
const PUBLISHED: usize = 10;

/// Plants a space with this many members, and an invitation of Bob and nine others to it.
pub(crate) async fn space(store: &Store, members: usize) -> anyhow::Result<Target> {
    let bob: EmailAddress = "bob@example.com".parse()?;
    let invited = std::iter::once(Ok(bob)).chain((1..10).map(|number| format!("invitee{number}@example.com").parse()));
    let invitation = invitation(&creator()?, invited.collect::<Result<_, _>>()?)?;
    store.create(&invitation).await?;
    let member = || Member {
        id: MemberId::User(UserId::from_bytes(random())),
        role: Role::Member,
        role_set: None,
        display_name: "Alice Archer".to_owned(),
        joined: invitation.created,
        own_act: true,
        invite: None,
        standing: Standing::Present,
        card: Card::new(SpaceKind::Group, invitation.created),
        version: 0,
    };
    let entrance = Entrance { made: invitation.created, names_them: false };
    for _ in 1..members {
        store.admit(invitation.space, member(), None, entrance).await?;
    }
    let receiver = format!("{:016x}@example.com", fastrand::u64(..)).parse()?;
    let stop = store.stop_token(&receiver, &invitation, invitation.created).unwrap_or_default();
    Ok(Target { invite: invitation.id.to_string(), space: invitation.space.to_string(), stop })
}

/// Plants the person who creates spaces in the directory, and the spaces of the person whose spaces are listed.
pub(crate) async fn people(store: &Store) -> anyhow::Result<()> {
    let DevelopmentUser { id, name, email, .. } = creator()?;
    let email = Some(Email::Proven { address: email, at: None });
    store.reconcile(&User { name, email, ..User::new(id) }, now()).await?;
    for _ in 0..SPACES {
        store.create(&invitation(&reader()?, Vec::new())?).await?;
    }
    Ok(())
}

/// Plants the items that an event of this kind is about, and returns the event.
pub(crate) async fn event(dynamo: &Dynamo, store: &Store, kind: Kind) -> anyhow::Result<Value> {
    let records = match kind {
        Kind::Deliver(mails) => messages(&mailed(store, mails).await?, store)?,
        Kind::Relay(people) => {
            let invitation = mails_to(people)?;
            store.create(&invitation).await?;
            vec![record(&invitation, None, &image(dynamo, &invitation)?)]
        }
        Kind::Revoke(people) => {
            let invitation = mailed(store, people).await?;
            let before = image(dynamo, &invitation)?;
            store.revoke_invitation(invitation.id, now()).await?;
            vec![record(&invitation, Some(before), &image(dynamo, &invitation)?)]
        }
        Kind::Publish(invitations) => {
            let mut records = Vec::new();
            for _ in 0..invitations {
                let invitation = mails_to(PUBLISHED)?;
                store.create(&invitation).await?;
                records.push(record(&invitation, None, &image(dynamo, &invitation)?));
            }
            records
        }
        Kind::Track(events) => deliveries(store, events).await?,
        _ => anyhow::bail!("nothing is planted for {}", kind.name()),
    };
    Ok(json!({ "Records": records }))
}

/// Returns an invitation that is mailed to this many people. Each call uses new addresses, since an address accepts at
/// most five first mails from one stranger.
fn mails_to(people: usize) -> anyhow::Result<Invitation> {
    let round = fastrand::u32(..);
    let invitees = (0..people).map(|number| format!("i{round:08x}{number}@example.com").parse());
    let times = ("2099-04-28T19:55:50.950Z".parse()?, "2099-04-28T20:55:50.950Z".parse()?);
    Ok(Invitation {
        channel: Channel::Server,
        language: Some("en-GB".parse()?),
        starts: Some(times.0),
        ends: Some(times.1),
        expires: "2099-12-31T00:00:00Z".parse()?,
        ..invitation(&creator()?, invitees.collect::<Result<_, _>>()?)?
    })
}

/// Plants an invitation that is mailed to this many people, and their deliveries.
async fn mailed(store: &Store, people: usize) -> anyhow::Result<Invitation> {
    let invitation = mails_to(people)?;
    store.create(&invitation).await?;
    store.put_deliveries(&invitation, &invitation.invitees, invitation.created).await?;
    Ok(invitation)
}

/// Returns the relay's messages about all people of an invitation.
fn messages(invitation: &Invitation, store: &Store) -> anyhow::Result<Vec<Value>> {
    let people: Vec<_> = invitation.invitees.iter().map(|invitee| store.person(&invitee.target)).collect();
    let messages = people.chunks(MAX_PEOPLE).map(|people| OutboxMessage {
        invite: InvitationRef::of(invitation),
        mailing: invitation.mailing.number,
        kind: MailKind::Invite,
        people: people.to_vec(),
    });
    let group = invitation.inviter.id.to_string();
    let bodies = messages.map(|message| Ok(queued(&serde_json::to_string(&message)?, MAIL_QUEUE_ARN, Some(&group))));
    bodies.collect()
}

/// Plants mails that are being sent, and returns SES's events about their delivery.
async fn deliveries(store: &Store, events: usize) -> anyhow::Result<Vec<Value>> {
    let invitation = mailed(store, events).await?;
    let (at, message) = (invitation.created, Message { method: ItipMethod::Request, sequence: 0, mailing: 0 });
    let pk = format!("INVITE#{}", reference(&invitation)?);
    let mut records = Vec::new();
    for delivery in store.deliveries(&invitation).await?.into_values() {
        let until = at + SignedDuration::from_mins(1);
        let lease = store.lease(&delivery, message, MailKind::Invite, None, at, until).await?;
        let InviteeTarget::Email(address) = &delivery.invitee.target else { continue };
        let sk = format!(
            "TO#{}",
            serde_json::to_value(store.person(&delivery.invitee.target))?.as_str().unwrap_or_default()
        );
        let tag = lease.map(|lease| lease.tag().to_owned()).unwrap_or_default();
        let body = delivered(address, &invitation, &tag, [&pk, &sk], at);
        records.push(queued(&body.to_string(), "arn:aws:sqs:eu-central-1:123456789012:MailEventQueue", None));
    }
    Ok(records)
}

/// Returns SES's event about a mail's delivery, as EventBridge puts it into a queue.
fn delivered(address: &EmailAddress, invitation: &Invitation, tag: &str, key: [&str; 2], at: Timestamp) -> Value {
    let address = address.as_typed();
    json!({
        "version": "0", "id": "6f1b6c3a-0b53-4e7c-a1d2-1f6a1c7a9e10", "detail-type": "Email Delivered", "source": "aws.ses",
        "account": "123456789012", "time": at.to_string(), "region": "eu-central-1",
        "resources": ["arn:aws:ses:eu-central-1:123456789012:configuration-set/spaces-MailConfiguration-1"],
        "detail": {
            "eventType": "Delivery",
            "mail": {
                "timestamp": at.to_string(), "source": "invitations@spaces.example.com", "sendingAccountId": "123456789012",
                "messageId": "0107019d2f3a0000-11111111-2222-3333-4444-555555555555-000000", "destination": [address],
                "headersTruncated": false, "headers": [],
                "commonHeaders": {
                    "from": ["Alice via Spaces <invitations@spaces.example.com>"], "to": [address],
                    "subject": "Alice invites you",
                },
                "tags": {
                    "ses:source-ip": ["192.0.2.1"], "ses:configuration-set": ["spaces-MailConfiguration-1"],
                    "ses:from-domain": ["spaces.example.com"], "ses:caller-identity": ["spaces-DeliverInvitesRole-1"],
                    "ses:operation": ["SendEmail"], "space": [invitation.space.to_string()], "m": [tag],
                    // This is for the floor, which decodes no tag.
                    "key": key,
                },
            },
            "delivery": {
                "timestamp": at.to_string(), "processingTimeMillis": 5123, "recipients": [address],
                "smtpResponse": "250 2.0.0 OK", "remoteMtaIp": "192.0.2.25",
                "reportingMTA": "b224-15.smtp-out.eu-central-1.amazonses.com",
            },
        },
    })
}

/// Returns the record of a message as Lambda passes it to the function.
fn queued(body: &str, queue: &str, group: Option<&str>) -> Value {
    let sent = now().as_millisecond().to_string();
    let mut attributes = json!({
        "ApproximateReceiveCount": "1", "SentTimestamp": sent, "SenderId": "AROAX2:relay",
        "ApproximateFirstReceiveTimestamp": sent,
    });
    if let (Some(group), Some(attributes)) = (group, attributes.as_object_mut()) {
        attributes.insert("MessageGroupId".to_owned(), json!(group));
    }
    json!({
        "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
        "body": body, "attributes": attributes, "messageAttributes": {},
        "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
        "eventSource": "aws:sqs", "eventSourceARN": queue, "awsRegion": "eu-central-1",
    })
}

/// Returns the stream's record of a change to an invitation.
fn record(invitation: &Invitation, before: Option<Value>, after: &Value) -> Value {
    let name = if before.is_some() { "MODIFY" } else { "INSERT" };
    let keys = json!({ "pk": after.get("pk"), "sk": after.get("sk") });
    let mut change = json!({
        "ApproximateCreationDateTime": invitation.created.as_second(), "Keys": keys, "NewImage": after,
        "SequenceNumber": "000000000000000000001", "SizeBytes": 1243, "StreamViewType": "NEW_AND_OLD_IMAGES",
    });
    if let (Some(before), Some(change)) = (before, change.as_object_mut()) {
        change.insert("OldImage".to_owned(), before);
    }
    json!({
        "eventID": "00000000000000000000000000000001", "eventName": name, "eventVersion": "1.1",
        "eventSource": "aws:dynamodb", "awsRegion": "eu-central-1", "dynamodb": change,
        "eventSourceARN": "arn:aws:dynamodb:eu-central-1:123456789012:table/spaces/stream/2026-11-21T12:00:00.000",
    })
}

/// Reads an invitation's item in DynamoDB's JSON.
fn image(dynamo: &Dynamo, invitation: &Invitation) -> anyhow::Result<Value> {
    let item = dynamo.raw_item(&format!("INVITE#{}", reference(invitation)?), "INVITE")?;
    item.ok_or_else(|| anyhow::anyhow!("the invitation is not in the table"))
}

/// Returns the hash in an invitation's key.
fn reference(invitation: &Invitation) -> anyhow::Result<String> {
    let reference = serde_json::to_value(InvitationRef::of(invitation))?;
    Ok(reference.as_str().unwrap_or_default().to_owned())
}

/// Returns an invitation that creates its space.
fn invitation(by: &DevelopmentUser, invited: Vec<EmailAddress>) -> anyhow::Result<Invitation> {
    let created = now();
    let founding = Founding {
        title: Title::new("Team lunch")?,
        description: Description::new("Which stories go first.")?,
        creator: by.id,
        creator_name: by.name.clone().unwrap_or_default(),
        acted_by: None,
        member_only: true,
    };
    let to_invitee = |email| Invitee { target: InviteeTarget::Email(email), role: Role::Member };
    Ok(Invitation {
        id: InviteId::from_bytes(random()),
        space: SpaceId::from_bytes(random()),
        founds: Some(founding),
        invitees: invited.into_iter().map(to_invitee).collect(),
        mode: InviteMode::Invite,
        channel: Channel::Client,
        language: None,
        starts: None,
        ends: None,
        inviter: Inviter {
            id: by.id,
            name: by.name.clone(),
            email: Some(by.email.clone()),
            zone: Some("Europe/London".to_owned()),
        },
        acted_by: None,
        creator: by.id,
        created,
        updated: created,
        expires: created + SignedDuration::from_hours(24),
        revoked: None,
        version: 0,
        sequence: 0,
        revised: 0,
        mailing: Mailing::FIRST,
        request_hash: [0; 32],
    })
}

fn random() -> [u8; 12] {
    let mut bytes = [0; 12];
    fastrand::fill(&mut bytes);
    bytes
}
