//! What the functions are sent: API Gateway's events (payload 2.0) and SQS's, and the spaces that they are about.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::{
    Card, Channel, Description, EmailAddress, Founding, Invitation, InviteId, InviteMode, Invitee, InviteeTarget,
    Inviter, MailKind, Mailing, Member, MemberId, Role, SpaceId, SpaceKind, Standing, Title, UserId,
};
use spaces_store::{Entrance, InvitationRef, MAX_PEOPLE, OutboxMessage, Store};

use crate::backends::Target;

/// Where the service is reached, as far as it knows.
pub(crate) const PUBLIC_URL: &str = "https://spaces.example.com";
/// The queue that messages come from.
pub(crate) const MAIL_QUEUE_ARN: &str = "arn:aws:sqs:eu-central-1:123456789012:MailQueue";
/// Alice's opaque token; the development issuer knows it.
const OPAQUE_TOKEN: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// A kind of request, the unit of the warm measurements.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Kind {
    /// A space with so many invitees.
    Create(usize),
    /// Somebody new every time.
    JoinFirst,
    /// The same user again.
    JoinAgain,
    /// The same guest again.
    JoinGuest,
    /// The same user again, by an opaque token.
    JoinOpaque,
    /// The link in a browser, without a session.
    Page,
    /// Anonymous login.
    Login,
    /// The request for one's own data.
    Me,
    /// Messages about so many people of a new invitation.
    Deliver(usize),
}

impl Kind {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Create(invitees) => format!("create, {invitees} invitee{}", plural(invitees)),
            Self::JoinFirst => "join, first time".to_owned(),
            Self::JoinAgain => "join again, user token".to_owned(),
            Self::JoinGuest => "join again, guest token".to_owned(),
            Self::JoinOpaque => "join again, opaque token".to_owned(),
            Self::Page => "the link's page".to_owned(),
            Self::Login => "anonymous login".to_owned(),
            Self::Me => "who is calling".to_owned(),
            Self::Deliver(mails) => format!("deliver {mails} mail{}", plural(mails)),
        }
    }
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

/// Makes events; each is another one where that matters.
pub(crate) struct Events {
    creator: String,
    joiner: String,
    guest: Option<String>,
}

