//! The command line.

use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};
use lexopt::{Arg, Parser, ValueExt};
use spaces_local::tokens::{ACT_AS_SCOPE, Issuer, Person};

pub(crate) const USAGE: &str = "\
spaces-local serve [--data DIR] [--api-port 9000] [--invoke-port 9001] [--mail-port 8025] [--db-port 8000] [--viewer DIR]
spaces-local token KIND [OPTIONS]; spaces-local token --help says more";

const TOKEN_USAGE: &str = "\
Prints a token for the running service, for the header Authorization: SCHEME TOKEN.

token user --email A [OPTIONS]      scheme jwt: a user, by a signed token
token bearer --email A [OPTIONS]    scheme bearer: a user, by an opaque token that the running service introspects
token service-app [--scope S]       scheme service_app: the sample service app
token guest [--name N]              scheme jwt: a guest, by anonymous login at the running service

Options of user and bearer:
  --email A        the address, required; the user id is made from it
  --name N         the name to show
  --id ID          another user id: 24 lower-case hex digits
  --locale L       the language, as de-AT
  --zone Z         the time zone, as Europe/Vienna
  --org NAME       the organization (claim org)
  --unverified     nobody has verified the address
  --no-identity    nothing but the user id
  --age SECONDS    issued (iat) so long ago; it is valid for twelve hours from now all the same

Options of user:
  --issuer NAME    accounts (the default: the service's own) or partner (another company's, for addresses at partner.test)

Options of service-app:
  --scope S        blank-separated scopes (spaces.create.actas)

Options of all:
  --data DIR       the directory of the running stack (target/dev)
  --at TIME        but for guest: as if it were TIME (RFC 3339). A user token has no iat then, unless --age says so:
                   from the future it would be refused. The tokens in the files under events/ are of 2099-12-31T00:00:00Z";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    /// Print this.
    Help(&'static str),
    Serve(ServeOptions),
    Token(TokenOptions),
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ServeOptions {
    pub(crate) data: PathBuf,
    pub(crate) api_port: u16,
    /// The port of the functions' Invoke API, that of `cargo lambda watch`.
    pub(crate) invoke_port: u16,
    pub(crate) mail_port: u16,
    pub(crate) db_port: u16,
    /// The files of Swagger UI.
    pub(crate) viewer: Option<PathBuf>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) struct TokenOptions {
    pub(crate) data: PathBuf,
    pub(crate) kind: TokenKind,
    pub(crate) at: Option<Timestamp>,
    pub(crate) age: Option<SignedDuration>,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    User { issuer: Issuer, person: Box<Person> },
    Bearer(Box<Person>),
    ServiceApp { scope: String },
    Guest { name: Option<String> },
}

pub(crate) fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    match word(&mut parser)?.as_deref() {
        Some("serve") => Ok(Command::Serve(serve(&mut parser)?)),
        Some("token") => token(&mut parser),
        None => Ok(Command::Help(USAGE)),
        Some(other) => Err(format!("unknown command {other}").into()),
    }
}

/// The next argument as a command's name; `None` for the end or `--help`.
fn word(parser: &mut Parser) -> Result<Option<String>, lexopt::Error> {
    match parser.next()? {
        None | Some(Arg::Long("help") | Arg::Short('h')) => Ok(None),
        Some(Arg::Value(word)) => Ok(Some(word.string()?)),
        Some(other) => Err(other.unexpected()),
    }
}

fn serve(parser: &mut Parser) -> Result<ServeOptions, lexopt::Error> {
    let data = default_data();
    let mut options =
        ServeOptions { data, api_port: 9000, invoke_port: 9001, mail_port: 8025, db_port: 8000, viewer: None };
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("data") => options.data = parser.value()?.into(),
            Arg::Long("api-port") => options.api_port = parser.value()?.parse()?,
            Arg::Long("invoke-port") => options.invoke_port = parser.value()?.parse()?,
            Arg::Long("mail-port") => options.mail_port = parser.value()?.parse()?,
            Arg::Long("db-port") => options.db_port = parser.value()?.parse()?,
            Arg::Long("viewer") => options.viewer = Some(parser.value()?.into()),
            other => return Err(other.unexpected()),
        }
    }
    Ok(options)
}

