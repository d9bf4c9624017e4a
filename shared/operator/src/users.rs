//! Commands that add users to the directory, and show, block, export and erase them.

use std::str::FromStr;

use clap::{Args, Subcommand};
use jiff::Timestamp;
use spaces_auth::user_id;
use spaces_http::Act;
use spaces_model::{
    Email, EmailAddress, MailSender, User, UserId, characters, format_time, is_zone, parse_language, parse_name,
};
use spaces_store::{Erased, Person, SenderMails, Store};

use crate::OperatorError;
use crate::audit::Auditor;

/// A command about a user.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Adds or updates a user in the directory; the address counts as verified. Omitted options leave values unchanged
    Put(Box<UserOptions>),
    /// Shows what is known about a user, and the number of mails that they caused
    Show {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Prints everything that is stored about a person as JSON
    Export {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Restricts a user to reading: nothing is sent in their name, and their invitations admit nobody
    Block {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Unblocks a user
    Unblock {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Lifts the stop that complaints have placed on a user's mail
    Lift {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Erases a person, and prints what stays; can be repeated, and reads the whole table
    Erase {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
    /// Prints the hash that the audit log uses for a user
    AuditHash {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        user_ref: UserRef,
    },
}

/// A user, as given on the command line.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct UserOptions {
    /// Their id
    #[arg(long, required_unless_present = "iss", conflicts_with_all = ["iss", "sub"])]
    id: Option<UserId>,
    /// The issuer of their tokens; with --sub, replaces --id
    #[arg(long, value_name = "ISSUER", requires = "sub")]
    iss: Option<String>,
    /// Their subject at the issuer
    #[arg(long, value_name = "SUBJECT", requires = "iss")]
    sub: Option<String>,
    /// Their address
    #[arg(long, value_name = "ADDRESS")]
    email: Option<EmailAddress>,
    /// Their name
    #[arg(long, value_parser = name)]
    name: Option<String>,
    /// The language that they read, such as en-US
    #[arg(long, value_parser = language)]
    language: Option<String>,
    /// Their time zone, such as Europe/Madrid
    #[arg(long, value_parser = zone)]
    zone: Option<String>,
}

impl UserOptions {
    /// Returns the user, or `None` without an id.
    pub(crate) fn user(&self) -> Option<User> {
        let Self { iss, sub, email, name, zone, .. } = self;
        // Identified by the service's user id, or by issuer and subject.
        let id = self.id.or_else(|| Some(user_id(iss.as_deref()?, sub.as_deref()?, false)))?;
        let email = email.clone().map(|address| Email::Proven { address, at: None });
        let language = self.language.as_deref().map(parse_language);
        Some(User { name: name.clone(), email, language, zone: zone.clone(), ..User::new(id) })
    }
}

fn name(text: &str) -> Result<String, &'static str> {
    let name = parse_name(text).filter(|name| name == text && characters(name).count() <= 200);
    name.ok_or("must be 1 to 200 visible characters on one line, without an e-mail address in them")
}

fn language(text: &str) -> Result<String, &'static str> {
    let is_tag = !parse_language(text).language.is_empty();
    is_tag.then(|| text.to_owned()).ok_or("must be a language tag like en-US")
}

fn zone(text: &str) -> Result<String, &'static str> {
    is_zone(text).then(|| text.to_owned()).ok_or("must be a name of the IANA database like Europe/Madrid")
}

/// A reference to a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum UserRef {
    /// The user's id.
    Id(UserId),
    /// The user's verified address.
    Address(EmailAddress),
}

impl FromStr for UserRef {
    type Err = <EmailAddress as FromStr>::Err;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        text.parse().map(Self::Id).or_else(|_| text.parse().map(Self::Address))
    }
}

pub(crate) async fn run(
    command: &UserCommand,
    store: &Store,
    auditor: &Auditor,
    now: Timestamp,
) -> Result<String, OperatorError> {
    match command {
        UserCommand::Put(options) => {
            let user = options.user().ok_or_else(|| OperatorError::NotFound("user without an id".to_owned()))?;
            // With a time, the proof takes the address from its owner; without one it would not.
            let dated = |email: &Email| Email::Proven { address: email.address().clone(), at: Some(now) };
            let user = User { email: user.email.as_ref().map(dated), ..user };
            store.reconcile(&user, now).await?;
            shown(store, user.id, now).await
        }
        UserCommand::Show { user_ref } => shown(store, id_of(store, user_ref).await?, now).await,
        UserCommand::Export { user_ref } => {
            let items = store.export(&person(store, user_ref).await?).await?;
            Ok(serde_json::to_string_pretty(&items).unwrap_or_default())
        }
        UserCommand::Block { user_ref } => {
            let (operator, id) = (auditor.operator()?, id_of(store, user_ref).await?);
            if store.block(id, now).await? {
                operator.audit_user(Act::UserBlocked, id);
            }
            Ok(format!("user {id} is blocked. Functions that have cached them let them act for up to one more minute."))
        }
        UserCommand::Unblock { user_ref } => {
            let (operator, id) = (auditor.operator()?, id_of(store, user_ref).await?);
            Ok(if store.unblock(id).await? {
                operator.audit_user(Act::UserUnblocked, id);
                format!(
                    "user {id} is unblocked, with effect within a minute. Mails that were not sent in the meantime stay unsent."
                )
            } else {
                format!("user {id} was not blocked")
            })
        }
        UserCommand::Lift { user_ref } => {
            let (operator, id) = (auditor.operator()?, id_of(store, user_ref).await?);
            Ok(if store.lift_complaints(id, now).await? {
                operator.audit_user(Act::ComplaintsLifted, id);
                format!(
                    "user {id} may send mail again. Earlier complaints no longer count. Mails that were not sent stay unsent."
                )
            } else {
                format!("complaints have not stopped user {id}")
            })
        }
        UserCommand::Erase { user_ref } => {
            let person = person(store, user_ref).await?;
            if let (UserRef::Address(_), Some(user)) = (user_ref, person.user) {
                // An interrupted erasure could not find the user by their address again.
                return Err(OperatorError::AddressOwned(user));
            }
            let erased = store.erase(&person).await?;
            Ok(report(&person, &erased))
        }
        UserCommand::AuditHash { user_ref } => Ok(auditor.user(id_of(store, user_ref).await?)),
    }
}

