//! From the body to what is to be done, or to all that is wrong with it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use spaces_http::{Fault, FaultCode, Faults, Field};
use spaces_model::{
    Channel, Description, InviteMode, Invitee, InviteeTarget, MAX_INVITEES, Role, TextError, Title, UserId,
    parse_language, parse_time,
};
use spaces_store::Acquaintance;
use unic_langid::LanguageIdentifier;

use crate::body::{CreateBody, InviteeBody, NewSpace};

/// 2000-01-01T00:00:00Z: an earlier start is a mistake, and no calendar program shows it as it was meant.
const EARLIEST_START: Timestamp = Timestamp::constant(946_684_800, 0);

/// A space to be created with its invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Command {
    pub(crate) title: Title,
    pub(crate) description: Description,
    pub(crate) invitees: Vec<Invitee>,
    pub(crate) starts: Option<Timestamp>,
    pub(crate) ends: Option<Timestamp>,
    pub(crate) channel: Channel,
    pub(crate) mode: InviteMode,
    pub(crate) language: Option<LanguageIdentifier>,
}

/// A body read: the command, or the faults that keep it from being one.
pub(crate) struct Draft {
    command: Option<Command>,
    faults: Faults,
    users: HashMap<UserId, usize>,
    malformed: Vec<usize>,
    ends: Option<Timestamp>,
}

/// A command with which nothing is wrong, unless it invites users whom the caller may not know about.
pub(crate) struct Request {
    command: Command,
    /// The place in the body where each user id stands first.
    users: HashMap<UserId, usize>,
    /// The places in the body of texts that should be user ids and are none.
    malformed: Vec<usize>,
}

impl Draft {
    /// Reads a body.
    pub(crate) fn read(body: Field<CreateBody<'_>>) -> Self {
        let mut faults = Faults::default();
        let Some(body) = faults.body(body) else {
            return Self { command: None, faults, users: HashMap::new(), malformed: Vec::new(), ends: None };
        };
        let space = space(body.topic, &mut faults);
        let mut malformed = Vec::new();
        let invitees = invitees(body.invitees, &mut faults, &mut malformed);
        let starts = faults.parsed("startDateTime", body.start_date_time, FaultCode::InvalidTime, parse_time);
        let ends = faults.parsed("endDateTime", body.end_date_time, FaultCode::InvalidTime, parse_time);
        if starts.is_some_and(|starts| starts < EARLIEST_START) {
            faults.add("startDateTime", FaultCode::InvalidTime, "must not be before the year 2000");
        }
        if let (Some(starts), Some(ends)) = (starts, ends)
            && ends <= starts
        {
            faults.add("endDateTime", FaultCode::EndBeforeStart, "must be after startDateTime");
        }
        let channel = faults.parsed("informChannel", body.inform_channel, FaultCode::InvalidValue, Channel::from_str);
        let mode = faults.parsed("inviteMode", body.invite_mode, FaultCode::InvalidValue, InviteMode::from_str);
        let language = faults.parsed(
            "inviteContentLanguage",
            body.invite_content_language,
            FaultCode::InvalidLanguage,
            parse_language,
        );
        let users = invitees.iter().enumerate().filter_map(|(at, (invitee, _))| match invitee.target {
            InviteeTarget::User(id) => Some((id, at)),
            InviteeTarget::Email(_) => None,
        });
        let users = users.map(|(id, at)| (id, invitees.get(at).map_or(at, |(_, index)| *index))).collect();
        let command = space.map(|(title, description)| Command {
            title,
            description,
            invitees: invitees.into_iter().map(|(invitee, _)| invitee).collect(),
            starts,
            ends,
            channel: channel.unwrap_or_default(),
            mode: mode.unwrap_or_default(),
            language,
        });
        Self { command, faults, users, malformed, ends }
    }

    /// The command, if nothing is wrong with it but perhaps the users whom it invites.
    ///
    /// A meeting that is over is told among other faults, but is not one by itself: a repeat may come late. See
    /// [`Request::overdue`].
    ///
    /// # Errors
    ///
    /// All faults of the body.
    pub(crate) fn finish(self, now: Timestamp) -> Result<Request, Vec<Fault>> {
        let Self { command, mut faults, users, malformed, ends } = self;
        match command {
            Some(command) if faults.is_empty() => Ok(Request { command, users, malformed }),
            _ => {
                faults.extend(overdue(ends, now));
                Err(faults.into())
            }
        }
    }
}

