//! The command line. What is wrong with a value is told here, before the table is touched.

use std::collections::VecDeque;
use std::error::Error;
use std::str::FromStr;

use lexopt::{Arg, Parser};
use spaces_auth::user_id;
use spaces_model::{
    ACT_AS_SCOPE, Email, EmailAddress, InviteId, MAILS_PER_SERVICE_APP, ServiceAppId, ServiceAppStatus, User, UserId,
    characters, is_zone, parse_language, parse_name,
};

use crate::Table;
use crate::invitations::{InvitationCommand, Which};
use crate::service_apps::{Registration, ServiceAppCommand};
use crate::spaces::SpaceCommand;
use crate::stops::StopCommand;
use crate::users::{UserCommand, Who};

/// How to call it.
pub const USAGE: &str = "\
service-app register --id ID --account USER_ID --email A --keys FILE [--scope spaces.create.actas] [--mails N] [--disabled]
    Registers a service app, or replaces its registration: keys (a JWK Set of public keys), the user id and the address
    of its account, what it may do. Asks to act for users only with --scope. It may mail N people within 24 hours, else 10,000.
service-app show ID | disable ID | enable ID | remove ID
user put (--id ID | --iss ISSUER --sub SUBJECT) [--email A] [--name N] [--language L] [--zone Z]
    Puts somebody into the directory, their address as verified. What is not given stays as it is.
user show | export | block | unblock | lift | erase | audit-hash ID | ADDRESS
    export prints everything that is stored about somebody as JSON. A blocked user may read, and nothing else; nothing is sent in
    their name, and their invitations admit nobody. lift lets somebody send mail again whom complaints have stopped. erase says what
    stays; it can be repeated, and reads the whole table. audit-hash prints the name by which the audit log has somebody.
space show ID | delete ID
    show lists members by role and invitations. A deleted space is not found any more by anybody, and its invitations admit nobody.
invitation show | revoke (ID | --space ID | --inviter USER_ID)
    A revoked invitation admits nobody any more. Members of the space stay. --space means all invitations to a space, --inviter
    all that a user made or last updated, also to spaces that they have left; it reads the whole table.
stops show | lift ADDRESS
    What stops mail to an address: its receiver, a bounce, a complaint. lift lifts all of it, and names the commands for SES's own list.
reports list
    The reports of invitations within 90 days, the newest first.
relay redrive
    Relays the records of the table's stream that could not be relayed once more, and deletes those that succeed. The queues
    come from the environment: RELAY_FAILURES_URL, MAIL_QUEUE_URL, BULK_MAIL_QUEUE_URL.
events redrive
    Publishes the records of the table's stream that could not be published once more, and deletes those that succeed. The bus and
    the queue come from the environment: EVENT_BUS, EVENT_ADDRESSES, PUBLISH_FAILURES_URL.

All take [--table NAME] (else TABLE_NAME), [--region R] (else AWS_REGION) and [--local[=PORT]] for the table of
`cargo xtask dev` (port 8000) and its queues. Credentials come from the environment, and
the operator's name, which the audit log has as a hash, from OPERATOR:
    eval \"$(aws configure export-credentials --profile NAME --format env)\"";

/// What to do, to which table.
#[derive(Debug, PartialEq, Eq)]
pub struct Line {
    /// What to do.
    pub command: Command,
    /// To which table.
    pub table: Table,
}

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub enum Command {
    /// Something about a service app.
    ServiceApp(ServiceAppCommand),
    /// Something about a user.
    User(UserCommand),
    /// Something about a space.
    Space(SpaceCommand),
    /// Something about an invitation.
    Invitation(InvitationCommand),
    /// Something about what stops mail to an address.
    Stops(StopCommand),
    /// List the reports of invitations.
    Reports,
    /// Relay the records again that could not be relayed.
    RedriveRelay,
    /// Publish the records again that could not be published.
    RedriveEvents,
}

/// What is wrong with a command line.
#[derive(Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UsageError(String);

impl From<lexopt::Error> for UsageError {
    fn from(error: lexopt::Error) -> Self {
        Self(error.to_string())
    }
}

/// Reads a command line; none if it asks for help.
///
/// # Errors
///
/// [`UsageError`] naming the option.
pub fn parse(parser: Parser) -> Result<Option<Line>, UsageError> {
    let Some(mut given) = Given::read(parser)? else { return Ok(None) };
    let table = Table { name: given.one("table")?, region: given.one("region")?, local: given.one("local")? };
    let command = match given.word("a command")?.as_str() {
        "service-app" => Command::ServiceApp(service_app(&mut given)?),
        "user" => Command::User(user(&mut given)?),
        "space" => Command::Space(space(&mut given)?),
        "invitation" => Command::Invitation(invitation(&mut given)?),
        "stops" => Command::Stops(stops(&mut given)?),
        "reports" => reports(&mut given)?,
        "relay" => redrive(&mut given, "relay", Command::RedriveRelay)?,
        "events" => redrive(&mut given, "events", Command::RedriveEvents)?,
        other => return Err(UsageError(format!("unknown command {other}"))),
    };
    given.finish()?;
    Ok(Some(Line { command, table }))
}

