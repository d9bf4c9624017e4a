//! What the functions talk to, in a process of its own, so that its CPU is not theirs: the embedded DynamoDB, directly, by
//! TLS, and through a meter of capacity units; the mailbox; the issuer; the queues.
//!
//! The process is steered by lines on its standard input and answers each by one line of JSON.

mod meter;
mod tls;

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context, bail};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use spaces_local::issuer::{self, OpaqueTokens};
use spaces_local::queues::QueueDefinition;
use spaces_local::{Dynamo, LocalQueues, Mailbox, samples};
use tokio::io::AsyncBufReadExt;

use crate::events;

use self::meter::Meter;
use self::tls::{End, Tls};

/// The queues of deliver-invites, by their names in the template.
pub(crate) const MAIL_QUEUES: [&str; 4] = ["MailQueue", "MailDeadLetters", "BulkMailQueue", "BulkMailDeadLetters"];

/// Where everything is.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoints {
    pub(crate) dynamo: String,
    /// The same table by TLS; certificates of `authority` are to be trusted there.
    pub(crate) dynamo_tls: String,
    /// The same table, every request metered.
    pub(crate) dynamo_metered: String,
    pub(crate) mailbox: String,
    pub(crate) mailbox_tls: String,
    pub(crate) queues: String,
    pub(crate) authority: PathBuf,
}

/// Calls and capacity units, by operation of DynamoDB.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Units {
    pub(crate) calls: BTreeMap<String, u64>,
    pub(crate) read: f64,
    pub(crate) write: f64,
}

/// A space to join.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) invite: String,
    pub(crate) space: String,
}

/// The running process. Dropping it ends it.
pub(crate) struct Backends {
    child: Child,
    commands: ChildStdin,
    answers: BufReader<ChildStdout>,
    pub(crate) endpoints: Endpoints,
}

impl Backends {
    pub(crate) fn start(home: &Path) -> anyhow::Result<Self> {
        let data = home.join("backends");
        std::fs::create_dir_all(&data)?;
        let log = std::fs::File::create(home.join("backends.log"))?;
        let mut command = Command::new(std::env::current_exe()?);
        command.arg("backends").arg(&data).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(log);
        let mut child = command.spawn().context("starting the backends")?;
        let commands = child.stdin.take().context("no standard input")?;
        let mut answers = BufReader::new(child.stdout.take().context("no standard output")?);
        let endpoints = read(&mut answers)?;
        Ok(Self { child, commands, answers, endpoints })
    }

    /// A new space with so many members, and its invitation, to which Bob is invited.
    pub(crate) fn space(&mut self, members: usize) -> anyhow::Result<Target> {
        self.ask(&format!("space {members}"))
    }

    /// The event of the messages about this many people whom nobody has mailed yet.
    pub(crate) fn messages(&mut self, mails: usize) -> anyhow::Result<Value> {
        self.ask(&format!("messages {mails}"))
    }

    /// What went through the meter since the last time.
    pub(crate) fn units(&mut self) -> anyhow::Result<Units> {
        self.ask("units")
    }

    /// The items with this text in this attribute.
    pub(crate) fn items(&mut self, attribute: &str, text: &str) -> anyhow::Result<Vec<Value>> {
        self.ask(&format!("items {attribute}={text}"))
    }

    /// How many mails were taken since the last time; they are forgotten.
    pub(crate) fn mails(&mut self) -> anyhow::Result<u64> {
        self.ask("mails")
    }

    /// Ends every connection to the table and the mailbox, as idle ones end while an environment is frozen.
    pub(crate) fn hang_up(&mut self) -> anyhow::Result<()> {
        self.ask("hang_up")
    }

    /// Leaves every such connection open, and never says anything on it again, as when a router forgets it.
    pub(crate) fn fall_silent(&mut self) -> anyhow::Result<()> {
        self.ask("fall_silent")
    }