impl Request {
    /// The users whom the request invites by id.
    pub(crate) fn users(&self) -> Vec<UserId> {
        self.users.keys().copied().collect()
    }

    /// The fault of a request whose meeting is over already.
    pub(crate) fn overdue(&self, now: Timestamp) -> Option<Fault> {
        overdue(self.command.ends, now)
    }

    /// A hash of all that the request says and for whom: equal for equal requests, however their JSON is written.
    pub(crate) fn hash(&self, acting_for: Option<UserId>) -> [u8; 32] {
        self.command.hash(acting_for)
    }

    /// The command, once it is known who of its users are acquaintances of its creator.
    ///
    /// # Errors
    ///
    /// A fault for each of the others, the same whether there is such a user or not.
    pub(crate) fn command(self, known: &HashMap<UserId, Acquaintance>) -> Result<Command, Vec<Fault>> {
        let unknown = self.users.into_iter().filter(|(id, _)| !known.contains_key(id)).map(|(_, index)| index);
        let mut unknown: Vec<usize> = unknown.chain(self.malformed).collect();
        unknown.sort_unstable();
        let fault = |index| {
            let message = "must be the id of a user of your company or with a space in common";
            Fault::new(format!("invitees[{index}].invitee"), FaultCode::UnknownUser, message)
        };
        if unknown.is_empty() { Ok(self.command) } else { Err(unknown.into_iter().map(fault).collect()) }
    }
}

impl Command {
    fn hash(&self, acting_for: Option<UserId>) -> [u8; 32] {
        let mut hash = Sha256::new();
        // Each part with its length, so that no two commands run together to the same bytes.
        let mut part = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        part(b"v1");
        part(self.title.as_str().as_bytes());
        part(self.description.as_str().as_bytes());
        for time in [self.starts, self.ends] {
            part(time.map(|time| time.as_millisecond().to_string()).unwrap_or_default().as_bytes());
        }
        let channel: &[u8] = match self.channel {
            Channel::Server => b"server",
            Channel::Client => b"client",
            Channel::Outlook => b"outlook",
        };
        part(channel);
        part(self.mode.as_str().as_bytes());
        part(self.language.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
        part(acting_for.map(|id| id.to_string()).unwrap_or_default().as_bytes());
        for invitee in &self.invitees {
            match &invitee.target {
                InviteeTarget::Email(address) => part(address.canonical().as_bytes()),
                InviteeTarget::User(id) => part(id.to_string().as_bytes()),
            }
            part(invitee.role.as_str().as_bytes());
        }
        hash.finalize().into()
    }
}

fn overdue(ends: Option<Timestamp>, now: Timestamp) -> Option<Fault> {
    let over = ends.is_some_and(|ends| ends <= now);
    over.then(|| Fault::new("endDateTime", FaultCode::EndInPast, "must be in the future"))
}

fn space(topic: Field<NewSpace<'_>>, faults: &mut Faults) -> Option<(Title, Description)> {
    let topic = faults.required("topic", topic)?;
    match topic.id {
        Field::Absent => {}
        Field::Present(id) if id.is_empty() => {}
        Field::Present(_) | Field::WrongType => {
            let message = "must be null: this call creates a new space and does not invite to an existing one";
            faults.add("topic.id", FaultCode::NotAllowed, message);
        }
    }
    let title =
        faults.required("topic.title", topic.title).and_then(|title| text("topic.title", &title, faults, Title::new));
    let description = match faults.optional("topic.description", topic.description) {
        Some(description) => text("topic.description", &description, faults, Description::new),
        None => Some(Description::default()),
    };
    if faults.optional("topic.type", topic.r#type).is_some_and(|kind| kind != "group") {
        faults.add("topic.type", FaultCode::InvalidValue, "must be group");
    }
    title.zip(description)
}

/// The invitees, each once and with the place where it stands first.
fn invitees(
    list: Field<Vec<Field<InviteeBody<'_>>>>,
    faults: &mut Faults,
    malformed: &mut Vec<usize>,
) -> Vec<(Invitee, usize)> {
    let list = faults.optional("invitees", list).unwrap_or_default();
    if list.len() > MAX_INVITEES {
        faults.add("invitees", FaultCode::TooMany, format_args!("must have at most {MAX_INVITEES} entries"));
        return Vec::new();
    }
    let mut invitees = Vec::with_capacity(list.len());
    let mut seen: HashMap<InviteeTarget, Role> = HashMap::with_capacity(list.len());
    for (index, entry) in list.into_iter().enumerate() {
        let Some(invitee) = invitee(index, entry, faults, malformed) else { continue };
        match seen.entry(invitee.target.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(invitee.role);
                invitees.push((invitee, index));
            }
            Entry::Occupied(entry) if *entry.get() == invitee.role => {}
            Entry::Occupied(_) => {
                let message = "must be the same role as where this invitee stands before";
                faults.add(format_args!("invitees[{index}].role"), FaultCode::ConflictingRole, message);
            }
        }
    }
    invitees
}

