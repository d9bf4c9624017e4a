//! ministack, the emulator of AWS.

use std::fs::{self, File};
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, bail, ensure};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use serde_json::Value;
use xtask::processes::{POLL_INTERVAL, Processes, check_interrupted};
use xtask::python::Environment;
use xtask::{http, ports};

use crate::account::{EmulatedAccount, REGION};

const MINISTACK: Environment = Environment { name: "ministack", requirements: "infra/checks/ministack.txt" };

/// Time for the emulator to start.
const START_TIMEOUT: Duration = Duration::from_mins(1);

/// Time for a response, or for a condition to hold. It includes the start of a function at its first request.
pub(crate) const TIMEOUT: Duration = Duration::from_mins(1);

#[derive(Debug)]
pub(crate) struct Emulator {
    pub(crate) account: EmulatedAccount,
    pub(crate) port: u16,
}

/// A mail that SES has accepted.
#[derive(Debug)]
pub(crate) struct SentMail {
    pub(crate) to: String,
    pub(crate) subject: String,
    pub(crate) text: String,
    pub(crate) html: String,
}

impl Emulator {
    /// Starts the emulator with an empty account. Its files and logs, with those of the functions, are in `data`.
    pub(crate) fn start(processes: &mut Processes, data: &Path) -> anyhow::Result<Self> {
        let program = MINISTACK.programs()?.join("ministack");
        let [port] = ports::find_free()?;
        let emulator = Self { account: EmulatedAccount { endpoint: format!("http://127.0.0.1:{port}") }, port };
        let log = File::create(data.join("emulator.log")).context("creating the emulator's log")?;
        let scratch = data.join("emulator");
        fs::create_dir_all(&scratch).with_context(|| format!("creating {}", scratch.display()))?;

        let mut ministack = Command::new(program);
        emulator.account.configure(&mut ministack).envs([
            ("GATEWAY_PORT", port.to_string().as_str()),
            ("BIND_HOST", "127.0.0.1"),
            ("MINISTACK_REGION", REGION),
            // Verify signatures and enforce the roles' policies, as AWS does.
            ("AUTH", "true"),
            // On AWS, Lambda sets these from the template's logging configuration; the emulator does not.
            ("AWS_LAMBDA_LOG_FORMAT", "JSON"),
            ("AWS_LAMBDA_LOG_LEVEL", "INFO"),
            // Off: these services would listen on additional ports.
            ("IOT_MTLS_ENABLED", "0"),
            ("SFTP_ENABLED", "0"),
        ]);
        ministack.env("TMPDIR", &scratch).env("S3_DATA_DIR", scratch.join("s3"));
        ministack.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        processes.start("ministack", &mut ministack)?;
        emulator.wait_until_ready(processes)?;
        Ok(emulator)
    }

    fn wait_until_ready(&self, processes: &mut Processes) -> anyhow::Result<()> {
        let url = format!("{}/_ministack/ready", self.account.endpoint);
        let deadline = Instant::now() + START_TIMEOUT;
        while Instant::now() < deadline {
            processes.check()?;
            if http::send("GET", &url, &[], "", TIMEOUT).is_ok_and(|response| response.status == 200) {
                return Ok(());
            }
            thread::sleep(POLL_INTERVAL);
        }
        bail!("the emulator did not respond at {url} within {} s", START_TIMEOUT.as_secs())
    }

    /// Returns every mail that SES has accepted, in order.
    pub(crate) fn mails(&self) -> anyhow::Result<Vec<SentMail>> {
        let url = format!("{}/_ministack/ses/messages", self.account.endpoint);
        let response = http::send("GET", &url, &[], "", TIMEOUT)?;
        ensure!(response.status == 200, "{url} returned {} {}", response.status, response.body);
        let accounts = response.json()?;
        let accounts = accounts.get("messages").and_then(Value::as_object).context("no mails in SES's response")?;
        let text =
            |mail: &Value, field: &str| mail.pointer(field).and_then(Value::as_str).unwrap_or_default().to_owned();
        let mails = accounts.values().filter_map(Value::as_array).flatten().map(|mail| SentMail {
            to: text(mail, "/To/0"),
            subject: text(mail, "/Subject"),
            text: text(mail, "/BodyText"),
            html: text(mail, "/BodyHtml"),
        });
        Ok(mails.collect())
    }

    /// Waits for a mail to `address` whose text contains `link`, and returns it.
    pub(crate) fn mail_to(&self, address: &str, link: &str) -> anyhow::Result<SentMail> {
        let is_it = |mail: &SentMail| mail.to == address && mail.text.contains(link);
        wait_for(&format!("a mail to {address} with {link}"), || Ok(self.mails()?.into_iter().find(is_it)))
    }
}

/// Polls `poll` until it returns a value, for at most [`TIMEOUT`]. `what` names the value in the error.
pub(crate) fn wait_for<T>(what: &str, poll: impl FnMut() -> anyhow::Result<Option<T>>) -> anyhow::Result<T> {
    wait_for_within(TIMEOUT, what, poll)
}

/// Polls `poll` until it returns a value, for at most `timeout`.
pub(crate) fn wait_for_within<T>(
    timeout: Duration,
    what: &str,
    mut poll: impl FnMut() -> anyhow::Result<Option<T>>,
) -> anyhow::Result<T> {
    let deadline = Instant::now() + timeout;
    loop {
        check_interrupted()?;
        if let Some(value) = poll()? {
            return Ok(value);
        }
        ensure!(Instant::now() < deadline, "expected {what} within {} s", timeout.as_secs());
        thread::sleep(POLL_INTERVAL);
    }
}

/// Kills the processes of a function with SIGKILL, and returns their number.
pub(crate) fn kill_function(name: &str) -> anyhow::Result<usize> {
    let mark = format!("AWS_LAMBDA_FUNCTION_NAME={name}");
    let is_it = |environment: &[u8]| environment.split(|byte| *byte == 0).any(|entry| entry == mark.as_bytes());
    let mut killed = 0;
    for process in fs::read_dir("/proc").context("reading /proc")?.flatten() {
        // The environments of other users' processes are not readable, and a process may have exited in the meantime.
        let Ok(environment) = fs::read(process.path().join("environ")) else { continue };
        let Some(pid) = process.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
        if is_it(&environment) {
            kill(Pid::from_raw(pid), Signal::SIGKILL).with_context(|| format!("killing {name}"))?;
            killed += 1;
        }
    }
    Ok(killed)
}