/// Returns the id of a user: the given id, known or not, or the id of the address's owner.
async fn id_of(store: &Store, user_ref: &UserRef) -> Result<UserId, OperatorError> {
    match user_ref {
        UserRef::Id(id) => Ok(*id),
        UserRef::Address(address) => store
            .user_by_email(address)
            .await?
            .map(|user| user.id)
            .ok_or_else(|| OperatorError::NotFound(format!("user with the address {}", address.as_typed()))),
    }
}

/// Returns a user with the address that they own, or an address with its owner.
async fn person(store: &Store, user_ref: &UserRef) -> Result<Person, OperatorError> {
    Ok(match user_ref {
        UserRef::Id(id) => {
            let user = store.user(*id).await?;
            Person { user: Some(*id), address: user.and_then(|user| user.email?.verified().cloned()) }
        }
        UserRef::Address(address) => {
            let user = store.user_by_email(address).await?;
            Person { user: user.map(|user| user.id), address: Some(address.clone()) }
        }
    })
}

async fn shown(store: &Store, id: UserId, now: Timestamp) -> Result<String, OperatorError> {
    let unknown = || OperatorError::NotFound(format!("user {id}"));
    let user = store.user(id).await?.ok_or_else(unknown)?;
    let image = store.user_image(id).await?.ok_or_else(unknown)?;
    let blocked = store.blocked_at(id).await?;
    let mails = store.sender_mails(&MailSender::User(id), now).await?;
    let or_none = |text: Option<String>| text.unwrap_or_else(|| "not known".to_owned());
    let owned = user.email.as_ref().and_then(Email::verified).is_some();
    let address = image.email.map(|address| {
        let proven = image.email_proven.map(|at| format!(", proven {}", format_time(at))).unwrap_or_default();
        let note = if owned { "" } else { ", not theirs: it belongs to another user or to nobody" };
        format!("{}{proven}{note}", address.as_typed())
    });
    Ok([
        ("user", id.to_string()),
        ("name", or_none(user.name)),
        ("address", or_none(address)),
        ("issuer", or_none(user.issuer)),
        ("company", or_none(image.company.map(|_| "known".to_owned()))),
        ("language", or_none(user.language.map(|language| language.to_string()))),
        ("zone", or_none(user.zone)),
        ("blocked", blocked.map_or_else(|| "no".to_owned(), |at| format!("since {}", format_time(at)))),
    ]
    .map(|(name, value)| format!("{name:<10}{value}"))
    .join("\n")
        + "\n"
        + &format_mails(&mails))
}

/// Formats the mails of a sender and the complaints about them.
pub(crate) fn format_mails(mails: &SenderMails) -> String {
    let SenderMails { used, since, mailed, complaints, stopped } = mails;
    let since = since.map(|since| format!(" in the 24 hours from {}", format_time(since))).unwrap_or_default();
    let stopped = stopped.map(|at| format!("; stopped by complaints since {}", format_time(at))).unwrap_or_default();
    format!("mailed    {used} people{since}; {mailed} within 30 days; complaints by {complaints} of them{stopped}")
}

fn report(person: &Person, erased: &Erased) -> String {
    let Erased { deliveries, memberships, invitations, stays_blocked } = erased;
    let mut lines = vec![
        format!(
            "erased: invitations to them {deliveries}, names in memberships {memberships}, invitations by them {invitations}"
        ),
        "Run it again in a day: changes from the last 24 hours that are still being relayed, and records redriven from \
         RelayFailures and PublishFailures, may restore some of the data."
            .to_owned(),
    ];
    if let Some(user) = person.user {
        lines.push(format!(
            "Stays: the id {user} in spaces, memberships and invitations. Without the directory it identifies nobody; \
             it shows others who did what in which role."
        ));
        lines
            .push("Stays: the id where receivers have stopped their mail; otherwise the mail would resume.".to_owned());
        lines.push("Stays: the id in reports of their invitations, for 90 days.".to_owned());
        lines.push(
            "Stays: the number of people they mailed, for 31 days, and whether complaints have stopped them."
                .to_owned(),
        );
        lines.push(
            "Stays: the id in the counts of strangers' mails to an address, until another stranger mails the address."
                .to_owned(),
        );
        if *stays_blocked {
            lines.push("Stays: that the id is blocked; otherwise erasing would unblock it.".to_owned());
        }
    }
    if person.address.is_some() {
        lines.push(
            "Stays: the stops on mail to the address, under a keyed hash; otherwise mail would resume.".to_owned(),
        );
    }
    lines.push(
        "Stays: logs, which contain no full address and identify people only by a keyed hash, for their retention \
         time; backups of the table, for 35 days."
            .to_owned(),
    );
    lines.push("If one of their tokens is used after this, the directory stores them again.".to_owned());
    lines.join("\n")
}