fn service_app(given: &mut Given) -> Result<ServiceAppCommand, UsageError> {
    Ok(match given.word("register, show, disable, enable or remove")?.as_str() {
        "register" => ServiceAppCommand::Register(Registration {
            id: given.required("id")?,
            account: given.required("account")?,
            email: given.required("email")?,
            keys: given.required("keys")?,
            scopes: given.all("scope").map(scope).collect::<Result<_, _>>()?,
            mails: mails(given)?,
            status: if given.flag("disabled") { ServiceAppStatus::Suspended } else { ServiceAppStatus::Active },
        }),
        "show" => ServiceAppCommand::Show(given.value("a service app's id")?),
        "disable" => ServiceAppCommand::Set(given.value("a service app's id")?, ServiceAppStatus::Suspended),
        "enable" => ServiceAppCommand::Set(given.value("a service app's id")?, ServiceAppStatus::Active),
        "remove" => ServiceAppCommand::Remove(given.value::<ServiceAppId>("a service app's id")?),
        other => return Err(UsageError(format!("unknown command service-app {other}"))),
    })
}

fn mails(given: &mut Given) -> Result<u32, UsageError> {
    match given.one::<u32>("mails")?.unwrap_or(MAILS_PER_SERVICE_APP) {
        mails if (1..=MOST_MAILS).contains(&mails) => Ok(mails),
        mails => Err(UsageError(format!("--mails {mails}: must be a number from 1 to {MOST_MAILS}"))),
    }
}

fn scope(text: String) -> Result<String, UsageError> {
    if text == ACT_AS_SCOPE {
        Ok(text)
    } else {
        Err(UsageError(format!("--scope {text}: there is only {ACT_AS_SCOPE}")))
    }
}

fn user(given: &mut Given) -> Result<UserCommand, UsageError> {
    match given.word("put, show, export, block, unblock, lift, erase or audit-hash")?.as_str() {
        "put" => {
            let id = person(given)?;
            let email = given.one::<EmailAddress>("email")?.map(|address| Email::Proven { address, at: None });
            let read = |option, read: fn(&str) -> Option<String>, text: Option<String>| {
                text.map(|text| {
                    read(&text).ok_or_else(|| UsageError(format!("--{option} {text}: must be {}", shape(option))))
                })
                .transpose()
            };
            let name = read("name", name, given.one("name")?)?;
            let zone = read("zone", |zone| is_zone(zone).then(|| zone.to_owned()), given.one("zone")?)?;
            let language = given.one::<String>("language")?;
            let language = language
                .map(|text| {
                    let language = Some(parse_language(&text)).filter(|language| !language.language.is_empty());
                    language.ok_or_else(|| UsageError(format!("--language {text}: must be a language tag like en-US")))
                })
                .transpose()?;
            Ok(UserCommand::Put(Box::new(User { name, email, language, zone, ..User::new(id) })))
        }
        "show" => Ok(UserCommand::Show(who(given)?)),
        "export" => Ok(UserCommand::Export(who(given)?)),
        "block" => Ok(UserCommand::Block(who(given)?)),
        "unblock" => Ok(UserCommand::Unblock(who(given)?)),
        "lift" => Ok(UserCommand::Lift(who(given)?)),
        "erase" => Ok(UserCommand::Erase(who(given)?)),
        "audit-hash" => Ok(UserCommand::AuditHash(who(given)?)),
        other => Err(UsageError(format!("unknown command user {other}"))),
    }
}

fn who(given: &mut Given) -> Result<Who, UsageError> {
    let who = given.word("a user id or an address")?;
    let address = || who.parse().map(Who::Address).map_err(|error| UsageError(format!("{who}: {error}")));
    who.parse().map(Who::Id).or_else(|_| address())
}

/// By the id that the service gives the person of an issuer, or by what the issuer calls them.
fn person(given: &mut Given) -> Result<UserId, UsageError> {
    let issued = (given.one::<String>("iss")?, given.one::<String>("sub")?);
    match (given.one("id")?, issued) {
        (Some(id), (None, None)) => Ok(id),
        (None, (Some(iss), Some(sub))) => Ok(user_id(&iss, &sub, false)),
        _ => Err(UsageError("either --id or --iss and --sub are needed".to_owned())),
    }
}

fn name(text: &str) -> Option<String> {
    parse_name(text).filter(|name| name == text && characters(name).count() <= 200)
}