/// Every option that some kind of token takes.
#[derive(Default)]
struct Given {
    data: Option<PathBuf>,
    email: Option<String>,
    name: Option<String>,
    id: Option<String>,
    locale: Option<String>,
    zone: Option<String>,
    scope: Option<String>,
    org: Option<String>,
    issuer: Issuer,
    at: Option<Timestamp>,
    age: Option<SignedDuration>,
    unverified: bool,
    no_identity: bool,
}

fn token(parser: &mut Parser) -> Result<Command, lexopt::Error> {
    let Some(kind) = word(parser)? else { return Ok(Command::Help(TOKEN_USAGE)) };
    let is_person = match kind.as_str() {
        "user" | "bearer" => true,
        "service-app" | "guest" => false,
        other => return Err(format!("unknown token {other}; there are user, bearer, service-app and guest").into()),
    };
    let mut given = Given::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("help") | Arg::Short('h') => return Ok(Command::Help(TOKEN_USAGE)),
            Arg::Long("data") => given.data = Some(parser.value()?.into()),
            Arg::Long("at") if kind != "guest" => given.at = Some(parser.value()?.parse()?),
            Arg::Long("name") if kind != "service-app" => given.name = Some(parser.value()?.string()?),
            Arg::Long("scope") if kind == "service-app" => given.scope = Some(parser.value()?.string()?),
            Arg::Long("email") if is_person => given.email = Some(parser.value()?.string()?),
            Arg::Long("id") if is_person => given.id = Some(parser.value()?.string()?),
            Arg::Long("locale") if is_person => given.locale = Some(parser.value()?.string()?),
            Arg::Long("zone") if is_person => given.zone = Some(parser.value()?.string()?),
            Arg::Long("org") if is_person => given.org = Some(parser.value()?.string()?),
            Arg::Long("age") if is_person => {
                given.age = Some(SignedDuration::from_secs(parser.value()?.parse::<u32>()?.into()));
            }
            Arg::Long("issuer") if kind == "user" => given.issuer = parser.value()?.parse_with(issuer)?,
            Arg::Long("unverified") if is_person => given.unverified = true,
            Arg::Long("no-identity") if is_person => given.no_identity = true,
            other => return Err(other.unexpected()),
        }
    }
    let data = given.data.take().unwrap_or_else(default_data);
    let (at, age) = (given.at, given.age);
    let kind = match kind.as_str() {
        "user" => TokenKind::User { issuer: given.issuer, person: Box::new(person(given)?) },
        "bearer" => TokenKind::Bearer(Box::new(person(given)?)),
        "service-app" => TokenKind::ServiceApp { scope: given.scope.unwrap_or_else(|| ACT_AS_SCOPE.to_owned()) },
        _ => TokenKind::Guest { name: given.name },
    };
    Ok(Command::Token(TokenOptions { data, kind, at, age }))
}

fn issuer(name: &str) -> Result<Issuer, &'static str> {
    match name {
        "accounts" => Ok(Issuer::Accounts),
        "partner" => Ok(Issuer::Partner),
        _ => Err("there are accounts and partner"),
    }
}

fn person(given: Given) -> Result<Person, lexopt::Error> {
    let email = given.email.ok_or("--email is missing")?;
    let email = email.parse().map_err(|error| format!("--email {email}: {error}"))?;
    let mut person = Person::with_email(email);
    if let Some(id) = given.id {
        person.id = id.parse().map_err(|error| format!("--id {id}: {error}"))?;
    }
    Ok(Person {
        name: given.name,
        locale: given.locale,
        zone: given.zone,
        organization: given.org,
        email_verified: !given.unverified,
        identity: !given.no_identity,
        ..person
    })
}

