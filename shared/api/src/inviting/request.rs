//! Parsing of a request body into the terms of an invitation, or into all of its faults.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::str::FromStr;

use jiff::Timestamp;
use sha2::{Digest, Sha256};
use spaces_http::{Fault, FaultCode, Faults, Field, Problem, Text};
use spaces_model::{
    AddressError, Channel, EmailAddress, InviteMode, Invitee, InviteeTarget, MAX_INVITEES, Role, TimeError, UserId,
    parse_language, parse_time,
};

use super::{Checked, InviteBody, InviteeBody, Terms, Verdict};

/// 2000-01-01T00:00:00Z. An earlier start is a mistake, and no calendar program shows it as intended.
const EARLIEST_START: Timestamp = Timestamp::constant(946_684_800, 0);

/// The requirement for a request's list of invitees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitees {
    /// The list may be absent or empty.
    Any,
    /// The list is required, but may be empty.
    List,
    /// The list is required and must not be empty.
    NonEmpty,
}

/// A parsed body. The users that it names, and whether its end is in the past, are not checked yet.
pub struct Request {
    terms: Terms,
    /// The first position in the list of each user id.
    users: HashMap<UserId, usize>,
    /// The positions in the list of malformed user ids.
    malformed: Vec<usize>,
    /// The position in the list of each invitee of the terms.
    places: Vec<usize>,
    /// The other entries of the list: duplicates, and in a dry run addresses that can't be mailed.
    others: Vec<(usize, Checked)>,
}

/// A parsed list of invitees.
#[derive(Default)]
struct ParsedInvitees {
    invitees: Vec<Invitee>,
    places: Vec<usize>,
    malformed: Vec<usize>,
    others: Vec<(usize, Checked)>,
}

/// A parsed entry of the list.
enum ParsedEntry {
    Invitee(Invitee),
    NotMailed { address: String, role: Role },
}

impl Request {
    /// Parses a body.
    ///
    /// In a dry run, an address to which SES can't send gets a verdict and is not a fault.
    pub fn read(body: InviteBody<'_>, wanted: Invitees, is_dry_run: bool, faults: &mut Faults) -> Self {
        let ParsedInvitees { invitees, places, malformed, others } =
            invitees(body.invitees, wanted, is_dry_run, faults);
        let starts = time("startDateTime", body.start_date_time, faults);
        let ends = time("endDateTime", body.end_date_time, faults);
        if starts.flatten().is_some_and(|starts| starts < EARLIEST_START) {
            faults.add("startDateTime", FaultCode::InvalidTime, "must not be before the year 2000");
        }
        faults.extend(end_before_start(starts.flatten(), ends.flatten()));
        let channel = faults.parsed("informChannel", body.inform_channel, FaultCode::InvalidValue, Channel::from_str);
        let mode = faults.parsed("inviteMode", body.invite_mode, FaultCode::InvalidValue, InviteMode::from_str);
        let language = faults.optional("inviteContentLanguage", body.invite_content_language.filled());
        let language = language.map(|tag| parse_language(&tag));
        let users = invitees.iter().zip(&places).filter_map(|(invitee, place)| match invitee.target {
            InviteeTarget::User(id) => Some((id, *place)),
            InviteeTarget::Email(_) => None,
        });
        let users = users.collect();
        Self { terms: Terms { invitees, starts, ends, channel, mode, language }, users, malformed, places, others }
    }

    /// Returns the request if its body has no faults.
    ///
    /// A meeting that is over is reported along with other faults, but is not a fault by itself, because a replayed
    /// request may come late. See [`Request::overdue`].
    ///
    /// # Errors
    ///
    /// `invalid_request` with all faults of the body.
    pub fn finish(self, mut faults: Faults, now: Timestamp) -> Result<Self, Problem> {
        if faults.is_empty() {
            return Ok(self);
        }
        faults.extend(self.overdue(now));
        Err(Problem::invalid(Vec::from(faults)))
    }

    /// Returns the terms, even those of a dry run.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Returns the invitees, each with its position in the list.
    pub fn invitees(&self) -> impl Iterator<Item = (usize, &Invitee)> {
        self.places.iter().copied().zip(&self.terms.invitees)
    }

    /// Returns the number of people who are mailed about a new invitation with these terms.
    #[must_use]
    pub fn mails(&self) -> usize {
        let is_mailed = self.terms.channel.unwrap_or_default() == Channel::Server;
        if is_mailed { self.terms.invitees.len() } else { 0 }
    }

