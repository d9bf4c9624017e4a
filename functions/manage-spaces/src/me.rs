//! `GET /api/users/me`: the caller.

use jiff::Timestamp;
use serde::Serialize;
use spaces_api::wire::EmailObject;
use spaces_http::{Body, Call, Problem, Response, json};
use spaces_model::{Caller, Email, EmailAddress, Guest, ServiceApp, format_time};
use spaces_store::KnownUser;

use crate::App;

/// The caller.
///
/// Clients of the original find the id by the first `"_id":"` in the text.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub(crate) struct Me {
    /// The user's or the guest's id; for a service app, the id of its account.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// The name that others see.
    displayname: String,
    /// The address that the caller owns; empty if there is none.
    username: String,
    /// `user` for a user or a service app, `anonymous` for a guest.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(user|anonymous)$"))]
    #[serde(rename = "aType")]
    kind: &'static str,
    /// The same address.
    #[cfg_attr(feature = "openapi", schema(max_items = 1))]
    emails: Vec<EmailObject>,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(max_items = 0))]
    phone_numbers: Vec<String>,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(pattern = "^$"))]
    picturefile: &'static str,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(pattern = "^$"))]
    picture_url: &'static str,
    /// An IANA time zone name; empty if it is not known.
    timezone: String,
    /// A BCP 47 tag; empty if it is not known.
    language: String,
    /// The time of the last change of the user's profile, in UTC. Guests and service apps have no profile: the time of
    /// the response.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    lastupdatetime: String,
}

impl App {
    /// Responds with the caller. A user is added to the directory.
    pub(crate) async fn me(&self, call: &Call) -> Result<Response<Body>, Problem> {
        let now = self.sources.now();
        let me = match self.callers.identify(call, now).await? {
            Caller::User(said) => Me::user(&self.callers.profile(said, now).await?, now),
            Caller::ServiceApp(app) => Me::service_app(&app, now),
            Caller::Guest(guest) => Me::guest(&guest, now),
        };
        json(&me)
    }
}

impl Me {
    fn user(known: &KnownUser, now: Timestamp) -> Self {
        let KnownUser { user, updated, .. } = known;
        let language = user.language.as_ref().map(ToString::to_string).unwrap_or_default();
        let updated = updated.unwrap_or(now);
        let address = user.email.as_ref().and_then(Email::verified);
        let me = Self::new(user.id.to_string(), user.display_name(), "user", address, updated);
        Self { timezone: user.zone.clone().unwrap_or_default(), language, ..me }
    }

    fn service_app(app: &ServiceApp, now: Timestamp) -> Self {
        Self::new(app.account.to_string(), app.id.as_str(), "user", Some(&app.email), now)
    }

    fn guest(guest: &Guest, now: Timestamp) -> Self {
        Self::new(guest.id.to_string(), &guest.display_name, "anonymous", None, now)
    }

    fn new(id: String, name: &str, kind: &'static str, address: Option<&EmailAddress>, updated: Timestamp) -> Self {
        Self {
            id,
            displayname: name.to_owned(),
            username: address.map(|address| address.as_typed().to_owned()).unwrap_or_default(),
            kind,
            emails: address.map(EmailObject::new).into_iter().collect(),
            phone_numbers: Vec::new(),
            picturefile: "",
            picture_url: "",
            timezone: String::new(),
            language: String::new(),
            lastupdatetime: format_time(updated),
        }
    }
}

#[cfg(test)]
mod tests {
    use spaces_model::User;

    use super::*;

    fn text(user: User) -> String {
        let updated = Some("2026-11-21T12:00:00Z".parse().unwrap());
        let known = KnownUser { user, email_proven: None, is_blocked: false, updated };
        serde_json::to_string(&Me::user(&known, Timestamp::UNIX_EPOCH)).unwrap()
    }

    #[test]
    fn the_keys_are_in_the_order_of_the_original_and_the_id_occurs_once() {
        let user = User {
            name: Some("Ana \"_id\":\" García".to_owned()),
            email: Some(Email::Verified("Ana@example.com".parse().unwrap())),
            language: Some("es".parse().unwrap()),
            zone: Some("Europe/Madrid".to_owned()),
            ..User::new("59039e47e2cda45e3bbbfc7f".parse().unwrap())
        };
        let text = text(user);
        assert_eq!(
            text,
            r#"{"_id":"59039e47e2cda45e3bbbfc7f","displayname":"Ana \"_id\":\" García","username":"Ana@example.com","aType":"user","emails":[{"primary":true,"value":"Ana@example.com"}],"phone_numbers":[],"picturefile":"","picture_url":"","timezone":"Europe/Madrid","language":"es","lastupdatetime":"2026-11-21T12:00:00.000Z"}"#
        );
        assert_eq!(text.matches(r#""_id":""#).count(), 1);
    }

    #[test]
    fn unknown_values_are_empty() {
        let user = User::new("59039e47e2cda45e3bbbfc7f".parse().unwrap());
        let text = text(user);
        assert!(text.contains(r#""displayname":"User","username":"","aType":"user","emails":[]"#), "{text}");
        assert!(text.contains(r#""timezone":"","language":"""#), "{text}");
    }
}
