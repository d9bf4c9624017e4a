//! Commands for the stops on mail to an address, and for reports of invitations.

use clap::Subcommand;
use jiff::Timestamp;
use spaces_model::{EmailAddress, format_time};
use spaces_store::{MailStops, Report, StopMark, Store};

use crate::OperatorError;
use crate::audit::Auditor;

/// A command about the stops on mail to an address.
#[derive(Debug, PartialEq, Eq, Subcommand)]
pub enum StopCommand {
    /// Shows what stops mail to an address: its receiver, a bounce or a complaint
    Show {
        /// The address
        address: EmailAddress,
    },
    /// Lifts all stops
    Lift {
        /// The address
        address: EmailAddress,
    },
}

pub(crate) async fn run(
    command: &StopCommand,
    store: &Store,
    auditor: &Auditor,
    now: Timestamp,
) -> Result<String, OperatorError> {
    match command {
        StopCommand::Show { address } => {
            let stops = store.mail_stops(&store.address_ref(address)).await?;
            Ok(shown(&stops, now))
        }
        StopCommand::Lift { address } => {
            let operator = auditor.operator()?;
            if !store.clear_stops(address, now).await? {
                return Err(OperatorError::NotFound(format!("stop for {}", address.as_typed())));
            }
            operator.audit_lifted_stops(address);
            Ok(format!("Nothing stops mail to {} any more.", address.as_typed()))
        }
    }
}

/// Lists the reports of the last 90 days, newest first.
pub(crate) async fn reports(store: &Store, now: Timestamp) -> Result<String, OperatorError> {
    let line = |report: &Report| {
        let Report { at, space, inviter, way, .. } = report;
        format!("{}  space {space}  inviter {inviter}  by {}", format_time(*at), way.as_str())
    };
    let reports = store.reports(now).await?;
    if reports.is_empty() {
        return Ok("no reports in the last 90 days".to_owned());
    }
    Ok(reports.iter().map(line).collect::<Vec<_>>().join("\n"))
}

fn shown(stops: &MailStops, now: Timestamp) -> String {
    let since = |at: Timestamp| format!("since {}", format_time(at));
    let mark = |mark: &StopMark| {
        let what = if mark.lifted { "lifted" } else { "stopped" };
        format!("{what} {}, {}", format_time(mark.at()), mark.by)
    };
    let no = || "no".to_owned();
    let until = stops.bounces_until(now);
    let mut lines = vec![
        ("all mail", stops.all.as_ref().map_or_else(no, mark)),
        ("bounced", until.map_or_else(no, |until| format!("until {}, or until proven again", format_time(until)))),
        ("complained", stops.complained.filter(|_| stops.is_complained()).map_or_else(no, since)),
    ];
    lines.extend(stops.cleared.map(|at| ("cleared", format!("{}: earlier marks do not count", format_time(at)))));
    let mut lines: Vec<String> = lines.into_iter().map(|(name, value)| format!("{name:<12}{value}")).collect();
    lines.extend(stops.inviters.iter().map(|(inviter, of)| format!("inviter {inviter}: {}", mark(of))));
    lines.join("\n")
}
