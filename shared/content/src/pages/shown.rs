//! An invitation as a page shows it: its time, inviter, number of members and calendar entry.

use fluent_bundle::FluentArgs;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use spaces_model::{DEFAULT_LENGTH, InviteMode};

use super::Frame;
use crate::resources::{self, Resources};
use crate::when::{self, When};
use crate::words::{self, Localizer};
use crate::{InvitationView, Language, clean, dates};

/// An invitation with everything else that a page shows about it.
#[derive(Debug, Clone, Copy)]
pub struct ShownInvitation<'a> {
    /// The invitation. Its link is absolute.
    pub invitation: &'a InvitationView<'a>,
    /// The time of the request.
    pub now: Timestamp,
    /// The visitor's time zone as an IANA name; if it is not known, the inviter's applies.
    pub zone: Option<&'a str>,
    /// The number of people in the space.
    pub people: People,
    /// The path of the invitation's calendar entry.
    pub entry: &'a str,
}

/// A number of people, which may be a lower bound.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum People {
    /// The exact number.
    All(usize),
    /// A lower bound.
    AtLeast(usize),
}

/// An invitation as the templates need it.
pub(super) struct Sheet<'a> {
    pub(super) subject: String,
    /// The description that link previews show.
    pub(super) preview: String,
    pub(super) title: String,
    pub(super) time: Option<MeetingTime>,
    pub(super) inviter: Option<String>,
    pub(super) lead: String,
    pub(super) people: Option<String>,
    pub(super) details: String,
    pub(super) description: Vec<String>,
    pub(super) add: Option<Add<'a>>,
    pub(super) expires: Option<String>,
}

/// The time of a meeting.
pub(super) struct MeetingTime {
    pub(super) label: String,
    /// The first moment in RFC 3339, for machines.
    pub(super) machine: String,
    /// Month and day, as on a tear-off calendar.
    pub(super) month: String,
    pub(super) day: String,
    pub(super) words: String,
    /// The same text in pieces that go on separate lines.
    pub(super) parts: Vec<String>,
    /// The name of the time zone and its offset.
    pub(super) zone: String,
    pub(super) length: Option<String>,
    pub(super) state: Option<MeetingState>,
}

/// The time until a meeting, or its state, in words.
pub(super) struct MeetingState {
    pub(super) is_over: bool,
    pub(super) words: String,
}

/// The ways to add a meeting to a calendar.
pub(super) struct Add<'a> {
    pub(super) label: String,
    /// The names of online calendars, with URLs that open a new entry there.
    pub(super) calendars: [(&'static str, String); 3],
    pub(super) file: String,
    pub(super) entry: &'a str,
}

/// Limit up to which the page states the number of days until a meeting. Beyond a year, the date alone is clearer.
const MAX_DAYS: i32 = 365;

/// The phase of a meeting relative to the current time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Phase {
    Minutes(i64),
    Hours(i64),
    Days(i64),
    Now,
    Over,
}

impl<'a> Sheet<'a> {
    pub(super) fn new(shown: &ShownInvitation<'a>, frame: &Frame<'_>) -> Self {
        let invitation = shown.invitation.without_address();
        let localizer = Localizer::new(&invitation, frame.language, frame.brand.product());
        let (subject, lead) = match invitation.mode {
            InviteMode::Invite => ("subject-invite", "lead-invite"),
            InviteMode::Meet => ("subject-meet", "lead-meet"),
        };
        let (lead, time) = (localizer.message_with_inviter(lead), shown.time(frame.language));
        let is_over = time.as_ref().is_some_and(MeetingTime::is_over);
        let direction = frame.language.direction();
        Self {
            subject: localizer.message_with_inviter(subject),
            preview: time.as_ref().map_or_else(|| lead.clone(), |time| format!("{} ({})", time.words, time.zone)),
            title: localizer.title.clone(),
            inviter: invitation.inviter.name.and_then(words::initials),
            lead,
            people: shown.people.joined_message(frame.language),
            details: localizer.message("page-details"),
            description: clean::lines(invitation.description)
                .into_iter()
                .map(|line| words::isolated(line, direction))
                .collect(),
            add: if is_over { None } else { shown.add(&localizer) },
            expires: shown.expires(frame.language),
            time,
        }
    }
}

impl Sheet<'_> {
    /// Returns whether the meeting of the invitation has ended.
    pub(super) fn is_over(&self) -> bool {
        self.time.as_ref().is_some_and(MeetingTime::is_over)
    }
}

