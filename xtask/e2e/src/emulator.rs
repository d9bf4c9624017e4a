//! ministack: as much of AWS as the rehearsal needs, in a process on this machine.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;

use crate::account::{Account, REGION};
use xtask::processes::{Processes, TICK, go_on};
use xtask::python::Environment;
use xtask::{http, ports};

const MINISTACK: Environment = Environment { name: "ministack", requirements: "infra/checks/ministack.txt" };

/// For the emulator to come up.
const START: Duration = Duration::from_mins(1);

/// For anything else to be answered or to happen. The first request of a function waits for its start as well.
pub(crate) const PATIENCE: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) account: Account,
    pub(crate) port: u16,
}

/// A mail as SES took it.
#[derive(Debug)]
pub(crate) struct Mail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Emulator {
    /// Starts it with an empty account. Its log, its files and those of the functions' are in `data`.
    pub(crate) fn start(processes: &mut Processes, data: &Path) -> anyhow::Result<Self> {
        let program = MINISTACK.programs()?.join("ministack");
        let [port] = ports::find_free()?;
        let emulator = Self { account: Account { endpoint: format!("http://127.0.0.1:{port}") }, port };
        let log = File::create(data.join("emulator.log")).context("making the emulator's log")?;
        let scratch = data.join("emulator");
        fs::create_dir_all(&scratch).with_context(|| format!("making {}", scratch.display()))?;

        let mut ministack = Command::new(program);
        emulator.account.lend(&mut ministack).envs([
            ("GATEWAY_PORT", port.to_string().as_str()),
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_REGION", REGION),
            // Signatures and the roles' policies count: what a role doesn't allow is refused, as on AWS.
            ("AUTH", "true"),
            // As Lambda tells a function whose logging the template configures; the emulator doesn't.
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            // Services that would listen on ports of their own.
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
        ]);
        ministack.env("TMPDIR", &scratch).env("S3_DATA_DIR", scratch.join("s3"));
        ministack.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        processes.start("ministack", &mut ministack)?;
        emulator.until_ready(processes)?;
        Ok(emulator)
    }

    fn until_ready(&self, processes: &mut Processes) -> anyhow::Result<()> {
        let url = format!("{}/_ministack/ready", self.account.endpoint);
        let deadline = Instant::now() + START;
        while Instant::now() < deadline {
            processes.check()?;
            if http::send("GET", &url, &[], "", PATIENCE).is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            thread::sleep(TICK);
        }
        bail!("the emulator does not answer at {url} within {} s", START.as_secs())
    }

    /// Every mail that SES has taken, in order.
    pub(crate) fn mails(&self) -> anyhow::Result<Vec<Mail>> {
        let url = format!("{}/_ministack/ses/messages", self.account.endpoint);
        let answer = http::send("GET", &url, &[], "", PATIENCE)?;
        ensure!(answer.status == 200, "{url} answered {} {}", answer.status, answer.body);
        let accounts = answer.json()?;
        let accounts = accounts.get("messages").and_then(Value::as_object).context("no mails in what SES says")?;
        let text =
            |mail: &Value, field: &str| mail.pointer(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mails = accounts.values().filter_map(Value::as_array).flatten().map(|mail| Mail {
            to: text(mail, "/To/0"),
            subject: text(mail, "/Subject"),
            text: text(mail, "/BodyText"),
            html: text(mail, "/BodyHtml"),
        });
        Ok(mails.collect())
    }

    /// Waits until there is a mail to `address` whose text has `link`.
    pub(crate) fn mail_to(&self, address: &str, link: &str) -> anyhow::Result<Mail> {
        let is_it = |mail: &Mail| mail.to == address && mail.text.contains(link);
        until(&format!("a mail to {address} with {link}"), || Ok(self.mails()?.into_iter().find(is_it)))
    }
}

/// Looks until there is something.
pub(crate) fn until<T>(what: &str, look: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    until_within(PATIENCE, what, look)
}

pub(crate) fn until_within<T>(
    patience: Duration,
    what: &str,
    mut look: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + patience;
    loop {
        go_on()?;
        if let Some(seen) = look()? {
            return Ok(seen);
        }
        ensure!(Instant::now() < deadline, "expected {what} within {} s", patience.as_secs());
        thread::sleep(TICK);
    }
}

/// Kills the processes of a function, as if its host had lost power, and says how many there were.
pub(crate) fn kill_function(name: &str) -> anyhow::Result<usize> {
    let mark = format!("AWS_LAMBDA_FUNCTION_NAME={name}");
    let is_it = |environment: &[u8]| environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes());
    let mut killed = 0;
    for process in fs::read_dir("/proc").context("reading /proc")?.flatten() {
        // Other people's processes can't be read, and one may have ended since.
        let Ok(environment) = fs::read(process.path().join("environ")) else { continue };
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if is_it(&environment) {
            kill(Pid::from_raw(pid), Signal::SIGKILL).with_context(|| format!("killing {name}"))?;
            killed += 1;
        }
    }
    Ok(killed)
}
