//! The command line.

use std::path::PathBuf;

use jiff::Timestamp;
use lexopt::{Arg, Parser, ValueExt};
use spaces_local::tokens::{ACT_AS_SCOPE, Person};

pub(crate) const USAGE: &str = "\
spaces-local serve [--data DIR] [--api-port 9000] [--invoke-port 9001] [--mail-port 8025] [--db-port 8000] [--viewer DIR]
spaces-local token user --email A [--name N] [--id ID] [--locale L] [--zone Z] [--unverified] [--no-identity]
spaces-local token bearer (as for user)
spaces-local token service-app [--scope S]
spaces-local token guest [--name N]

Every token command takes [--data DIR], the directory of the running stack (target/dev), and all but guest take [--at TIME]
(RFC 3339) to mint as if it were then: the tokens in the files under events/ are minted at 2099-12-31T00:00:00Z.";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
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
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum TokenKind {
    User(Box<Person>),
    Bearer(Box<Person>),
    ServiceApp { scope: String },
    Guest { name: Option<String> },
}

pub(crate) fn parse(mut parser: Parser) -> Result<Command, lexopt::Error> {
    match word(&mut parser)?.as_deref() {
        Some("serve") => Ok(Command::Serve(serve(&mut parser)?)),
        Some("token") => Ok(Command::Token(token(&mut parser)?)),
        None => Ok(Command::Help),
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
    at: Option<Timestamp>,
    unverified: bool,
    no_identity: bool,
}

fn token(parser: &mut Parser) -> Result<TokenOptions, lexopt::Error> {
    let kind = word(parser)?.ok_or("which token: user, bearer, service-app or guest?")?;
    let is_person = match kind.as_str() {
        "user" | "bearer" => true,
        "service-app" | "guest" => false,
        other => return Err(format!("unknown token {other}; there are user, bearer, service-app and guest").into()),
    };
    let mut given = Given::default();
    while let Some(argument) = parser.next()? {
        match argument {
            Arg::Long("data") => given.data = Some(parser.value()?.into()),
            Arg::Long("at") if kind != "guest" => given.at = Some(parser.value()?.parse()?),
            Arg::Long("name") if kind != "service-app" => given.name = Some(parser.value()?.string()?),
            Arg::Long("scope") if kind == "service-app" => given.scope = Some(parser.value()?.string()?),
            Arg::Long("email") if is_person => given.email = Some(parser.value()?.string()?),
            Arg::Long("id") if is_person => given.id = Some(parser.value()?.string()?),
            Arg::Long("locale") if is_person => given.locale = Some(parser.value()?.string()?),
            Arg::Long("zone") if is_person => given.zone = Some(parser.value()?.string()?),
            Arg::Long("unverified") if is_person => given.unverified = true,
            Arg::Long("no-identity") if is_person => given.no_identity = true,
            other => return Err(other.unexpected()),
        }
    }
    let data = given.data.take().unwrap_or_else(default_data);
    let at = given.at;
    let kind = match kind.as_str() {
        "user" => TokenKind::User(Box::new(person(given)?)),
        "bearer" => TokenKind::Bearer(Box::new(person(given)?)),
        "service-app" => TokenKind::ServiceApp { scope: given.scope.unwrap_or_else(|| ACT_AS_SCOPE.to_owned()) },
        _ => TokenKind::Guest { name: given.name },
    };
    Ok(TokenOptions { data, kind, at })
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
                    Europe/Madrid --unverified --no-identity";
        let expected = Person {
            id: "59039e47e2cda45e3bbbfc7f".parse().unwrap(),
            email: "a@example.org".parse().unwrap(),
            email_verified: false,
            name: Some("Ana".to_owned()),
            locale: Some("es".to_owned()),
            zone: Some("Europe/Madrid".to_owned()),
            identity: false,
        };
        assert_eq!(token_kind(line), TokenKind::User(Box::new(expected)));
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
            ("token", "which token: "),
            ("token cookie", "unknown token cookie"),
            ("start", "unknown command start"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.starts_with(message), "{line}: {error}");
        }
    }
}