impl<'a> ShownInvitation<'a> {
    /// Returns the name of the time zone to use, if the database has it.
    fn zone(&self) -> Option<&'a str> {
        [self.zone, self.invitation.inviter.zone].into_iter().flatten().find(|zone| dates::zone(zone).is_some())
    }

    fn time(&self, language: Language) -> Option<MeetingTime> {
        let resources = resources::of(language);
        let InvitationView { starts, ends, .. } = *self.invitation;
        let when = When::new(starts, ends, self.zone(), resources)?;
        let line = when.lines.into_iter().next()?;
        let first = starts.or(ends)?;
        let zone = self.zone().and_then(dates::zone);
        let offset = zone.as_ref().and_then(|zone| offset(first, ends.unwrap_or(first), zone, resources));
        let zones = [Some(line.zone), offset].into_iter().flatten().filter(|text| !text.is_empty());
        Some(MeetingTime {
            label: resources.message("when", &FluentArgs::new()),
            machine: first.to_string(),
            month: when.month,
            day: when.day,
            words: line.when,
            parts: line.parts,
            zone: zones.collect::<Vec<_>>().join(" · "),
            length: when.length,
            state: self.phase(&zone.unwrap_or(TimeZone::UTC)).map(|phase| phase.state(resources)),
        })
    }

    /// Returns the phase of the meeting on a clock in this time zone, or `None` if it is not known.
    fn phase(&self, zone: &TimeZone) -> Option<Phase> {
        if self.invitation.ends.is_some_and(|ends| self.now >= ends) {
            return Some(Phase::Over);
        }
        let (starts, ends) = self.span()?;
        let minutes = starts.duration_since(self.now).as_mins();
        let day = |time: Timestamp| time.to_zoned(zone.clone()).date();
        let days = (day(starts) - day(self.now)).get_days();
        // The end is only assumed, so don't claim that the meeting is over.
        if self.now >= ends {
            return None;
        }
        Some(if self.now >= starts {
            Phase::Now
        } else if minutes < 60 {
            Phase::Minutes(minutes.max(1))
        } else if days < 1 || minutes < 6 * 60 {
            Phase::Hours(minutes / 60)
        } else if days <= MAX_DAYS {
            Phase::Days(days.into())
        } else {
            return None;
        })
    }

    /// Returns the start and the end. A meeting without an end is assumed to last one hour.
    fn span(&self) -> Option<(Timestamp, Timestamp)> {
        let starts = self.invitation.starts?;
        let ends = self.invitation.ends.filter(|ends| *ends > starts);
        Some((starts, ends.unwrap_or_else(|| starts.saturating_add(DEFAULT_LENGTH).unwrap_or(Timestamp::MAX))))
    }

    fn expires(&self, language: Language) -> Option<String> {
        let resources = resources::of(language);
        let until = when::moment(self.invitation.expires?, self.zone(), resources)?;
        let mut arguments = FluentArgs::new();
        arguments.set("when", until);
        Some(resources.message("open-until", &arguments))
    }

    fn add(&self, localizer: &Localizer) -> Option<Add<'a>> {
        let (starts, ends) = self.span()?;
        let title = encoded(&words::whole_title(self.invitation, localizer.language()));
        let link = encoded(self.invitation.link);
        let basic = |time: Timestamp| time.strftime("%Y%m%dT%H%M%SZ").to_string();
        let extended = |time: Timestamp| encoded(&time.strftime("%Y-%m-%dT%H:%M:%SZ").to_string());
        let google = format!(
            "https://calendar.google.com/calendar/render?action=TEMPLATE&text={title}&dates={}/{}&details={link}&location={link}",
            basic(starts),
            basic(ends),
        );
        let outlook = |host: &str| {
            format!(
                "https://{host}/calendar/deeplink/compose?path=%2Fcalendar%2Faction%2Fcompose&rru=addevent&subject={title}&startdt={}&enddt={}&body={link}&location={link}",
                extended(starts),
                extended(ends),
            )
        };
        Some(Add {
            label: localizer.message("page-add"),
            calendars: [
                ("Google", google),
                ("Outlook.com", outlook("outlook.live.com")),
                ("Microsoft 365", outlook("outlook.office.com")),
            ],
            file: localizer.message("page-calendar-file"),
            entry: self.entry,
        })
    }
}

impl MeetingTime {
    pub(super) fn is_over(&self) -> bool {
        self.state.as_ref().is_some_and(|state| state.is_over)
    }
}

impl Phase {
    fn state(self, resources: &Resources) -> MeetingState {
        let (id, count) = match self {
            Self::Minutes(count) => ("page-in-minutes", count),
            Self::Hours(count) => ("page-in-hours", count),
            Self::Days(count) => ("page-in-days", count),
            Self::Now => ("page-now", 0),
            Self::Over => ("page-over", 0),
        };
        let mut arguments = FluentArgs::new();
        arguments.set("count", count);
        MeetingState { is_over: self == Self::Over, words: resources.message(id, &arguments) }
    }
}

impl People {
    /// Returns the number without the `named` ones, or `None` if none are left.
    pub(super) fn beyond(self, named: usize) -> Option<Self> {
        let (Self::All(count) | Self::AtLeast(count)) = self;
        let left = count.saturating_sub(named);
        (left > 0).then_some(match self {
            Self::All(_) => Self::All(left),
            Self::AtLeast(_) => Self::AtLeast(left),
        })
    }

    /// Returns the text for how many have joined, or `None` if nobody has.
    pub(super) fn joined_message(self, language: Language) -> Option<String> {
        self.beyond(0).map(|people| people.count_message("page-people", language))
    }

    pub(super) fn count_message(self, id: &str, language: Language) -> String {
        let mut arguments = FluentArgs::new();
        match self {
            Self::All(count) => arguments.set("count", count),
            Self::AtLeast(count) => arguments.set("count", format!("{count}+")),
        }
        resources::of(language).message(id, &arguments)
    }
}

/// Returns the offsets from UTC at the beginning and at the end, or only one if they are equal.
fn offset(first: Timestamp, last: Timestamp, zone: &TimeZone, resources: &Resources) -> Option<String> {
    let dates = resources.dates()?;
    let text = |time: Timestamp| -> String { dates.offset(&Zoned::new(time, zone.clone())) };
    let (first, last) = (text(first), text(last));
    Some(if first == last { first } else { format!("{first} – {last}") })
}

fn encoded(text: &str) -> String {
    utf8_percent_encode(text, NON_ALPHANUMERIC).to_string()
}
