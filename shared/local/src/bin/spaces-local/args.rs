//! The command line.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use jiff::{SignedDuration, Timestamp};
use spaces_local::tokens::{ACT_AS_SCOPE, DevelopmentIssuer, DevelopmentUser};
use spaces_model::{EmailAddress, UserId};

/// Runs local stand-ins for the service's AWS environment, and issues tokens for it
#[derive(Debug, Parser)]
#[command(color = clap::ColorChoice::Never)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    pub(crate) command: LocalCommand,
}

#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum LocalCommand {
    /// Runs API Gateway, the table, the mailbox, the queues, the issuers and the event source mappings
    Serve(ServeOptions),
    /// Prints a token for the running service, for the header `Authorization: SCHEME TOKEN`
    Token(TokenOptions),
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct ServeOptions {
    /// Directory of the table, the mail and the queues
    #[arg(long, value_name = "DIR", default_value = "target/dev")]
    pub(crate) data: PathBuf,
    /// Port of the API
    #[arg(long, value_name = "PORT", default_value_t = 9000)]
    pub(crate) api_port: u16,
    /// Port of the functions' Invoke API, which `cargo lambda watch` serves
    #[arg(long, value_name = "PORT", default_value_t = 9001)]
    pub(crate) invoke_port: u16,
    /// Port of the mailbox, the queues, `EventBridge` and the issuers
    #[arg(long, value_name = "PORT", default_value_t = 8025)]
    pub(crate) mail_port: u16,
    /// Port of `DynamoDB`
    #[arg(long, value_name = "PORT", default_value_t = 8000)]
    pub(crate) db_port: u16,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct TokenOptions {
    #[command(subcommand)]
    pub(crate) kind: TokenKind,
    /// Directory of the running stack
    #[arg(long, global = true, value_name = "DIR", default_value = "target/dev")]
    pub(crate) data: PathBuf,
}

#[derive(Debug, PartialEq, Eq, Subcommand)]
pub(crate) enum TokenKind {
    /// A user, by a signed token (scheme jwt)
    User {
        /// Accounts: the service's own; partner: another company's, for addresses at partner.test
        #[arg(long, value_enum, value_name = "NAME", default_value_t)]
        issuer: TokenIssuer,
        #[command(flatten)]
        person: PersonOptions,
    },
    /// A user, by an opaque token that the running service introspects (scheme bearer)
    Bearer(PersonOptions),
    /// The sample service app (scheme `service_app`)
    ServiceApp {
        /// Blank-separated scopes
        #[arg(long, default_value = ACT_AS_SCOPE)]
        scope: String,
        #[command(flatten)]
        clock: ClockOptions,
    },
    /// A guest, by anonymous login at the running service (scheme jwt)
    Guest {
        /// The name to show
        #[arg(long)]
        name: Option<String>,
    },
}

/// Command-line name of a [`DevelopmentIssuer`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(crate) enum TokenIssuer {
    #[default]
    Accounts,
    Partner,
}

impl From<TokenIssuer> for DevelopmentIssuer {
    fn from(issuer: TokenIssuer) -> Self {
        match issuer {
            TokenIssuer::Accounts => Self::Accounts,
            TokenIssuer::Partner => Self::Partner,
        }
    }
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct PersonOptions {
    /// The address; the user id is derived from it
    #[arg(long, value_name = "ADDRESS")]
    email: EmailAddress,
    /// The name to show
    #[arg(long)]
    name: Option<String>,
    /// The user id, in place of the derived one: 24 lower-case hex digits
    #[arg(long)]
    id: Option<UserId>,
    /// The language, such as de-AT
    #[arg(long)]
    locale: Option<String>,
    /// The time zone, such as Europe/Vienna
    #[arg(long)]
    zone: Option<String>,
    /// The organization (claim org)
    #[arg(long, value_name = "NAME")]
    org: Option<String>,
    /// Marks the address as not verified by the issuer
    #[arg(long)]
    unverified: bool,
    /// Omits all claims about the user except the user id
    #[arg(long)]
    no_identity: bool,
    /// Sets iat to SECONDS ago; the token is still valid for twelve hours from now
    #[arg(long, value_name = "SECONDS")]
    age: Option<u32>,
    #[command(flatten)]
    pub(crate) clock: ClockOptions,
}

#[derive(Debug, PartialEq, Eq, Args)]
pub(crate) struct ClockOptions {
    /// Issues the token as if it were TIME (RFC 3339). A user token then has no iat unless --age is given, because the service rejects an iat in the future
    #[arg(long, value_name = "TIME")]
    pub(crate) at: Option<Timestamp>,
}

impl PersonOptions {
    pub(crate) fn person(&self) -> DevelopmentUser {
        let person = DevelopmentUser::with_email(self.email.clone());
        DevelopmentUser {
            id: self.id.unwrap_or(person.id),
            name: self.name.clone(),
            locale: self.locale.clone(),
            zone: self.zone.clone(),
            organization: self.org.clone(),
            email_verified: !self.unverified,
            identity: !self.no_identity,
            ..person
        }
    }