    /// Returns the users that the request invites by id.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        self.users.keys().copied().collect()
    }

    /// Returns the fault of a request whose meeting is already over.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Fault> {
        overdue(self.terms.ends.flatten(), now)
    }

    /// Returns a hash of the content of the request, of `subject` and of the user acted for. Equal requests have equal
    /// hashes, however their JSON is written and in whatever order they list the invitees.
    #[must_use]
    pub fn hash(&self, subject: &[&str], acting_for: Option<UserId>) -> [u8; 32] {
        let mut hash = Sha256::new();
        // Each part is prefixed with its length, so that different requests never hash the same bytes.
        let mut part = |bytes: &[u8]| {
            hash.update(u64::try_from(bytes.len()).unwrap_or(u64::MAX).to_be_bytes());
            hash.update(bytes);
        };
        let Terms { invitees, starts, ends, channel, mode, language } = &self.terms;
        part(b"v1");
        for text in subject {
            part(text.as_bytes());
        }
        for time in [starts, ends] {
            part(time.flatten().map(|time| time.as_millisecond().to_string()).unwrap_or_default().as_bytes());
        }
        let channel: &[u8] = match channel.unwrap_or_default() {
            Channel::Server => b"server",
            Channel::Client => b"client",
            Channel::Outlook => b"outlook",
        };
        part(channel);
        part(mode.unwrap_or_default().as_str().as_bytes());
        part(language.as_ref().map(ToString::to_string).unwrap_or_default().as_bytes());
        part(acting_for.map(|id| id.to_string()).unwrap_or_default().as_bytes());
        let target = |invitee: &Invitee| match &invitee.target {
            InviteeTarget::Email(address) => address.canonical(),
            InviteeTarget::User(id) => id.to_string(),
        };
        let mut people: Vec<(String, Role)> = invitees.iter().map(|invitee| (target(invitee), invitee.role)).collect();
        people.sort_unstable();
        for (target, role) in people {
            part(target.as_bytes());
            part(role.as_str().as_bytes());
        }
        hash.finalize().into()
    }

    /// Returns the terms. Check the users first.
    #[must_use]
    pub fn into_terms(self) -> Terms {
        self.terms
    }

    /// Checks that the inviter may know about the users that the request invites.
    ///
    /// # Errors
    ///
    /// A fault for each user whom they may not know about, the same whether or not such a user exists.
    pub fn check_users(&self, is_known: impl Fn(&UserId) -> bool) -> Result<(), Vec<Fault>> {
        let unknown = self.users.iter().filter(|(id, _)| !is_known(id)).map(|(_, index)| *index);
        let mut unknown: Vec<usize> = unknown.chain(self.malformed.iter().copied()).collect();
        unknown.sort_unstable();
        let fault = |index| {
            let message = "must be the id of a user who belongs to your company or shares a space with you";
            Fault::new(format!("invitees[{index}].invitee"), FaultCode::UnknownUser, message)
        };
        if unknown.is_empty() { Ok(()) } else { Err(unknown.into_iter().map(fault).collect()) }
    }

    /// Returns the verdict on each entry of the list, in order.
    pub(crate) fn checked(self, is_member: impl Fn(&InviteeTarget) -> bool) -> Vec<Checked> {
        let verdict = |target: &InviteeTarget| if is_member(target) { Verdict::AlreadyMember } else { Verdict::Ok };
        let first = self.terms.invitees.into_iter().map(|invitee| {
            let verdict = verdict(&invitee.target);
            Checked::of(&invitee, verdict)
        });
        let mut all: Vec<(usize, Checked)> = self.places.into_iter().zip(first).chain(self.others).collect();
        all.sort_by_key(|(place, _)| *place);
        all.into_iter().map(|(_, checked)| checked).collect()
    }

    /// Returns the number of addresses in the list, duplicates included.
    #[must_use]
    pub fn addresses(&self) -> usize {
        let of_invitees = self.terms.invitees.iter().filter(|each| matches!(each.target, InviteeTarget::Email(_)));
        of_invitees.count() + self.others.iter().filter(|(_, other)| other.is_address()).count()
    }
}

/// Returns the fault of a meeting that does not end after its start.
#[must_use]
pub(crate) fn end_before_start(starts: Option<Timestamp>, ends: Option<Timestamp>) -> Option<Fault> {
    let is_wrong = ends? <= starts?;
    is_wrong.then(|| Fault::new("endDateTime", FaultCode::EndBeforeStart, "must be after startDateTime"))
}

