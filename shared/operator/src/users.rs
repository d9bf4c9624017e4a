//! Users: putting somebody into the directory, blocking, exporting and erasing them.

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

/// An operation on a user.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum UserCommand {
    /// Puts somebody into the directory, their address as verified. What is not given stays as it is
    Put(Box<UserOptions>),
    /// Shows what is known about somebody, and the mails that they caused
    Show {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Prints everything that is stored about somebody as JSON
    Export {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Lets somebody read and nothing else: nothing is sent in their name, and their invitations admit nobody
    Block {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Lets somebody act again
    Unblock {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Lets somebody send mail again whom complaints have stopped
    Lift {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Erases somebody, and says what stays; can be repeated, and reads the whole table
    Erase {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
    /// Prints the name by which the audit log has somebody
    AuditHash {
        /// Their id or their verified address
        #[arg(value_name = "ID|ADDRESS")]
        who: Who,
    },
}

/// A user as the command line gives them.
#[derive(Debug, PartialEq, Eq, Args)]
pub struct UserOptions {
    /// Their id
    #[arg(long, required_unless_present = "iss", conflicts_with_all = ["iss", "sub"])]
    id: Option<UserId>,
    /// The issuer of their tokens, with --sub in place of --id
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
    /// The language that they read, as en-US
    #[arg(long, value_parser = language)]
    language: Option<String>,
    /// Their time zone, as Europe/Madrid
    #[arg(long, value_parser = zone)]
    zone: Option<String>,
}

impl UserOptions {
    /// The user; none without an id.
    pub(crate) fn user(&self) -> Option<User> {
        let Self { iss, sub, email, name, zone, .. } = self;
        // By the id that the service gives the person of an issuer, or by what the issuer calls them.
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

/// A name of a user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Who {
    /// By their id.
    Id(UserId),
    /// By their verified address.
    Address(EmailAddress),
}

impl FromStr for Who {
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
            // Dated, so that it takes the address from its owner: without a date it would take none.
            let dated = |email: &Email| Email::Proven { address: email.address().clone(), at: Some(now) };
            let user = User { email: user.email.as_ref().map(dated), ..user };
            store.reconcile(&user, now).await?;
            shown(store, user.id, now).await
        }
        UserCommand::Show { who } => shown(store, id_of(store, who).await?, now).await,
        UserCommand::Export { who } => {
            let items = store.export(&person(store, who).await?).await?;
            Ok(serde_json::to_string_pretty(&items).unwrap_or_default())
        }
        UserCommand::Block { who } => {
            let (operator, id) = (auditor.operator()?, id_of(store, who).await?);
            if store.block(id, now).await? {
                operator.has_changed_user(Act::UserBlocked, id);
            }
            Ok(format!("user {id} is blocked. Functions that have them in memory let them act for a minute more."))
        }
        UserCommand::Unblock { who } => {
            let (operator, id) = (auditor.operator()?, id_of(store, who).await?);
            Ok(if store.unblock(id).await? {
                operator.has_changed_user(Act::UserUnblocked, id);
                format!(
                    "user {id} is not blocked any more, within a minute. Mails that were not sent meanwhile stay unsent."
                )
            } else {
                format!("user {id} was not blocked")
            })
        }
        UserCommand::Lift { who } => {
            let (operator, id) = (auditor.operator()?, id_of(store, who).await?);
            Ok(if store.lift_complaints(id, now).await? {
                operator.has_changed_user(Act::ComplaintsLifted, id);
                format!(
                    "user {id} may send mail again. Complaints until now count no more. Mails that were not sent stay unsent."
                )
            } else {
                format!("complaints have not stopped user {id}")
            })
        }
        UserCommand::Erase { who } => {
            let person = person(store, who).await?;
            if let (Who::Address(_), Some(user)) = (who, person.user) {
                // By the address, an erasure that was interrupted would not find the user again.
                return Err(OperatorError::BelongsTo(user));
            }
            let erased = store.erase(&person).await?;
            Ok(report(&person, &erased))
        }
        UserCommand::AuditHash { who } => Ok(auditor.user(id_of(store, who).await?)),
    }
}

/// The id of a user who is named by it, known or not, or by their address.
async fn id_of(store: &Store, who: &Who) -> Result<UserId, OperatorError> {
    match who {
        Who::Id(id) => Ok(*id),
        Who::Address(address) => store
            .user_by_email(address)
            .await?
            .map(|user| user.id)
            .ok_or_else(|| OperatorError::NotFound(format!("user with the address {}", address.as_typed()))),
    }
}

/// A user with the address that they own, or an address with the user who owns it.
async fn person(store: &Store, who: &Who) -> Result<Person, OperatorError> {
    Ok(match who {
        Who::Id(id) => {
            let user = store.user(*id).await?;
            Person { user: Some(*id), address: user.and_then(|user| user.email?.verified().cloned()) }
        }
        Who::Address(address) => {
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
        let note = if owned { "" } else { ", not theirs: somebody else has proven it, or nobody" };
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
        + &mails_shown(&mails))
}

/// The mails of a sender, and the complaints about them.
pub(crate) fn mails_shown(mails: &SenderMails) -> String {
    let SenderMails { used, since, mailed, complaints, stopped } = mails;
    let since = since.map(|since| format!(", from {} for 24 hours", format_time(since))).unwrap_or_default();
    let stopped = stopped.map(|at| format!(", which stop its mail since {}", format_time(at))).unwrap_or_default();
    format!("mailed    {used} people{since}; {mailed} within 30 days; complaints of {complaints} of them{stopped}")
}

fn report(person: &Person, erased: &Erased) -> String {
    let Erased { deliveries, memberships, invitations, stays_blocked } = erased;
    let mut lines = vec![
        format!(
            "erased: invitations to them {deliveries}, names in memberships {memberships}, invitations by them {invitations}"
        ),
        "Run it again in a day: changes of the last 24 hours that are still being relayed may put something back, and so may \
         records that are redriven from RelayFailures and PublishFailures."
            .to_owned(),
    ];
    if let Some(user) = person.user {
        lines.push(format!(
            "Stays: the id {user} in spaces, memberships and invitations. It names nobody without the directory, and others see by it \
             who did what in which role."
        ));
        lines.push("Stays: the id where receivers have stopped their mail, or it would begin again.".to_owned());
        lines.push("Stays: the id in reports of their invitations, for 90 days.".to_owned());
        lines
            .push("Stays: how many people they mailed, for 31 days, and that complaints have stopped them.".to_owned());
        lines.push("Stays: the id where receivers got their mail, until these get mail of other strangers.".to_owned());
        if *stays_blocked {
            lines.push("Stays: that the id is blocked, or erasing would unblock it.".to_owned());
        }
    }
    if person.address.is_some() {
        lines.push("Stays: what stops mail to the address, under a keyed hash, or mail would begin again.".to_owned());
    }
    lines.push(
        "Stays: logs, which have no whole address and name people by a keyed hash alone, for as long as they are kept; backups of the table, for 35 days."
            .to_owned(),
    );
    lines.push("A token of theirs that is used after this makes them known again.".to_owned());
    lines.join("\n")
}