fn invitee(
    index: usize,
    entry: Field<InviteeBody<'_>>,
    faults: &mut Faults,
    malformed: &mut Vec<usize>,
) -> Option<Invitee> {
    // Where a fault is gets written out only if there is one: there may be a thousand invitees.
    macro_rules! at {
        ($name:literal) => {
            format_args!(concat!("invitees[{}].", $name), index)
        };
    }
    let Field::Present(entry) = entry else {
        faults.add(format_args!("invitees[{index}]"), FaultCode::WrongType, "must be an object");
        return None;
    };
    let name = faults.required(at!("invitee"), entry.invitee);
    let kind = faults.required(at!("inviteeType"), entry.invitee_type);
    let role = faults.parsed(at!("role"), entry.role, FaultCode::InvalidValue, Role::from_str);
    let (name, kind) = name.zip(kind)?;
    let target = if kind.eq_ignore_ascii_case("email") {
        let address =
            name.parse().map_err(|error| faults.add(at!("invitee"), FaultCode::InvalidAddress, error)).ok()?;
        InviteeTarget::Email(address)
    } else if kind.eq_ignore_ascii_case("userid") {
        InviteeTarget::User(name.parse().map_err(|_| malformed.push(index)).ok()?)
    } else {
        faults.add(at!("inviteeType"), FaultCode::InvalidValue, "must be email or userid");
        return None;
    };
    Some(Invitee { target, role: role.unwrap_or_default() })
}