fn shape(option: &str) -> &'static str {
    if option == "zone" {
        "a name of the IANA database like Europe/Madrid"
    } else {
        "1 to 200 visible characters on one line, without an e-mail address in them"
    }
}

fn invitation(given: &mut Given) -> Result<InvitationCommand, UsageError> {
    Ok(match given.word("show or revoke")?.as_str() {
        "show" => InvitationCommand::Show(which(given)?),
        "revoke" => InvitationCommand::Revoke(which(given)?),
        other => return Err(UsageError(format!("unknown command invitation {other}"))),
    })
}

fn which(given: &mut Given) -> Result<Which, UsageError> {
    match (given.one("space")?, given.one("inviter")?) {
        (None, None) => Ok(Which::One(given.value::<InviteId>("an invitation's id")?)),
        (Some(space), None) => Ok(Which::OfSpace(space)),
        (None, Some(inviter)) => Ok(Which::OfInviter(inviter)),
        (Some(_), Some(_)) => Err(UsageError("either --space or --inviter".to_owned())),
    }
}

fn space(given: &mut Given) -> Result<SpaceCommand, UsageError> {
    Ok(match given.word("show or delete")?.as_str() {
        "show" => SpaceCommand::Show(given.value("a space's id")?),
        "delete" => SpaceCommand::Delete(given.value("a space's id")?),
        other => return Err(UsageError(format!("unknown command space {other}"))),
    })
}

fn stops(given: &mut Given) -> Result<StopCommand, UsageError> {
    Ok(match given.word("show or lift")?.as_str() {
        "show" => StopCommand::Show(given.value("an address")?),
        "lift" => StopCommand::Lift(given.value("an address")?),
        other => return Err(UsageError(format!("unknown command stops {other}"))),
    })
}

fn reports(given: &mut Given) -> Result<Command, UsageError> {
    match given.word("list")?.as_str() {
        "list" => Ok(Command::Reports),
        other => Err(UsageError(format!("unknown command reports {other}"))),
    }
}

fn redrive(given: &mut Given, task: &str, command: Command) -> Result<Command, UsageError> {
    match given.word("redrive")?.as_str() {
        "redrive" => Ok(command),
        other => Err(UsageError(format!("unknown command {task} {other}"))),
    }
}

/// What is on the command line and not asked for yet.
struct Given {
    words: VecDeque<String>,
    options: Vec<(String, String)>,
}

/// Maximum number of people whom a service app may be registered to mail within 24 hours.
const MOST_MAILS: u32 = 10_000_000;

const FLAGS: [&str; 1] = ["disabled"];

impl Given {
    fn read(mut parser: Parser) -> Result<Option<Self>, UsageError> {
        let mut given = Self { words: VecDeque::new(), options: Vec::new() };
        loop {
            let option = match parser.next()? {
                None => break,
                Some(Arg::Long("help") | Arg::Short('h')) => return Ok(None),
                Some(Arg::Value(word)) => {
                    given.words.push_back(text(word)?);
                    continue;
                }
                Some(Arg::Long(option)) => option.to_owned(),
                Some(other) => return Err(other.unexpected().into()),
            };
            let value = match option.as_str() {
                flag if FLAGS.contains(&flag) => String::new(),
                "local" => parser.optional_value().map_or(Ok("8000".to_owned()), text)?,
                _ => text(parser.value()?)?,
            };
            given.options.push((option, value));
        }
        Ok((!given.words.is_empty()).then_some(given))
    }

    fn word(&mut self, what: &str) -> Result<String, UsageError> {
        self.words.pop_front().ok_or_else(|| UsageError(format!("{what} is missing")))
    }

    fn value<T: FromStr<Err: Error>>(&mut self, what: &str) -> Result<T, UsageError> {
        let word = self.word(what)?;
        word.parse().map_err(|error| UsageError(format!("{what}, {word}: {error}")))
    }

    fn all(&mut self, option: &str) -> impl Iterator<Item = String> + use<> {
        let (taken, left): (Vec<_>, Vec<_>) = self.options.drain(..).partition(|(name, _)| name == option);
        self.options = left;
        taken.into_iter().map(|(_, value)| value)
    }

    fn one<T: FromStr<Err: Error>>(&mut self, option: &str) -> Result<Option<T>, UsageError> {
        let mut values = self.all(option);
        let Some(value) = values.next() else { return Ok(None) };
        if values.next().is_some() {
            return Err(UsageError(format!("--{option} is given twice")));
        }
        value.parse().map(Some).map_err(|error| UsageError(format!("--{option} {value}: {error}")))
    }

    fn required<T: FromStr<Err: Error>>(&mut self, option: &str) -> Result<T, UsageError> {
        self.one(option)?.ok_or_else(|| UsageError(format!("--{option} is missing")))
    }

    fn flag(&mut self, option: &str) -> bool {
        self.all(option).next().is_some()
    }

