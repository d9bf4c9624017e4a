//! From the body to the terms of an invitation, or to all that is wrong with it.

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

/// 2000-01-01T00:00:00Z: an earlier start is a mistake, and no calendar program shows it as it was meant.
const EARLIEST_START: Timestamp = Timestamp::constant(946_684_800, 0);

/// The invitees that a request has to name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invitees {
    /// Any number of them, also none.
    Any,
    /// A list, which may be empty.
    List,
    /// At least one.
    Some,
}

/// A body with which nothing is wrong but perhaps the users whom it invites, and an end in the past.
pub struct Request {
    terms: Terms,
    /// The place in the body where each user id stands first.
    users: HashMap<UserId, usize>,
    /// The places in the body of texts that should be user ids and are none.
    malformed: Vec<usize>,
    /// The place in the body of each invitee of the terms.
    places: Vec<usize>,
    /// Everything else that stands in the body: repetitions, and in a dry run addresses that cannot be mailed.
    others: Vec<(usize, Checked)>,
}

/// Invitees as they are read.
#[derive(Default)]
struct Listed {
    invitees: Vec<Invitee>,
    places: Vec<usize>,
    malformed: Vec<usize>,
    others: Vec<(usize, Checked)>,
}

/// Somebody on the list.
enum Listing {
    Invitee(Invitee),
    NotMailed { address: String, role: Role },
}

impl Request {
    /// Reads a body.
    ///
    /// In a dry run, an address to which SES does not send is no fault but a verdict.
    pub fn read(body: InviteBody<'_>, wanted: Invitees, is_dry_run: bool, faults: &mut Faults) -> Self {
        let Listed { invitees, places, malformed, others } = invitees(body.invitees, wanted, is_dry_run, faults);
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

    /// Returns the request if nothing is wrong with it but perhaps the users whom it invites.
    ///
    /// A meeting that is over is reported among other faults, but is not one by itself: a repeat may come late. See
    /// [`Request::overdue`].
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

    /// Returns the terms, also of a request that is not to be carried out.
    #[must_use]
    pub const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Returns the invitees, each with its place in the body.
    pub fn invitees(&self) -> impl Iterator<Item = (usize, &Invitee)> {
        self.places.iter().copied().zip(&self.terms.invitees)
    }

    /// Returns the number of people whom a new invitation to these terms mails.
    #[must_use]
    pub fn mails(&self) -> usize {
        let is_mailed = self.terms.channel.unwrap_or_default() == Channel::Server;
        if is_mailed { self.terms.invitees.len() } else { 0 }
    }

    /// Returns the users whom the request invites by id.
    #[must_use]
    pub fn users(&self) -> Vec<UserId> {
        self.users.keys().copied().collect()
    }

    /// Returns the fault of a request whose meeting is over already.
    #[must_use]
    pub fn overdue(&self, now: Timestamp) -> Option<Fault> {
        overdue(self.terms.ends.flatten(), now)
    }

    /// Returns a hash of all that the request says, of `subject` and for whom: equal for equal requests, however their JSON is written
    /// and in whichever order the invitees stand.
    #[must_use]
    pub fn hash(&self, subject: &[&str], acting_for: Option<UserId>) -> [u8; 32] {
        let mut hash = Sha256::new();
        // Each part with its length, so that no two requests run together to the same bytes.
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

    /// Returns the terms of a request whose users are checked.
    #[must_use]
    pub fn into_terms(self) -> Terms {
        self.terms
    }

    /// Checks that the inviter may know about the users whom the request invites.
    ///
    /// # Errors
    ///
    /// A fault for each whom they may not know about, the same whether there is such a user or not.
    pub fn check_users(&self, is_known: impl Fn(&UserId) -> bool) -> Result<(), Vec<Fault>> {
        let unknown = self.users.iter().filter(|(id, _)| !is_known(id)).map(|(_, index)| *index);
        let mut unknown: Vec<usize> = unknown.chain(self.malformed.iter().copied()).collect();
        unknown.sort_unstable();
        let fault = |index| {
            let message = "must be the id of a user of your company or with a space in common";
            Fault::new(format!("invitees[{index}].invitee"), FaultCode::UnknownUser, message)
        };
        if unknown.is_empty() { Ok(()) } else { Err(unknown.into_iter().map(fault).collect()) }
    }

    /// Returns the verdict on each entry of the list, in its order.
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

    /// Returns the number of addresses in the list, each as often as it stands there.
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

/// Reads a time: none if it is absent, none within if it is null.
#[expect(clippy::option_option, reason = "an update tells absent from null")]
fn time(name: &'static str, text: Option<Text<'_>>, faults: &mut Faults) -> Option<Option<Timestamp>> {
    match text? {
        Field::Absent => Some(None),
        text => faults.parsed::<_, TimeError>(name, text, FaultCode::InvalidTime, parse_time).map(Some),
    }
}

/// Reads the invitees, each once.
fn invitees(
    list: Field<Vec<Field<InviteeBody<'_>>>>,
    wanted: Invitees,
    is_dry_run: bool,
    faults: &mut Faults,
) -> Listed {
    let list = match wanted {
        Invitees::Any => faults.optional("invitees", list),
        Invitees::List | Invitees::Some => faults.required("invitees", list),
    };
    let mut listed = Listed::default();
    let Some(list) = list else { return listed };
    if list.is_empty() && wanted == Invitees::Some {
        faults.add("invitees", FaultCode::Required, "must have at least one entry");
    }
    if list.len() > MAX_INVITEES {
        faults.add("invitees", FaultCode::TooMany, format_args!("must have at most {MAX_INVITEES} entries"));
        return listed;
    }
    let mut seen: HashMap<InviteeTarget, Role> = HashMap::with_capacity(list.len());
    for (index, entry) in list.into_iter().enumerate() {
        let invitee = match invitee(index, entry, is_dry_run, faults, &mut listed.malformed) {
            Some(Listing::Invitee(invitee)) => invitee,
            Some(Listing::NotMailed { address, role }) => {
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
                let message = "must be the same role as where this invitee stands before";
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
) -> Option<Listing> {
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
    let name = faults.required(at!("invitee"), entry.invitee.filled());
    let kind = faults.required(at!("inviteeType"), entry.invitee_type.filled());
    let role = faults.parsed(at!("role"), entry.role, FaultCode::InvalidValue, Role::from_str).unwrap_or_default();
    let (name, kind) = name.zip(kind)?;
    let (name, kind) = (name.trim(), kind.trim());
    let target = if kind.eq_ignore_ascii_case("email") {
        match name.parse::<EmailAddress>() {
            Ok(address) => InviteeTarget::Email(address),
            Err(AddressError::LocalPartNotAscii) if is_dry_run => {
                return Some(Listing::NotMailed { address: name.to_owned(), role });
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
    Some(Listing::Invitee(Invitee { target, role }))
}
