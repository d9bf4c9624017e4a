//! The command line. Invalid values are rejected here, before the table is accessed.

use clap::{Parser, Subcommand};

use crate::Table;
use crate::invitations::InvitationCommand;
use crate::service_apps::ServiceAppCommand;
use crate::spaces::SpaceCommand;
use crate::stops::StopCommand;
use crate::users::UserCommand;

const ENVIRONMENT: &str = "\
Credentials come from the environment, and so does the operator's name (OPERATOR), which the audit log hashes:
    eval \"$(aws configure export-credentials --profile NAME --format env)\"";

/// Shows and changes the data in the service's table
#[derive(Debug, PartialEq, Eq, Parser)]
#[command(bin_name = "cargo xtask", color = clap::ColorChoice::Never, after_help = ENVIRONMENT)]
pub struct CommandLine {
    /// The command.
    #[command(subcommand)]
    pub command: Command,
    /// The table.
    #[command(flatten)]
    pub table: Table,
}

/// A command of the operator.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum Command {
    /// Registers, shows, enables, disables and removes service apps
    #[command(subcommand)]
    ServiceApp(ServiceAppCommand),
    /// Adds people to the directory, and shows, blocks, exports and erases them
    #[command(subcommand)]
    User(UserCommand),
    /// Shows and deletes spaces
    #[command(subcommand)]
    Space(SpaceCommand),
    /// Shows and revokes invitations
    #[command(subcommand)]
    Invitation(InvitationCommand),
    /// Shows and lifts the stops on mail to an address
    #[command(subcommand)]
    Stops(StopCommand),
    /// Lists the reports of invitations
    #[command(subcommand)]
    Reports(ReportCommand),
    /// Retries records that could not be relayed
    #[command(subcommand)]
    Relay(RelayCommand),
    /// Retries records that could not be published
    #[command(subcommand)]
    Events(EventCommand),
}

/// A command about the reports of invitations.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum ReportCommand {
    /// Lists the reports of the last 90 days, newest first
    List,
}

/// A command about records that could not be relayed.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum RelayCommand {
    /// Retries the records of the table's stream that could not be relayed, and deletes those that succeed
    ///
    /// The queues come from the environment: `RELAY_FAILURES_URL`, `MAIL_QUEUE_URL`, `BULK_MAIL_QUEUE_URL`.
    Redrive,
}

/// A command about records that could not be published.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum EventCommand {
    /// Retries the records of the table's stream that could not be published, and deletes those that succeed
    ///
    /// The bus and the queue come from the environment: `EVENT_BUS`, `EVENT_ADDRESSES`, `PUBLISH_FAILURES_URL`.
    Redrive,
}

#[cfg(test)]
mod tests {
    use spaces_auth::user_id;

    use super::*;

    fn parsed(line: &str) -> Result<CommandLine, String> {
        let words = ["spaces-operator"].into_iter().chain(line.split_whitespace());
        CommandLine::try_parse_from(words).map_err(|error| error.to_string())
    }

    #[test]
    fn help_is_about_the_command_it_follows() {
        for (line, words) in [
            ("--help", ["service-app", "--table", "export-credentials"]),
            ("user put --help", ["cargo xtask user put", "--zone", "--region"]),
            ("invitation revoke --help", ["--inviter", "--space", "[ID]"]),
        ] {
            let help = parsed(line).unwrap_err();
            assert!(words.iter().all(|word| help.contains(word)), "{line}: {help}");
        }
    }

    #[test]
    fn the_table_can_be_named_anywhere_on_the_command_line() {
        let line = parsed("--table t invitation --region eu-west-1 show 000000000000000000000001").unwrap();
        let table = Table { name: Some("t".to_owned()), region: Some("eu-west-1".to_owned()), local: None };
        assert_eq!(line.table, table);
        let local = |line: &str| parsed(line).unwrap().table.local;
        assert_eq!(local("relay redrive --local"), Some(8000));
        assert_eq!(local("relay redrive --local=8123"), Some(8123));
        assert_eq!(local("events redrive --local"), Some(8000));
        assert_eq!(local("user show --local ana@example.com"), Some(8000));
    }