    fn finish(self) -> Result<(), UsageError> {
        if let Some((option, _)) = self.options.first() {
            return Err(UsageError(format!("--{option} does not belong here")));
        }
        self.words.front().map_or(Ok(()), |word| Err(UsageError(format!("{word} does not belong here"))))
    }
}

fn text(word: std::ffi::OsString) -> Result<String, UsageError> {
    word.into_string().map_err(|word| UsageError(format!("{} is not UTF-8", word.display())))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Option<Line>, String> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|error| error.to_string())
    }

    #[test]
    fn no_command_and_help_ask_for_help() {
        assert_eq!(parsed(""), Ok(None));
        assert_eq!(parsed("user put --help"), Ok(None));
    }

    #[test]
    fn the_table_is_named_anywhere_on_the_line() {
        let line = parsed("--table t invitation --region eu-west-1 show 000000000000000000000001").unwrap().unwrap();
        let table = Table { name: Some("t".to_owned()), region: Some("eu-west-1".to_owned()), local: None };
        assert_eq!(line.table, table);
        let local = |line: &str| parsed(line).unwrap().unwrap().table.local;
        assert_eq!(local("relay redrive --local"), Some(8000));
        assert_eq!(local("relay redrive --local=8123"), Some(8123));
        assert_eq!(local("events redrive --local"), Some(8000));
    }

    #[test]
    fn a_subject_of_an_issuer_has_the_id_that_its_tokens_get() {
        let line = parsed("user put --iss https://issuer.example --sub abc --name Ana").unwrap().unwrap();
        let Command::User(UserCommand::Put(user)) = line.command else { panic!("{line:?}") };
        assert_eq!(user.id, user_id("https://issuer.example", "abc", false));
    }

    #[test]
    fn what_is_wrong_is_named_with_its_option() {
        let register = "service-app register --id app --account 59039e47e2cda45e3bbbfc7f --keys k.json";
        for (line, message) in [
            (format!("{register} --email nobody"), "--email nobody: must be an e-mail address"),
            (register.to_owned(), "--email is missing"),
            (format!("{register} --email a@b.example --scope spaces.delete"), "--scope spaces.delete: there is only"),
            (format!("{register} --email a@b.example --mails 0"), "--mails 0: must be a number from 1 to 10000000"),
            (format!("{register} --email a@b.example --zone UTC"), "--zone does not belong here"),
            (format!("{register} --email a@b.example --email c@d.example"), "--email is given twice"),
            ("service-app register --id a/b".to_owned(), "--id a/b: must be 1 to 128 letters"),
            ("service-app show".to_owned(), "a service app's id is missing"),
            ("service-app list".to_owned(), "unknown command service-app list"),
            ("user put --id 1".to_owned(), "--id 1: must be 24 lower-case"),
            ("user put --name Ana".to_owned(), "either --id or --iss and --sub"),
            ("user put --id 59039e47e2cda45e3bbbfc7f --zone +2".to_owned(), "--zone +2: must be a name of the IANA"),
            ("user put --id 59039e47e2cda45e3bbbfc7f --name \u{202e}".to_owned(), "--name \u{202e}: must be 1 to 200"),
            ("user put --id 59039e47e2cda45e3bbbfc7f --language !".to_owned(), "--language !: must be a language tag"),
            ("user show ana".to_owned(), "ana: must be an e-mail address"),
            ("user block".to_owned(), "a user id or an address is missing"),
            ("user erase 59039e47e2cda45e3bbbfc7f now".to_owned(), "now does not belong here"),
            ("invitation revoke 1".to_owned(), "an invitation's id, 1: must be 24"),
            ("invitation revoke".to_owned(), "an invitation's id is missing"),
            ("invitation show --space 1".to_owned(), "--space 1: must be 24"),
            (format!("invitation revoke --space {0} --inviter {0}", "0".repeat(24)), "either --space or --inviter"),
            (
                format!("invitation revoke {0} --inviter {0}", "0".repeat(24)),
                "000000000000000000000000 does not belong",
            ),
            ("space delete".to_owned(), "a space's id is missing"),
            ("space list".to_owned(), "unknown command space list"),
            ("stops lift ana".to_owned(), "an address, ana: must be an e-mail address"),
            ("stops show".to_owned(), "an address is missing"),
            ("stops".to_owned(), "show or lift is missing"),
            ("reports".to_owned(), "list is missing"),
            ("reports show".to_owned(), "unknown command reports show"),
            ("relay".to_owned(), "redrive is missing"),
            ("relay stop".to_owned(), "unknown command relay stop"),
            ("events stop".to_owned(), "unknown command events stop"),
            ("relay redrive now".to_owned(), "now does not belong here"),
            ("deliver".to_owned(), "unknown command deliver"),
        ] {
            let error = parsed(&line).unwrap_err();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
