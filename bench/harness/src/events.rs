//! The events of API Gateway (payload format 2.0), and the people who send the requests.

use jiff::Timestamp;
use serde_json::{Value, json};
use spaces_local::tokens::{self, DevelopmentUser};
use spaces_model::EmailAddress;

use crate::backends::Target;
use crate::kinds::Kind;

/// The public URL in the functions' configuration.
pub(crate) const PUBLIC_URL: &str = "https://spaces.example.com";
/// The queue from which deliver-invites receives its messages.
pub(crate) const MAIL_QUEUE_ARN: &str = "arn:aws:sqs:eu-central-1:123456789012:MailQueue";
/// Alice's opaque token, which the development issuer knows.
const OPAQUE_TOKEN: &str = "a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1a1";

/// A source of events.
pub(crate) struct Events {
    creator: String,
    joiner: String,
    reader: String,
    guest: Option<String>,
}

impl Events {
    pub(crate) fn new() -> anyhow::Result<Self> {
        let token = |person: DevelopmentUser| tokens::user(&person, now());
        Ok(Self {
            creator: token(creator()?)?,
            joiner: token(person("bob@example.com", "Bob Builder")?)?,
            reader: token(reader()?)?,
            guest: None,
        })
    }

    /// Sets the guest token, which anonymous login returned.
    pub(crate) fn set_guest(&mut self, token: String) {
        self.guest = Some(token);
    }

    /// Returns a request of this kind, about a space where it needs one.
    pub(crate) fn of(&self, kind: Kind, target: &Target) -> anyhow::Result<Value> {
        let jwt = |token: &str| format!("jwt {token}");
        Ok(match kind {
            Kind::Create(invitees) => create(&jwt(&self.creator), invitees),
            Kind::JoinFirst => join(&jwt(&newcomer()?), target, None),
            Kind::JoinAgain => join(&jwt(&self.joiner), target, Some("again")),
            Kind::JoinGuest => {
                let token = self.guest.as_deref().ok_or_else(|| anyhow::anyhow!("no guest has logged in yet"))?;
                join(&jwt(token), target, Some("again"))
            }
            Kind::JoinOpaque => join(&format!("bearer {OPAQUE_TOKEN}"), target, Some("again")),
            Kind::Page => in_browser("GET", &format!("/spaces/invites/{}/join", target.invite), None),
            Kind::Login => http("POST", "/api/anonymous/auth", "", None, Some(r#"{"displayname":"Leia Organa"}"#)),
            Kind::Me => get("/api/users/me", &self.joiner),
            Kind::MySpaces => get("/api/users/me/spaces", &self.reader),
            Kind::Members => get(&format!("/api/spaces/{}/members", target.space), &self.creator),
            Kind::StopPage => in_browser("GET", &format!("/mail/stop/{}", target.stop), None),
            Kind::OneClick => {
                in_browser("POST", &format!("/mail/stop/{}", target.stop), Some("List-Unsubscribe=One-Click"))
            }
            Kind::Relay(_) | Kind::Revoke(_) | Kind::Deliver(_) | Kind::Track(_) | Kind::Publish(_) => {
                anyhow::bail!("{} is no request to the API", kind.name())
            }
        })
    }
}

/// Returns the person who creates spaces.
pub(crate) fn creator() -> anyhow::Result<DevelopmentUser> {
    person("alice@example.com", "Alice Archer")
}

/// Returns the person whose spaces are listed.
pub(crate) fn reader() -> anyhow::Result<DevelopmentUser> {
    person("dora@example.com", "Dora Reader")
}

fn person(email: &str, name: &str) -> anyhow::Result<DevelopmentUser> {
    Ok(DevelopmentUser { name: Some(name.to_owned()), ..DevelopmentUser::with_email(email.parse()?) })
}

/// Returns a request to read something by a person who is in no space.
pub(crate) fn read_by_a_stranger(path: &str) -> anyhow::Result<Value> {
    Ok(get(path, &tokens::user(&person("sid@example.net", "Sid Stranger")?, now())?))
}

fn newcomer() -> anyhow::Result<String> {
    let email: EmailAddress = format!("{:016x}@example.net", fastrand::u64(..)).parse()?;
    Ok(tokens::user(
        &DevelopmentUser { name: Some("Nora Newcomer".to_owned()), ..DevelopmentUser::with_email(email) },
        now(),
    )?)
}

fn get(path: &str, token: &str) -> Value {
    http("GET", path, "", Some(&format!("jwt {token}")), None)
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
    let Target { invite, space, .. } = target;
    // The query is for the floor, which reads no token and caches no invitation.
    let again = again.map(|id| format!("&again={id}")).unwrap_or_default();
    let query = format!("invite={invite}&space={space}{again}");
    http("GET", &format!("/api/spaces/invites/{invite}/join"), &query, Some(authorization), None)
}

fn in_browser(method: &str, path: &str, form: Option<&str>) -> Value {
    let mut event = http(method, path, "", None, form);
    if let Some(headers) = event.get_mut("headers").and_then(Value::as_object_mut) {
        headers.insert("accept".to_owned(), json!("text/html"));
        headers.insert("accept-language".to_owned(), json!("de-DE,de;q=0.9,en;q=0.8"));
        if form.is_some() {
            headers.insert("content-type".to_owned(), json!("application/x-www-form-urlencoded"));
        }
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

#[expect(clippy::disallowed_methods, reason = "tokens and invitations have to be valid while the benchmark runs")]
pub(crate) fn now() -> Timestamp {
    Timestamp::now()
}