    /// Returns the age of the token, if one was given.
    pub(crate) fn age(&self) -> Option<SignedDuration> {
        self.age.map(|seconds| SignedDuration::from_secs(seconds.into()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parsed(line: &str) -> Result<LocalCommand, String> {
        let words = ["spaces-local"].into_iter().chain(line.split_whitespace());
        Arguments::try_parse_from(words).map(|arguments| arguments.command).map_err(|error| error.to_string())
    }

    fn token_kind(line: &str) -> TokenKind {
        let LocalCommand::Token(options) = parsed(line).unwrap() else { panic!("{line}") };
        options.kind
    }

    #[test]
    fn serve_has_the_documented_ports() {
        let data = "target/dev".into();
        let expected = ServeOptions { data, api_port: 9000, invoke_port: 9001, mail_port: 8025, db_port: 8000 };
        assert_eq!(parsed("serve"), Ok(LocalCommand::Serve(expected)));
    }

    #[test]
    fn every_option_of_a_user_is_applied() {
        let line = "token user --email a@example.org --name Ana --id 59039e47e2cda45e3bbbfc7f --locale es --zone \
                    Europe/Madrid --org Acme --unverified --no-identity --data there";
        let expected = DevelopmentUser {
            id: "59039e47e2cda45e3bbbfc7f".parse().unwrap(),
            email: "a@example.org".parse().unwrap(),
            email_verified: false,
            name: Some("Ana".to_owned()),
            locale: Some("es".to_owned()),
            zone: Some("Europe/Madrid".to_owned()),
            organization: Some("Acme".to_owned()),
            identity: false,
        };
        let TokenKind::User { issuer, person } = token_kind(line) else { panic!("{line}") };
        assert_eq!((DevelopmentIssuer::from(issuer), person.person()), (DevelopmentIssuer::Accounts, expected));
    }

    #[test]
    fn a_user_token_can_come_from_the_partner_and_have_an_age() {
        let line = "token user --email a@partner.test --issuer partner --age 86400";
        let TokenKind::User { issuer, person } = token_kind(line) else { panic!("{line}") };
        assert_eq!(
            (DevelopmentIssuer::from(issuer), person.age()),
            (DevelopmentIssuer::Partner, Some(SignedDuration::from_hours(24)))
        );
    }

    #[test]
    fn a_service_app_token_has_the_act_as_scope_by_default() {
        for (line, expected) in [("token service-app", "spaces.create.actas"), ("token service-app --scope x", "x")] {
            let TokenKind::ServiceApp { scope, .. } = token_kind(line) else { panic!("{line}") };
            assert_eq!(scope, expected);
        }
    }

    #[test]
    fn help_lists_commands_and_options() {
        for (line, word) in
            [("--help", "serve"), ("token --help", "service-app"), ("token user --help", "--no-identity")]
        {
            let help = parsed(line).unwrap_err();
            assert!(help.contains(word), "{line}: {help}");
        }
    }

    #[test]
    fn errors_name_the_missing_or_unexpected_argument() {
        for (line, message) in [
            ("token user", "--email <ADDRESS>"),
            ("token user --email nobody", "invalid value 'nobody' for '--email <ADDRESS>': must be an e-mail address"),
            ("token guest --email a@example.org", "unexpected argument '--email'"),
            ("token guest --at 2099-12-31T00:00:00Z", "unexpected argument '--at'"),
            ("token bearer --email a@example.org --issuer partner", "unexpected argument '--issuer'"),
            ("token user --email a@example.org --issuer other", "[possible values: accounts, partner]"),
            ("token user --email a@example.org --age x", "invalid value 'x' for '--age <SECONDS>'"),
            ("token cookie", "unrecognized subcommand 'cookie'"),
            ("start", "unrecognized subcommand 'start'"),
        ] {
            let error = parsed(line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