fn text<T>(
    field: &str,
    text: &str,
    faults: &mut Faults,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Option<T> {
    let code = |error| match error {
        TextError::Empty => FaultCode::Required,
        TextError::TooLong(_) => FaultCode::TooLong,
        TextError::Control => FaultCode::ControlCharacter,
    };
    parse(text).map_err(|error| faults.add(field, code(error), error)).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn draft(json: &str) -> Result<Command, Vec<Fault>> {
        let now = "2026-11-21T12:00:00Z".parse().unwrap();
        Draft::read(crate::body::read(json).unwrap()).finish(now)?.command(&HashMap::new())
    }

    fn faults(json: &str) -> Vec<(String, &'static str)> {
        draft(json).unwrap_err().into_iter().map(|fault| (fault.field, fault.code.as_str())).collect()
    }

    #[test]
    fn the_least_that_can_be_said_is_a_title() {
        let command = draft(r#"{"topic":{"title":" Plan "}}"#).unwrap();
        assert_eq!(command.title.as_str(), "Plan");
        assert_eq!((command.channel, command.mode), (Channel::Server, InviteMode::Invite));
        assert!(command.invitees.is_empty() && command.language.is_none());
    }

    #[test]
    fn all_faults_are_told_at_once() {
        let json = r#"{
            "topic": {"id": "59039e47e2cda45e3bbbfc7f", "title": " ", "description": 7, "type": "direct"},
            "invitees": [
                {"inviteeType": "email", "invitee": "nobody", "role": "owner"},
                {"inviteeType": "fax", "invitee": "a@b.example"},
                7,
                {},
                {"inviteeType": "USERID", "invitee": "59039e47e2cda45e3bbbfc7f"},
                {"inviteeType": "Email", "invitee": "A@b.example", "role": "guest"},
                {"inviteeType": "email", "invitee": "a@B.example", "role": "admin"}
            ],
            "startDateTime": "tomorrow", "endDateTime": 5, "informChannel": "fax", "inviteMode": "watch",
            "inviteContentLanguage": "?"
        }"#;
        let expected = [
            ("topic.id", "not_allowed"),
            ("topic.title", "required"),
            ("topic.description", "wrong_type"),
            ("topic.type", "invalid_value"),
            ("invitees[0].role", "invalid_value"),
            ("invitees[0].invitee", "invalid_address"),
            ("invitees[1].inviteeType", "invalid_value"),
            ("invitees[2]", "wrong_type"),
            ("invitees[3].invitee", "required"),
            ("invitees[3].inviteeType", "required"),
            ("invitees[6].role", "conflicting_role"),
            ("startDateTime", "invalid_time"),
            ("endDateTime", "wrong_type"),
            ("informChannel", "invalid_value"),
            ("inviteMode", "invalid_value"),
            ("inviteContentLanguage", "invalid_language"),
        ];
        assert_eq!(faults(json), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn an_end_must_be_after_its_start() {
        let json = |end| {
            format!(r#"{{"topic":{{"title":"x"}},"startDateTime":"2099-01-01T10:00:00Z","endDateTime":"{end}"}}"#)
        };
        assert!(draft(&json("2099-01-01T10:00:00.001Z")).is_ok());
        assert_eq!(faults(&json("2099-01-01T10:00:00Z")), [("endDateTime".to_owned(), "end_before_start")]);
        assert_eq!(faults(&json("2099-01-01T11:00:00+02:00")), [("endDateTime".to_owned(), "end_before_start")]);
    }

    #[test]
    fn an_end_in_the_past_is_told_with_the_other_faults() {
        let json = r#"{"topic":{"title":""},"endDateTime":"2017-04-28T20:55:50.950Z"}"#;
        let expected = [("topic.title", "required"), ("endDateTime", "end_in_past")];
        assert_eq!(faults(json), expected.map(|(field, code)| (field.to_owned(), code)));
    }

    #[test]
    fn one_invitee_more_than_a_thousand_is_too_many() {
        let json = |count: usize| {
            let entry = |n| format!(r#"{{"inviteeType":"email","invitee":"a{n}@b.example"}}"#);
            format!(
                r#"{{"topic":{{"title":"x"}},"invitees":[{}]}}"#,
                (0..count).map(entry).collect::<Vec<_>>().join(",")
            )
        };
        assert_eq!(draft(&json(1_000)).unwrap().invitees.len(), 1_000);
        assert_eq!(faults(&json(1_001)), [("invitees".to_owned(), "too_many")]);
    }

    #[test]
    fn the_same_invitee_twice_is_one_if_the_roles_agree() {
        let json = r#"{"topic":{"title":"x"},"invitees":[
            {"inviteeType":"email","invitee":"Han@BÜCHER.example"},
            {"inviteeType":"email","invitee":"han@xn--bcher-kva.example","role":"Member"}]}"#;
        let command = draft(json).unwrap();
        assert_eq!(command.invitees.len(), 1);
        assert!(
            matches!(&command.invitees[0].target, InviteeTarget::Email(address) if address.as_typed() == "Han@BÜCHER.example")
        );
    }

    #[test]
    fn the_hash_follows_what_is_asked_and_not_how_it_is_written() {
        let hash = |json: &str| draft(json).unwrap().hash(None);
        let plain = hash(r#"{"topic":{"title":"x"}}"#);
        assert_eq!(
            plain,
            hash(r#" {"topic": {"title": " x ", "type": "group", "id": null}, "invitees": [], "inviteMode": "join"} "#)
        );
        for other in [
            r#"{"topic":{"title":"y"}}"#,
            r#"{"topic":{"title":"x","description":"d"}}"#,
            r#"{"topic":{"title":"x"},"inviteMode":"meet"}"#,
            r#"{"topic":{"title":"x"},"informChannel":"client"}"#,
            r#"{"topic":{"title":"x"},"inviteContentLanguage":"de"}"#,
            r#"{"topic":{"title":"x"},"startDateTime":"2099-01-01T10:00:00Z"}"#,
            r#"{"topic":{"title":"x"},"endDateTime":"2099-01-01T10:00:00Z"}"#,
            r#"{"topic":{"title":"x"},"invitees":[{"inviteeType":"email","invitee":"a@b.example"}]}"#,
        ] {
            assert_ne!(plain, hash(other), "{other}");
        }
        let command = draft(r#"{"topic":{"title":"x"}}"#).unwrap();
        assert_ne!(command.hash(None), command.hash(Some(UserId::from_bytes([1; 12]))));
    }

    proptest! {
        #[test]
        fn no_body_makes_reading_panic(title in "\\PC{0,20}", invitee in "\\PC{0,20}", time in "[0-9TZ:+-]{0,25}") {
            let json = serde_json::json!({
                "topic": {"title": title}, "invitees": [{"inviteeType": "email", "invitee": invitee}], "endDateTime": time,
            });
            let _ = draft(&json.to_string());
        }
    }
}