    #[test]
    fn a_subject_of_an_issuer_has_the_id_that_its_tokens_get() {
        let line = parsed("user put --iss https://issuer.example --sub abc --name Ana").unwrap();
        let Command::User(UserCommand::Put(options)) = line.command else { panic!("{line:?}") };
        assert_eq!(options.user().unwrap().id, user_id("https://issuer.example", "abc", false));
    }

    #[test]
    fn an_invalid_value_is_reported_with_its_option() {
        let register = "service-app register --id app --account 59039e47e2cda45e3bbbfc7f --keys k.json";
        let id = "59039e47e2cda45e3bbbfc7f";
        for (line, message) in [
            (format!("{register} --email nobody"), "'nobody' for '--email <ADDRESS>': must be an e-mail address"),
            (register.to_owned(), "--email <ADDRESS>"),
            (format!("{register} --email a@b.example --scope spaces.delete"), "'spaces.delete' for '--scope <SCOPE>'"),
            (format!("{register} --email a@b.example --mails 0"), "0 is not in 1..=10000000"),
            (format!("{register} --email a@b.example --zone UTC"), "unexpected argument '--zone'"),
            (format!("{register} --email a@b.example --email c@d.example"), "cannot be used multiple times"),
            ("service-app register --id a/b".to_owned(), "'a/b' for '--id <ID>': must be 1 to 128 letters"),
            ("service-app show".to_owned(), "<ID>"),
            ("service-app list".to_owned(), "unrecognized subcommand 'list'"),
            ("user put --id 1".to_owned(), "'1' for '--id <ID>': must be 24 lower-case"),
            ("user put --name Ana".to_owned(), "--id <ID>"),
            ("user put --iss https://issuer.example".to_owned(), "--sub <SUBJECT>"),
            (format!("user put --id {id} --iss i --sub s"), "cannot be used with"),
            (format!("user put --id {id} --zone +2"), "'+2' for '--zone <ZONE>': must be a name of the IANA"),
            (format!("user put --id {id} --name \u{202e}"), "for '--name <NAME>': must be 1 to 200"),
            (format!("user put --id {id} --language !"), "'!' for '--language <LANGUAGE>': must be a language tag"),
            ("user show ana".to_owned(), "'ana' for '<ID|ADDRESS>': must be an e-mail address"),
            ("user block".to_owned(), "<ID|ADDRESS>"),
            (format!("user erase {id} now"), "unexpected argument 'now'"),
            ("invitation revoke 1".to_owned(), "'1' for '[ID]': must be 24"),
            ("invitation revoke".to_owned(), "--inviter <USER_ID>"),
            ("invitation show --space 1".to_owned(), "'1' for '--space <ID>': must be 24"),
            (format!("invitation revoke --space {id} --inviter {id}"), "cannot be used with"),
            (format!("invitation revoke {id} --inviter {id}"), "cannot be used with"),
            ("space delete".to_owned(), "<ID>"),
            ("space list".to_owned(), "unrecognized subcommand 'list'"),
            ("stops lift ana".to_owned(), "'ana' for '<ADDRESS>': must be an e-mail address"),
            ("stops show".to_owned(), "<ADDRESS>"),
            ("reports show".to_owned(), "unrecognized subcommand 'show'"),
            ("relay stop".to_owned(), "unrecognized subcommand 'stop'"),
            ("events stop".to_owned(), "unrecognized subcommand 'stop'"),
            ("relay redrive now".to_owned(), "unexpected argument 'now'"),
            ("deliver".to_owned(), "unrecognized subcommand 'deliver'"),
        ] {
            let error = parsed(&line).unwrap_err();
            assert!(error.contains(message), "{line}: {error}");
        }
    }
}
