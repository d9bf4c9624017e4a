//! The deployed service, and those who use and operate it.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde_json::{Value, json};

use crate::People;
use crate::account::Aws;
use crate::emulator::{Emulator, PATIENCE};
use crate::front::Front;
use crate::protocol::Protocol;
use crate::roles;
use crate::sam::{STACK, Sam};
use crate::table;
use xtask::http::{self, Answer};
use xtask::{operator, token};

pub(crate) struct Service<'a> {
    pub(crate) log: &'a Protocol,
    pub(crate) emulator: &'a Emulator,
    pub(crate) aws: &'a Aws,
    sam: &'a Sam,
    tokens: PathBuf,
    outputs: BTreeMap<String, String>,
    resources: BTreeMap<String, String>,
    /// The address that its links begin with, and at which the functions reach it.
    pub(crate) public_url: String,
    /// The host by which the emulator knows the API.
    host: String,
}

/// What a creation answered.
pub(crate) struct Created {
    pub(crate) space: String,
    pub(crate) invite: String,
    pub(crate) body: String,
}

impl<'a> Service<'a> {
    /// Deploys into the empty account, and puts people, a service app and three invitations into the table.
    pub(crate) fn deploy(
        log: &'a Protocol,
        emulator: &'a Emulator,
        aws: &'a Aws,
        sam: &'a Sam,
        front: &Front,
        people: &People,
    ) -> anyhow::Result<Self> {
        let issuer = json!([{
            "iss": "https://accounts.dev.invalid", "jwks_url": people.jwks_url, "algorithms": ["EdDSA"], "audience": null,
            "native_user_ids": true, "email_domains": "*",
        }]);
        let parameters = json!({
            "Stage": "dev",
            "MailFrom": "invitations@example.com",
            "AlarmEmail": "operator@example.com",
            "Issuers": issuer.to_string(),
            "EventBus": "default",
            "AccountsSignInUrl": "https://accounts.example.com/sign-in",
            "Architecture": Sam::architecture(),
        });
        let mut service = Self {
            log,
            emulator,
            aws,
            sam,
            tokens: people.data.clone(),
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            public_url: front.url.clone(),
            host: String::new(),
        };
        service.update(&parameters)?;
        service.host = format!("{}.execute-api.localhost:{}", service.output("ApiId")?, emulator.port);
        front.lead_to(&emulator.account.endpoint, &service.host)?;
        let address = service.output("PublicUrl")?;
        log.saw(format!("sam deploy: {} resources; {address}, here {}", service.resources.len(), service.public_url));
        roles::lend(&service)?;
        table::seed(&service, people)?;
        // Service apps' tokens name the service that they are for.
        std::fs::write(people.data.join("api-url"), &service.public_url).context("noting the API's address")?;
        Ok(service)
    }

    /// Deploys, with these parameters. All others keep their values.
    pub(crate) fn update(&mut self, parameters: &Value) -> anyhow::Result<()> {
        self.sam.deploy(&self.emulator.account, parameters)?;
        let stacks = self.aws.call(&["cloudformation", "describe-stacks", "--stack-name", STACK])?;
        self.outputs = pairs(stacks.pointer("/Stacks/0/Outputs"), "OutputKey", "OutputValue");
        let resources = self.aws.call(&["cloudformation", "describe-stack-resources", "--stack-name", STACK])?;
        self.resources = pairs(resources.get("StackResources"), "LogicalResourceId", "PhysicalResourceId");
        Ok(())
    }

    /// An output of the stack.
    pub(crate) fn output(&self, name: &str) -> anyhow::Result<&str> {
        self.outputs.get(name).map(String::as_str).with_context(|| format!("the stack has no output {name}"))
    }

    /// What a resource of the template is called in the account.
    pub(crate) fn resource(&self, name: &str) -> anyhow::Result<&str> {
        self.resources.get(name).map(String::as_str).with_context(|| format!("the stack has no resource {name}"))
    }

    /// The names of the functions' log groups.
    pub(crate) fn function_logs(&self) -> impl Iterator<Item = &str> {
        let logs = self.resources.iter().filter(|(name, _)| name.ends_with("Log") && *name != "AccessLog");
        logs.map(|(_, group)| group.as_str())
    }