/// Returns the fault of a meeting that is over.
#[must_use]
pub(crate) fn overdue(ends: Option<Timestamp>, now: Timestamp) -> Option<Fault> {
    let over = ends.is_some_and(|ends| ends <= now);
    over.then(|| Fault::new("endDateTime", FaultCode::EndInPast, "must be in the future"))
}

/// Parses a time: `None` if it is absent, `Some(None)` if it is null.
#[expect(clippy::option_option, reason = "an update distinguishes absent from null")]
fn time(name: &'static str, text: Option<Text<'_>>, faults: &mut Faults) -> Option<Option<Timestamp>> {
    match text? {
        Field::Absent => Some(None),
        text => faults.parsed::<_, TimeError>(name, text, FaultCode::InvalidTime, parse_time).map(Some),
    }
}

/// Parses the invitees, without duplicates.
fn invitees(
    list: Field<Vec<Field<InviteeBody<'_>>>>,
    wanted: Invitees,
    is_dry_run: bool,
    faults: &mut Faults,
) -> ParsedInvitees {
    let list = match wanted {
        Invitees::Any => faults.optional("invitees", list),
        Invitees::List | Invitees::NonEmpty => faults.required("invitees", list),
    };
    let mut listed = ParsedInvitees::default();
    let Some(list) = list else { return listed };
    if list.is_empty() && wanted == Invitees::NonEmpty {
        faults.add("invitees", FaultCode::Required, "must have at least one entry");
    }
    if list.len() > MAX_INVITEES {
        faults.add("invitees", FaultCode::TooMany, format_args!("must have at most {MAX_INVITEES} entries"));
        return listed;
    }
    let mut seen: HashMap<InviteeTarget, Role> = HashMap::with_capacity(list.len());
    for (index, entry) in list.into_iter().enumerate() {
        let invitee = match invitee(index, entry, is_dry_run, faults, &mut listed.malformed) {
            Some(ParsedEntry::Invitee(invitee)) => invitee,
            Some(ParsedEntry::NotMailed { address, role }) => {
                listed.others.push((index, Checked::not_mailed(address, role)));
                continue;
            }
            None => continue,
        };
        match seen.entry(invitee.target.clone()) {
            Entry::Vacant(entry) => {
                entry.insert(invitee.role);
                listed.invitees.push(invitee);
                listed.places.push(index);
            }
            Entry::Occupied(entry) if *entry.get() == invitee.role => {
                listed.others.push((index, Checked::of(&invitee, Verdict::Duplicate)));
            }
            Entry::Occupied(_) => {
                let message = "must be the same role as in this invitee's earlier entry";
                faults.add(format_args!("invitees[{index}].role"), FaultCode::ConflictingRole, message);
            }
        }
    }
    listed
}

fn invitee(
    index: usize,
    entry: Field<InviteeBody<'_>>,
    is_dry_run: bool,
    faults: &mut Faults,
    malformed: &mut Vec<usize>,
) -> Option<ParsedEntry> {
    // The name of the field is formatted only for a fault, because there may be a thousand invitees.
    macro_rules! at {
        ($name:literal) => {
            format_args!(concat!("invitees[{}].", $name), index)
        };
    }
    let Field::Present(entry) = entry else {
        faults.add(format_args!("invitees[{index}]"), FaultCode::WrongType, "must be an object");
        return None;
    };
    let name = faults.required(at!("invitee"), entry.invitee.filled());
    let kind = faults.required(at!("inviteeType"), entry.invitee_type.filled());
    let role = faults.parsed(at!("role"), entry.role, FaultCode::InvalidValue, Role::from_str).unwrap_or_default();
    let (name, kind) = name.zip(kind)?;
    let (name, kind) = (name.trim(), kind.trim());
    let target = if kind.eq_ignore_ascii_case("email") {
        match name.parse::<EmailAddress>() {
            Ok(address) => InviteeTarget::Email(address),
            Err(AddressError::LocalPartNotAscii) if is_dry_run => {
                return Some(ParsedEntry::NotMailed { address: name.to_owned(), role });
            }
            Err(error) => {
                faults.add(at!("invitee"), FaultCode::InvalidAddress, error);
                return None;
            }
        }
    } else if kind.eq_ignore_ascii_case("userid") {
        InviteeTarget::User(name.parse().map_err(|_| malformed.push(index)).ok()?)
    } else {
        faults.add(at!("inviteeType"), FaultCode::InvalidValue, "must be email or userid");
        return None;
    };
    Some(ParsedEntry::Invitee(Invitee { target, role }))
}