    fn ask<T: for<'de> Deserialize<'de>>(&mut self, command: &str) -> anyhow::Result<T> {
        writeln!(self.commands, "{command}")?;
        read(&mut self.answers)
    }
}

impl Drop for Backends {
    fn drop(&mut self) {
        self.child.kill().ok();
        self.child.wait().ok();
    }
}

fn read<T: for<'de> Deserialize<'de>>(answers: &mut impl BufRead) -> anyhow::Result<T> {
    let mut line = String::new();
    if answers.read_line(&mut line)? == 0 {
        bail!("the backends have ended; target/bench/backends.log says why");
    }
    let answer: Value = serde_json::from_str(&line)?;
    if let Some(error) = answer.get("error") {
        bail!("the backends: {error}");
    }
    Ok(serde_json::from_value(answer.get("ok").cloned().unwrap_or_default())?)
}

/// The process's own main program: serves until its standard input ends.
#[expect(clippy::print_stdout, reason = "standard output is how the harness is answered")]
pub(crate) async fn serve(data: &Path) -> anyhow::Result<()> {
    // Nobody reads the stream, nor the queues: deliver-invites gets its messages from the harness.
    let dynamo = Dynamo::without_stream().await?;
    let opaque = OpaqueTokens::in_directory(data.join("opaque-tokens"));
    samples::add_opaque_token(&opaque)?;
    let mail = data.join("mail");
    std::fs::remove_dir_all(&mail).ok();
    let mailbox = Mailbox::in_directory(mail, 0, issuer::routes(opaque)).await?;
    let queues = LocalQueues::in_memory(MAIL_QUEUES.map(QueueDefinition::named).to_vec()).await?;
    let store = samples::store(&dynamo)?;
    samples::seed(&store).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    let meter = Meter::start(&dynamo.endpoint()).await?;
    let (front, tls) = (Tls::plain(&dynamo.endpoint()).await?, Tls::start(&dynamo.endpoint(), data).await?);
    let (mail_front, mail_tls) = (Tls::plain(&mailbox.endpoint()).await?, tls.another(&mailbox.endpoint()).await?);
    let endpoints = Endpoints {
        dynamo: front.endpoint(),
        dynamo_tls: tls.endpoint(),
        dynamo_metered: meter.endpoint(),
        mailbox: mail_front.endpoint(),
        mailbox_tls: mail_tls.endpoint(),
        queues: queues.endpoint().context("the queues listen nowhere")?,
        authority: tls.authority().to_owned(),
    };
    println!("{}", json!({ "ok": endpoints }));
    let mut lines = tokio::io::BufReader::new(tokio::io::stdin()).lines();
    while let Some(line) = lines.next_line().await? {
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command {
            "space" => events::plant(&store, argument.parse()?).await.and_then(|made| Ok(serde_json::to_value(made)?)),
            "messages" => events::plant_mails(&store, argument.parse()?).await,
            "units" => Ok(serde_json::to_value(meter.take())?),
            "items" => dynamo.items().map_err(Into::into).map(|items| chosen(items, argument)),
            "mails" => {
                let count = mailbox.messages().len();
                mailbox.clear().map(|()| json!(count)).map_err(Into::into)
            }
            "hang_up" | "fall_silent" => {
                let how = if command == "hang_up" { End::HangUp } else { End::FallSilent };
                for front in [&front, &tls, &mail_front, &mail_tls] {
                    front.end(how);
                }
                Ok(Value::Null)
            }
            _ => Err(anyhow::anyhow!("unknown command {command}")),
        };
        match answer {
            Ok(answer) => println!("{}", json!({ "ok": answer })),
            Err(error) => println!("{}", json!({ "error": error.to_string() })),
        }
    }
    Ok(())
}

fn chosen(items: Vec<Value>, condition: &str) -> Value {
    let (attribute, text) = condition.split_once('=').unwrap_or((condition, ""));
    items.into_iter().filter(|item| item.get(attribute).and_then(Value::as_str) == Some(text)).collect()
}