    /// A command of the operator's tools, with the stack's table, index secret and queues, and what it prints.
    pub(crate) fn operate(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let secret = ["secretsmanager", "get-secret-value", "--secret-id", self.output("IndexSecretArn")?];
        let secret = self.aws.call(&secret)?;
        let secret = secret.get("SecretString").and_then(Value::as_str).context("the index secret has no value")?;
        let mut operator = operator::program()?;
        self.emulator.account.lend(&mut operator).env("TABLE_NAME", self.output("TableName")?);
        for (name, output) in [
            ("RELAY_FAILURES_URL", "RelayFailuresUrl"),
            ("MAIL_QUEUE_URL", "MailQueueUrl"),
            ("BULK_MAIL_QUEUE_URL", "BulkMailQueueUrl"),
        ] {
            operator.env(name, self.output(output)?);
        }
        let output = operator
            .env("INDEX_SECRET", secret)
            .env("OPERATOR", "e2e")
            .args(arguments)
            .output()
            .context("starting spaces-operator")?;
        let said = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "spaces-operator {} failed: {said}", arguments.join(" "));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A request to the emulated API Gateway.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> anyhow::Result<Answer> {
        let url = format!("{}{path}", self.emulator.account.endpoint);
        let headers = [&[("host", self.host.as_str())], headers].concat();
        http::send(method, &url, &headers, body, PATIENCE).with_context(|| format!("{method} {path}"))
    }

    /// A token of the development issuer or of the sample service app, with its scheme.
    pub(crate) fn token(&self, scheme: &str, arguments: &[&str]) -> anyhow::Result<String> {
        Ok(format!("{scheme} {}", token::mint(&self.tokens, arguments)?))
    }

    /// A user with this address, with the scheme.
    pub(crate) fn user(&self, address: &str) -> anyhow::Result<String> {
        self.token("jwt", &["user", "--email", address])
    }

    /// The inviter of the rehearsal.
    pub(crate) fn rosa(&self) -> anyhow::Result<String> {
        self.token("jwt", &["user", "--email", "rosa@example.com", "--name", "Rosa Klein"])
    }

    /// A guest token, with the scheme.
    pub(crate) fn guest(&self, name: &str) -> anyhow::Result<String> {
        let body = json!({ "displayname": name }).to_string();
        let answer = self.send("POST", "/api/anonymous/auth", &[], &body)?;
        expect_status(&answer, 200)?;
        Ok(format!("jwt {}", field(&answer.json()?, "/token")?))
    }

    /// Creates a space; it has to work.
    pub(crate) fn create(
        &self,
        authorization: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Created> {
        self.create_at("/api/spaces/invite", authorization, headers, body)
    }

    /// The same by another spelling of the path.
    pub(crate) fn create_at(
        &self,
        path: &str,
        authorization: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<Created> {
        let headers = [&[("authorization", authorization)], headers].concat();
        let answer = self.send("POST", path, &headers, &body.to_string())?;
        expect_status(&answer, 200)?;
        let data = answer.json()?;
        let (space, invite) = (field(&data, "/data/0/topicId")?, field(&data, "/data/0/_id")?);
        Ok(Created { space, invite, body: answer.body })
    }

    pub(crate) fn join(&self, invite: &str, authorization: &str) -> anyhow::Result<Answer> {
        let path = format!("/api/spaces/invites/{invite}/join");
        self.send("GET", &path, &[("authorization", authorization)], "")
    }
}

/// A list of named texts, by name.
fn pairs(list: Option<&Value>, name: &str, value: &str) -> BTreeMap<String, String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let text = |entry: &Value, field: &str| entry.get(field)?.as_str().map(str::to_owned);
    list.filter_map(|entry| Some((text(entry, name)?, text(entry, value)?))).collect()
}

/// An e-mail invitee.
pub(crate) fn invitee(address: &str, role: &str) -> Value {
    json!({ "inviteeType": "email", "invitee": address, "role": role })
}

/// A text in an answer.
pub(crate) fn field(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let text = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    text.with_context(|| format!("no {pointer} in {value}"))
}

pub(crate) fn expect_status(answer: &Answer, status: u16) -> anyhow::Result<()> {
    ensure!(answer.status == status, "expected {status}, got {} {}", answer.status, answer.body);
    Ok(())
}

/// An error's status and code.
pub(crate) fn expect_problem(answer: &Answer, status: u16, code: &str) -> anyhow::Result<()> {
    expect_status(answer, status)?;
    expect("the content type", answer.header("content-type"), "application/problem+json")?;
    expect("the code", field(&answer.json()?, "/code")?.as_str(), code)
}

pub(crate) fn expect<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    seen: &T,
    expected: &T,
) -> anyhow::Result<()> {
    ensure!(seen == expected, "{what}: expected {expected:?}, got {seen:?}");
    Ok(())
}