fn default_data() -> PathBuf {
    PathBuf::from("target/dev")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<Command, String> {
        parse(Parser::from_args(line.split_whitespace())).map_err(|error| error.to_string())
    }

    fn token_kind(line: &str) -> TokenKind {
        let Command::Token(options) = parsed(line).unwrap() else { panic!("{line}") };
        options.kind
    }

    #[test]
    fn serve_has_the_documented_ports() {
        let data = "target/dev".into();
        let expected =
            ServeOptions { data, api_port: 9000, invoke_port: 9001, mail_port: 8025, db_port: 8000, viewer: None };
        assert_eq!(parsed("serve"), Ok(Command::Serve(expected)));
    }

    #[test]
    fn a_users_options_end_up_in_the_person() {
        let line = "token user --email a@example.org --name Ana --id 59039e47e2cda45e3bbbfc7f --locale es --zone \
                    Europe/Madrid --org Acme --unverified --no-identity";
        let expected = Person {
            id: "59039e47e2cda45e3bbbfc7f".parse().unwrap(),
            email: "a@example.org".parse().unwrap(),
            email_verified: false,
            name: Some("Ana".to_owned()),
            locale: Some("es".to_owned()),
            zone: Some("Europe/Madrid".to_owned()),
            organization: Some("Acme".to_owned()),
            identity: false,
        };
        assert_eq!(token_kind(line), TokenKind::User { issuer: Issuer::Accounts, person: Box::new(expected) });
    }

    #[test]
    fn a_users_token_may_be_the_partners_and_old() {
        let line = "token user --email a@partner.test --issuer partner --age 86400";
        let Ok(Command::Token(TokenOptions { kind, age, .. })) = parsed(line) else { panic!("{line}") };
        assert!(matches!(kind, TokenKind::User { issuer: Issuer::Partner, .. }), "{kind:?}");
        assert_eq!(age, Some(SignedDuration::from_hours(24)));
    }

    #[test]
    fn help_is_about_what_it_stands_behind() {
        for line in ["token", "token --help", "token user --help", "token user --email a@example.org -h"] {
            assert_eq!(parsed(line), Ok(Command::Help(TOKEN_USAGE)), "{line}");
        }
        assert_eq!(parsed("--help"), Ok(Command::Help(USAGE)));
    }

    #[test]
    fn help_names_every_option_of_a_token() {
        let source = include_str!("args.rs");
        let (_, source) = source.split_once("fn token(").unwrap();
        let (source, _) = source.split_once("fn issuer(").unwrap();
        let options: Vec<_> = source.split("Arg::Long(\"").skip(1).filter_map(|rest| rest.split('"').next()).collect();
        assert!(options.len() > 10, "{options:?}");
        for option in options.into_iter().filter(|option| *option != "help") {
            assert!(TOKEN_USAGE.contains(&format!("--{option}")), "{option}");
        }
    }

    #[test]
    fn a_service_app_asks_to_act_for_users_unless_told_otherwise() {
        assert_eq!(token_kind("token service-app"), TokenKind::ServiceApp { scope: "spaces.create.actas".to_owned() });
        assert_eq!(token_kind("token service-app --scope x"), TokenKind::ServiceApp { scope: "x".to_owned() });
    }

    #[test]
    fn what_is_missing_or_does_not_belong_is_named() {
        for (line, message) in [
            ("token user", "--email is missing"),
            ("token user --email nobody", "--email nobody: "),
            ("token guest --email a@example.org", "invalid option '--email'"),
            ("token bearer --email a@example.org --issuer partner", "invalid option '--issuer'"),
            ("token user --email a@example.org --issuer other", "cannot parse argument \"other\": there are accounts"),
            ("token user --email a@example.org --age -1", "cannot parse argument \"-1\": "),
            ("token cookie", "unknown token cookie"),
            ("start", "unknown command start"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