impl Events {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let token = |email: &str, name: &str| -> anyhow::Result<String> {
            let person = DevelopmentUser { name: Some(name.to_owned()), ..DevelopmentUser::with_email(email.parse()?) };
            Ok(tokens::user(&person, now())?)
        };
        Ok(Self {
            creator: token("alice@example.com", "Alice Archer")?,
            joiner: token("bob@example.com", "Bob Builder")?,
            guest: None,
        })
    }

    /// Has guests come with this token, which anonymous login gave.
    pub(crate) fn set_guest(&mut self, token: String) {
        self.guest = Some(token);
    }

    /// The event of a request to the API, about a space where it needs one.
    pub(crate) fn of(&self, kind: Kind, target: &Target) -> anyhow::Result<Value> {
        let jwt = |token: &str| format!("jwt {token}");
        Ok(match kind {
            Kind::Create(invitees) => create(&jwt(&self.creator), invitees),
            Kind::JoinFirst => join(&jwt(&newcomer()?), target, None),
            Kind::JoinAgain => join(&jwt(&self.joiner), target, Some("again")),
            Kind::JoinGuest => {
                let token = self.guest.as_deref().ok_or_else(|| anyhow::anyhow!("nobody has logged in yet"))?;
                join(&jwt(token), target, Some("again"))
            }
            Kind::JoinOpaque => join(&format!("bearer {OPAQUE_TOKEN}"), target, Some("again")),
            Kind::Page => page(target),
            Kind::Login => http("POST", "/api/anonymous/auth", "", None, Some(r#"{"displayname":"Leia Organa"}"#)),
            Kind::Me => http("GET", "/api/users/me", "", Some(&jwt(&self.joiner)), None),
            Kind::Deliver(_) => anyhow::bail!("mails are no request to the API"),
        })
    }
}

/// The event of a request to read something, by somebody who is in no space.
pub(crate) fn read_by_a_stranger(path: &str) -> anyhow::Result<Value> {
    let person = DevelopmentUser {
        name: Some("Sid Stranger".to_owned()),
        ..DevelopmentUser::with_email("sid@example.net".parse()?)
    };
    Ok(http("GET", path, "", Some(&format!("jwt {}", tokens::user(&person, now())?)), None))
}

fn newcomer() -> anyhow::Result<String> {
    let email: EmailAddress = format!("{:016x}@example.net", fastrand::u64(..)).parse()?;
    Ok(tokens::user(
        &DevelopmentUser { name: Some("Nora Newcomer".to_owned()), ..DevelopmentUser::with_email(email) },
        now(),
    )?)
}

fn create(authorization: &str, invitees: usize) -> Value {
    let list: Vec<Value> = (0..invitees)
        .map(|number| json!({"inviteeType": "email", "invitee": format!("invitee{number}@example.com"), "role": "member"}))
        .collect();
    let body = json!({
        "topic": {"id": null, "title": "Team lunch", "description": "", "type": "group"},
        "invitees": list,
        "startDateTime": "2099-04-28T19:55:50.950Z", "endDateTime": "2099-04-28T20:55:50.950Z",
        "informChannel": "server",
    });
    // The query is for the floor, which reads no body.
    http("POST", "/api/spaces/invite", &format!("n={invitees}"), Some(authorization), Some(&body.to_string()))
}

fn join(authorization: &str, target: &Target, again: Option<&str>) -> Value {
    let Target { invite, space } = target;
    // The query is for the floor, which reads no token and keeps no invitation.
    let again = again.map(|id| format!("&again={id}")).unwrap_or_default();
    let query = format!("invite={invite}&space={space}{again}");
    http("GET", &format!("/api/spaces/invites/{invite}/join"), &query, Some(authorization), None)
}

fn page(target: &Target) -> Value {
    let mut event = http("GET", &format!("/spaces/invites/{}/join", target.invite), "", None, None);
    if let Some(headers) = event.get_mut("headers").and_then(Value::as_object_mut) {
        headers.insert("accept".to_owned(), json!("text/html"));
        headers.insert("accept-language".to_owned(), json!("de-DE,de;q=0.9,en;q=0.8"));
    }
    event
}

fn http(method: &str, path: &str, query: &str, authorization: Option<&str>, body: Option<&str>) -> Value {
    let mut event = json!({
        "version": "2.0", "routeKey": "$default", "rawPath": path, "rawQueryString": query,
        "headers": {
            "accept": "application/json", "content-type": "application/json", "host": "spaces.example.com",
            "user-agent": "curl/8.14.1", "x-amzn-trace-id": "Root=1-6920f000-0a1b2c3d4e5f60718293a4b5",
            "x-forwarded-for": "203.0.113.7", "x-forwarded-port": "443", "x-forwarded-proto": "https",
        },
        "requestContext": {
            "accountId": "123456789012", "apiId": "a1b2c3d4e5", "domainName": "spaces.example.com",
            "domainPrefix": "spaces", "requestId": "UZ8vfjJDjoEEMJQ=", "routeKey": "$default", "stage": "$default",
            "http": {"method": method, "path": path, "protocol": "HTTP/1.1", "sourceIp": "203.0.113.7", "userAgent": "curl/8.14.1"},
            "time": "21/Nov/2026:12:00:00 +0000", "timeEpoch": 1_795_262_400_000_u64,
        },
        "isBase64Encoded": false,
    });
    if let Some(event) = event.as_object_mut() {
        if !query.is_empty() {
            let parameters = query.split('&').filter_map(|pair| pair.split_once('='));
            let parameters: Value = parameters.map(|(name, value)| (name.to_owned(), json!(value))).collect();
            event.insert("queryStringParameters".to_owned(), parameters);
        }
        if let Some(body) = body {
            event.insert("body".to_owned(), json!(body));
        }
    }
    if let (Some(headers), Some(authorization)) =
        (event.get_mut("headers").and_then(Value::as_object_mut), authorization)
    {
        headers.insert("authorization".to_owned(), json!(authorization));
    }
    event
}

/// Writes an invitation that is to be mailed to this many people, and its deliveries, into the table; the event has the
/// messages about them.
pub(crate) async fn plant_mails(store: &Store, mails: usize) -> anyhow::Result<Value> {
    // Other people each time: an address gets five first mails of one stranger.
    let round = fastrand::u32(..);
    let invitees = (0..mails).map(|number| format!("i{round:08x}{number}@example.com").parse());
    let times = ("2099-04-28T19:55:50.950Z".parse()?, "2099-04-28T20:55:50.950Z".parse()?);
    let invitation = Invitation {
        channel: Channel::Server,
        language: Some("en-GB".parse()?),
        starts: Some(times.0),
        ends: Some(times.1),
        expires: "2099-12-31T00:00:00Z".parse()?,
        ..invitation(invitees.collect::<Result<_, _>>()?)?
    };
    store.create(&invitation).await?;
    store.put_deliveries(&invitation, &invitation.invitees, invitation.created).await?;
    let people: Vec<_> = invitation.invitees.iter().map(|invitee| store.person(&invitee.target)).collect();
    let messages = people.chunks(MAX_PEOPLE).map(|people| OutboxMessage {
        invite: InvitationRef::of(&invitation),
        mailing: invitation.mailing.number,
        kind: MailKind::Invite,
        people: people.to_vec(),
    });
    let sent = invitation.created.as_millisecond().to_string();
    let records = messages.map(|message| {
        Ok(json!({
            "messageId": "059f36b4-87a3-44ab-83d2-661975830a7d", "receiptHandle": "AQEBwJnKyrHigUMZj6rYigCgxlaS3SLy0a",
            "body": serde_json::to_string(&message)?,
            "attributes": {
                "ApproximateReceiveCount": "1", "SentTimestamp": sent, "SenderId": "AROAX2:relay",
                "ApproximateFirstReceiveTimestamp": sent, "MessageGroupId": invitation.inviter.id.to_string(),
            },
            "messageAttributes": {}, "md5OfBody": "e4e68fb7bd0e697a0ae8f1bb342846b3",
            "eventSource": "aws:sqs", "eventSourceARN": MAIL_QUEUE_ARN, "awsRegion": "eu-central-1",
        }))
    });
    Ok(json!({"Records": records.collect::<anyhow::Result<Vec<Value>>>()?}))
}

/// Writes a space with members, and an invitation to which Bob and nine others are invited, into the table.
pub(crate) async fn plant(store: &Store, members: usize) -> anyhow::Result<Target> {
    let bob: EmailAddress = "bob@example.com".parse()?;
    let others = (1..10).map(|number| format!("invitee{number}@example.com").parse());
    let invited = std::iter::once(Ok(bob)).chain(others).collect::<Result<Vec<EmailAddress>, _>>()?;
    let invitation = invitation(invited)?;
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
    Ok(Target { invite: invitation.id.to_string(), space: invitation.space.to_string() })
}

/// An invitation of Alice that founds its space.
fn invitation(invited: Vec<EmailAddress>) -> anyhow::Result<Invitation> {
    let (creator, created) = (creator()?, now());
    let founding = Founding {
        title: Title::new("Team lunch")?,
        description: Description::new("Which stories go first.")?,
        creator: creator.id,
        creator_name: "Alice Archer".to_owned(),
        acted_by: None,
        member_only: true,
    };
    Ok(Invitation {
        id: InviteId::from_bytes(random()),
        space: SpaceId::from_bytes(random()),
        founds: Some(founding),
        invitees: invited
            .into_iter()
            .map(|email| Invitee { target: InviteeTarget::Email(email), role: Role::Member })
            .collect(),
        mode: InviteMode::Invite,
        channel: Channel::Client,
        language: None,
        starts: None,
        ends: None,
        inviter: Inviter {
            id: creator.id,
            name: creator.name,
            email: Some(creator.email),
            zone: Some("Europe/London".to_owned()),
        },
        acted_by: None,
        creator: creator.id,
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

fn creator() -> anyhow::Result<DevelopmentUser> {
    Ok(DevelopmentUser {
        name: Some("Alice Archer".to_owned()),
        ..DevelopmentUser::with_email("alice@example.com".parse()?)
    })
}

fn random() -> [u8; 12] {
    let mut bytes = [0; 12];
    fastrand::fill(&mut bytes);
    bytes
}

#[expect(clippy::disallowed_methods, reason = "tokens and invitations have to be good while the benchmark runs")]
fn now() -> Timestamp {
    Timestamp::now()
}
