//! The kinds of requests, in the one table that all measurements use.

use serde::{Deserialize, Serialize};

use crate::subjects::{Function, Maker};

/// A kind of request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub(crate) enum Kind {
    /// Anonymous login.
    Login,
    /// The creation of a space with this number of invitees.
    Create(usize),
    /// A join by a user who has never joined before.
    JoinFirst,
    /// A repeated join by the same user.
    JoinAgain,
    /// A repeated join by the same guest.
    JoinGuest,
    /// A repeated join by the same user, with an opaque token.
    JoinOpaque,
    /// The page of an invitation's link, opened in a browser without a session.
    Page,
    /// The caller's own data.
    Me,
    /// The first page of the caller's spaces, ten in all.
    MySpaces,
    /// The first page of the members of a space.
    Members,
    /// The stream's record of a new invitation with this number of invitees.
    Relay(usize),
    /// The stream's record of the revocation of an invitation with this number of deliveries.
    Revoke(usize),
    /// Messages about this number of people of a new invitation.
    Deliver(usize),
    /// A batch of this number of SES's delivery events.
    Track(usize),
    /// The page behind a mail's link to stop further mail.
    StopPage,
    /// The request of a mail program's unsubscribe button.
    OneClick,
    /// The stream's records of this number of new invitations.
    Publish(usize),
}

/// A kind of request, and how it is measured.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Measured {
    pub(crate) kind: Kind,
    /// Number of requests in a block of the warm measurement.
    pub(crate) block: usize,
    /// Number of sequential round trips to AWS in a warm request.
    pub(crate) trips: f64,
    /// Set if the floor makes the calls of this kind.
    has_floor: bool,
    /// Set if the peers answer this kind.
    has_peers: bool,
    /// Maximum CPU of a warm request, as a multiple of its floor's.
    pub(crate) over_floor: Option<f64>,
    /// Set if memory is compared before and after many requests of this kind.
    pub(crate) is_soaked: bool,
}

/// All kinds that are measured warm.
pub(crate) const MEASURED: [Measured; 26] = [
    measured(Kind::Login, 100, 0.0).with_floor().with_peers().soaked(),
    measured(Kind::Create(0), 50, 1.0).with_floor(),
    measured(Kind::Create(1), 50, 2.0).with_floor().with_peers(),
    measured(Kind::Create(10), 50, 2.0).with_floor().with_peers().within(1.3).soaked(),
    measured(Kind::Create(100), 20, 2.0).with_floor().with_peers(),
    measured(Kind::Create(1_000), 3, 2.0).with_floor().with_peers(),
    measured(Kind::JoinFirst, 50, 3.0).with_floor().with_peers().within(1.3).soaked(),
    measured(Kind::JoinAgain, 50, 1.0).with_floor().with_peers().within(1.1),
    measured(Kind::JoinGuest, 50, 1.0).with_peers(),
    measured(Kind::JoinOpaque, 50, 1.0),
    measured(Kind::Page, 50, 1.0),
    measured(Kind::Me, 100, 0.0),
    measured(Kind::MySpaces, 50, 2.0).with_floor().with_peers().within(1.5).soaked(),
    measured(Kind::Members, 50, 2.0).with_floor().with_peers().within(1.5).soaked(),
    measured(Kind::Relay(1), 20, 4.0).with_floor().soaked(),
    measured(Kind::Relay(1_000), 1, 45.0).with_floor(),
    measured(Kind::Revoke(1_000), 1, 13.0).with_floor(),
    measured(Kind::Deliver(1), 20, 7.0).with_floor().soaked(),
    measured(Kind::Deliver(100), 1, 70.0).with_floor(),
    measured(Kind::Deliver(1_000), 1, 700.0).with_floor(),
    measured(Kind::Track(1), 50, 1.0).with_floor().soaked(),
    measured(Kind::Track(10), 20, 1.0).with_floor(),
    measured(Kind::StopPage, 50, 1.0).with_floor(),
    measured(Kind::OneClick, 50, 2.0).with_floor().soaked(),
    measured(Kind::Publish(1), 50, 1.0).with_floor().soaked(),
    measured(Kind::Publish(100), 2, 10.0).with_floor(),
];

const fn measured(kind: Kind, block: usize, trips: f64) -> Measured {
    Measured { kind, block, trips, has_floor: false, has_peers: false, over_floor: None, is_soaked: false }
}

impl Measured {
    const fn with_floor(self) -> Self {
        Self { has_floor: true, ..self }
    }

    const fn with_peers(self) -> Self {
        Self { has_peers: true, ..self }
    }

    const fn within(self, over_floor: f64) -> Self {
        Self { over_floor: Some(over_floor), ..self }
    }

    const fn soaked(self) -> Self {
        Self { is_soaked: true, ..self }
    }

    /// Returns whether a maker's function handles this kind.
    pub(crate) const fn is_of(&self, maker: Maker) -> bool {
        match maker {
            Maker::Service => true,
            Maker::Floor => self.has_floor,
            Maker::Node | Maker::Python => self.has_peers,
        }
    }
}

impl Kind {
    pub(crate) fn name(self) -> String {
        match self {
            Self::Login => "anonymous login".to_owned(),
            Self::Create(invitees) => format!("create, {}", counted(invitees, "invitee")),
            Self::JoinFirst => "join, first time".to_owned(),
            Self::JoinAgain => "join again, user token".to_owned(),
            Self::JoinGuest => "join again, guest token".to_owned(),
            Self::JoinOpaque => "join again, opaque token".to_owned(),
            Self::Page => "the link's page".to_owned(),
            Self::Me => "the caller".to_owned(),
            Self::MySpaces => "my spaces".to_owned(),
            Self::Members => "members".to_owned(),
            Self::Relay(people) => format!("relay an invitation of {}", counted(people, "invitee")),
            Self::Revoke(people) => format!("relay a revocation, {} mailed", counted(people, "person")),
            Self::Deliver(mails) => format!("deliver {}", counted(mails, "mail")),
            Self::Track(events) => format!("track {}", counted(events, "event")),
            Self::StopPage => "the page to stop mail".to_owned(),
            Self::OneClick => "stop mail by one click".to_owned(),
            Self::Publish(records) => format!("publish {}", counted(records, "event")),
        }
    }

    /// Returns the function that handles this kind.
    pub(crate) const fn function(self) -> Function {
        match self {
            Self::Login => Function::Login,
            Self::Create(_) => Function::Create,
            Self::JoinFirst | Self::JoinAgain | Self::JoinGuest | Self::JoinOpaque | Self::Page => Function::Join,
            Self::Me | Self::MySpaces | Self::Members => Function::Manage,
            Self::Relay(_) | Self::Revoke(_) => Function::Relay,
            Self::Deliver(_) => Function::Deliver,
            Self::Track(_) => Function::Track,
            Self::StopPage | Self::OneClick => Function::Stop,
            Self::Publish(_) => Function::Publish,
        }
    }

    /// Returns whether an event of this kind needs items planted for it alone.
    pub(crate) const fn is_planted(self) -> bool {
        matches!(self.function(), Function::Relay | Function::Deliver | Function::Track | Function::Publish)
    }
}

fn counted(count: usize, what: &str) -> String {
    match (count, what) {
        (1, what) => format!("1 {what}"),
        (count, "person") => format!("{count} people"),
        (count, what) => format!("{count} {what}s"),
    }
}
