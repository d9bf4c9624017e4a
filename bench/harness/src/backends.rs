//! The services that the functions call: the embedded DynamoDB, directly, over TLS, and through a meter of capacity
//! units; the mailbox, which is also the event bus; the issuer; the queues.
//!
//! They run in a process of their own, so that their CPU does not count as the functions'. It reads commands from its
//! standard input, one per line, and answers each with a line of JSON.

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

use crate::kinds::Kind;
use crate::plants;

use self::meter::Meter;
use self::tls::{End, Tls};

/// The queues that the functions call, by their names in the template.
const QUEUES: [&str; 6] =
    ["MailQueue", "MailDeadLetters", "BulkMailQueue", "BulkMailDeadLetters", "RelayFailures", "PublishFailures"];

/// The addresses of the services.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Endpoints {
    pub(crate) dynamo: String,
    /// The same table over TLS, with a certificate issued by `authority`.
    pub(crate) dynamo_tls: String,
    /// The same table, with every request metered.
    pub(crate) dynamo_metered: String,
    pub(crate) mailbox: String,
    pub(crate) mailbox_tls: String,
    pub(crate) queues: String,
    pub(crate) queues_tls: String,
    pub(crate) authority: PathBuf,
}

/// Calls by operation, and capacity units of DynamoDB.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Units {
    pub(crate) calls: BTreeMap<String, u64>,
    pub(crate) read: f64,
    pub(crate) write: f64,
}

/// A space, an invitation to it, and the token with which a receiver of its mails stops further mail.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Target {
    pub(crate) invite: String,
    pub(crate) space: String,
    pub(crate) stop: String,
}

/// The running process, which is ended on drop.
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

    /// Plants a space with this many members, and an invitation of Bob to it.
    pub(crate) fn space(&mut self, members: usize) -> anyhow::Result<Target> {
        self.ask(&format!("space {members}"))
    }

    /// Plants the items that an event of this kind is about, and returns the event.
    pub(crate) fn event(&mut self, kind: Kind) -> anyhow::Result<Value> {
        self.ask(&format!("event {}", serde_json::to_string(&kind)?))
    }

    /// Returns the calls and capacity units since the previous call of this method.
    pub(crate) fn units(&mut self) -> anyhow::Result<Units> {
        self.ask("units")
    }

    /// Returns the items in which this attribute has this text.
    pub(crate) fn items(&mut self, attribute: &str, text: &str) -> anyhow::Result<Vec<Value>> {
        self.ask(&format!("items {attribute}={text}"))
    }

    /// Removes all mails and events from the mailbox.
    pub(crate) fn clear(&mut self) -> anyhow::Result<()> {
        self.ask("clear")
    }

    /// Closes every connection of the functions, as happens to idle ones while an environment is frozen.
    pub(crate) fn hang_up(&mut self) -> anyhow::Result<()> {
        self.ask("hang_up")
    }

    /// Leaves every connection of the functions open but never answers on it again, as when a router forgets it.
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

/// Runs the process, which serves until its standard input ends.
#[expect(clippy::print_stdout, reason = "the harness reads the answers from standard output")]
pub(crate) async fn serve(data: &Path) -> anyhow::Result<()> {
    // Nothing reads the stream or the queues: the harness gives the functions their records and messages.
    let dynamo = Dynamo::without_stream().await?;
    let opaque = OpaqueTokens::in_directory(data.join("opaque-tokens"));
    samples::add_opaque_token(&opaque)?;
    let mail = data.join("mail");
    std::fs::remove_dir_all(&mail).ok();
    let mailbox = Mailbox::in_directory(mail, 0, issuer::routes(opaque)).await?;
    let queues = LocalQueues::in_memory(QUEUES.map(QueueDefinition::named).to_vec()).await?;
    let store = samples::store(&dynamo)?;
    samples::seed(&store).await.map_err(|error| anyhow::anyhow!("{error}"))?;
    plants::people(&store).await?;
    let meter = Meter::start(&dynamo.endpoint()).await?;
    let (front, tls) = (Tls::plain(&dynamo.endpoint()).await?, Tls::start(&dynamo.endpoint(), data).await?);
    let (mail_front, mail_tls) = (Tls::plain(&mailbox.endpoint()).await?, tls.another(&mailbox.endpoint()).await?);
    let queues_endpoint = queues.endpoint().context("the queues have no port")?;
    let (queue_front, queue_tls) = (Tls::plain(&queues_endpoint).await?, tls.another(&queues_endpoint).await?);
    let endpoints = Endpoints {
        dynamo: front.endpoint(),
        dynamo_tls: tls.endpoint(),
        dynamo_metered: meter.endpoint(),
        mailbox: mail_front.endpoint(),
        mailbox_tls: mail_tls.endpoint(),
        queues: queue_front.endpoint(),
        queues_tls: queue_tls.endpoint(),
        authority: tls.authority().to_owned(),
    };
    println!("{}", json!({ "ok": endpoints }));
    let mut lines = tokio::io::BufReader::new(tokio::io::stdin()).lines();
    let mut event_calls = 0;
    while let Some(line) = lines.next_line().await? {
        let (command, argument) = line.split_once(' ').unwrap_or((&line, ""));
        let answer = match command {
            "space" => plants::space(&store, argument.parse()?).await.and_then(|made| Ok(serde_json::to_value(made)?)),
            "event" => plants::event(&dynamo, &store, serde_json::from_str(argument)?).await,
            "units" => {
                let mut units = meter.take();
                for call in queues.calls().into_iter().chain(mailbox.calls()) {
                    *units.calls.entry(call).or_default() += 1;
                }
                let events_before = std::mem::replace(&mut event_calls, mailbox.event_calls());
                units.calls.insert("PutEvents".to_owned(), (event_calls - events_before) as u64);
                units.calls.retain(|_, count| *count > 0);
                queues.forget_calls();
                mailbox.forget_calls();
                Ok(serde_json::to_value(units)?)
            }
            "items" => dynamo.items().map_err(Into::into).map(|items| chosen(items, argument)),
            "clear" => {
                dynamo.forget_calls();
                queues.forget_calls();
                mailbox.forget_calls();
                mailbox.clear().map(|()| Value::Null).map_err(Into::into)
            }
            "hang_up" | "fall_silent" => {
                let how = if command == "hang_up" { End::HangUp } else { End::FallSilent };
                for front in [&front, &tls, &mail_front, &mail_tls, &queue_front, &queue_tls] {
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
