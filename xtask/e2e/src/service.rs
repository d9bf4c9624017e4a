//! The deployed service: its deployment, its API and the operator's tools.

use std::collections::BTreeMap;
use std::path::PathBuf;

use anyhow::{Context, ensure};
use serde_json::{Value, json};
use xtask::http::{self, HttpResponse};
use xtask::{operator, token};

use crate::LocalServices;
use crate::account::Aws;
use crate::emulator::{Emulator, TIMEOUT};
use crate::proxy::ApiProxy;
use crate::roles;
use crate::sam::{STACK, Sam};
use crate::table;
use crate::transcript::Transcript;

/// The service, deployed into the emulator.
pub(crate) struct DeployedService<'a> {
    pub(crate) transcript: &'a Transcript,
    pub(crate) emulator: &'a Emulator,
    pub(crate) aws: &'a Aws,
    sam: &'a Sam,
    tokens: PathBuf,
    outputs: BTreeMap<String, String>,
    resources: BTreeMap<String, String>,
    /// The base URL of its links, at which the functions reach the API.
    pub(crate) public_url: String,
    /// The host name under which the emulator serves the API.
    host: String,
}

/// The response to a request that created an invitation.
pub(crate) struct CreatedInvitation {
    pub(crate) space: String,
    pub(crate) invite: String,
    pub(crate) body: String,
}

impl<'a> DeployedService<'a> {
    /// Deploys into the empty account, and puts the sample data into the table.
    pub(crate) fn deploy(
        transcript: &'a Transcript,
        emulator: &'a Emulator,
        aws: &'a Aws,
        sam: &'a Sam,
        proxy: &ApiProxy,
        local: &LocalServices,
    ) -> anyhow::Result<Self> {
        let issuer = json!([{
            "iss": "https://accounts.dev.invalid", "jwks_url": local.jwks_url, "algorithms": ["EdDSA"], "audience": null,
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
            transcript,
            emulator,
            aws,
            sam,
            tokens: local.data.clone(),
            outputs: BTreeMap::new(),
            resources: BTreeMap::new(),
            public_url: proxy.url.clone(),
            host: String::new(),
        };
        service.update(&parameters)?;
        service.host = format!("{}.execute-api.localhost:{}", service.output("ApiId")?, emulator.port);
        proxy.forward_to(&emulator.account.endpoint, &service.host)?;
        let address = service.output("PublicUrl")?;
        transcript.step(format!(
            "sam deploy: {} resources; {address}, here {}",
            service.resources.len(),
            service.public_url
        ));
        roles::grant_exceptions(&service)?;
        table::seed(&service, local)?;
        // The tokens of service apps contain the service's URL.
        std::fs::write(local.data.join("api-url"), &service.public_url).context("writing the API's URL")?;
        Ok(service)
    }

    /// Deploys with these parameters. All others keep their values.
    pub(crate) fn update(&mut self, parameters: &Value) -> anyhow::Result<()> {
        self.sam.deploy(&self.emulator.account, parameters)?;
        let stacks = self.aws.call(&["cloudformation", "describe-stacks", "--stack-name", STACK])?;
        self.outputs = pairs(stacks.pointer("/Stacks/0/Outputs"), "OutputKey", "OutputValue");
        let resources = self.aws.call(&["cloudformation", "describe-stack-resources", "--stack-name", STACK])?;
        self.resources = pairs(resources.get("StackResources"), "LogicalResourceId", "PhysicalResourceId");
        Ok(())
    }

    /// Returns an output of the stack.
    pub(crate) fn output(&self, name: &str) -> anyhow::Result<&str> {
        self.outputs.get(name).map(String::as_str).with_context(|| format!("the stack has no output {name}"))
    }

    /// Returns the physical id of a resource of the template.
    pub(crate) fn resource(&self, name: &str) -> anyhow::Result<&str> {
        self.resources.get(name).map(String::as_str).with_context(|| format!("the stack has no resource {name}"))
    }

    /// Returns the names of the functions' log groups.
    pub(crate) fn function_logs(&self) -> impl Iterator<Item = &str> {
        let logs = self.resources.iter().filter(|(name, _)| name.ends_with("Log") && *name != "AccessLog");
        logs.map(|(_, group)| group.as_str())
    }

    /// Runs a command of the operator's tools on the stack, and returns its output.
    pub(crate) fn operate(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let secret = ["secretsmanager", "get-secret-value", "--secret-id", self.output("IndexSecretArn")?];
        let secret = self.aws.call(&secret)?;
        let secret = secret.get("SecretString").and_then(Value::as_str).context("the index secret has no value")?;
        let mut operator = operator::program()?;
        self.emulator.account.configure(&mut operator).env("TABLE_NAME", self.output("TableName")?);
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
        let errors = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "spaces-operator {} failed: {errors}", arguments.join(" "));
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Sends a request to the emulated API Gateway.
    pub(crate) fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> anyhow::Result<HttpResponse> {
        let url = format!("{}{path}", self.emulator.account.endpoint);
        let headers = [&[("host", self.host.as_str())], headers].concat();
        http::send(method, &url, &headers, body, TIMEOUT).with_context(|| format!("{method} {path}"))
    }

    /// Returns an `Authorization` header with a token of the development issuer or of the sample service app.
    pub(crate) fn token(&self, scheme: &str, arguments: &[&str]) -> anyhow::Result<String> {
        Ok(format!("{scheme} {}", token::mint(&self.tokens, arguments)?))
    }

    /// Returns an `Authorization` header of the user with this address.
    pub(crate) fn user(&self, address: &str) -> anyhow::Result<String> {
        self.token("jwt", &["user", "--email", address])
    }

    /// Returns an `Authorization` header of the inviter.
    pub(crate) fn rosa(&self) -> anyhow::Result<String> {
        self.token("jwt", &["user", "--email", "rosa@example.com", "--name", "Rosa Klein"])
    }

    /// Logs a guest in, and returns an `Authorization` header with the guest token.
    pub(crate) fn guest(&self, name: &str) -> anyhow::Result<String> {
        let body = json!({ "displayname": name }).to_string();
        let response = self.send("POST", "/api/anonymous/auth", &[], &body)?;
        expect_status(&response, 200)?;
        Ok(format!("jwt {}", field(&response.json()?, "/token")?))
    }

    /// Creates a space with an invitation; fails unless the status is 200.
    pub(crate) fn create(
        &self,
        authorization: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<CreatedInvitation> {
        self.create_at("/api/spaces/invite", authorization, headers, body)
    }

    /// Creates a space with an invitation at another path.
    pub(crate) fn create_at(
        &self,
        path: &str,
        authorization: &str,
        headers: &[(&str, &str)],
        body: &Value,
    ) -> anyhow::Result<CreatedInvitation> {
        let headers = [&[("authorization", authorization)], headers].concat();
        let response = self.send("POST", path, &headers, &body.to_string())?;
        expect_status(&response, 200)?;
        let data = response.json()?;
        let (space, invite) = (field(&data, "/data/0/topicId")?, field(&data, "/data/0/_id")?);
        Ok(CreatedInvitation { space, invite, body: response.body })
    }

    pub(crate) fn join(&self, invite: &str, authorization: &str) -> anyhow::Result<HttpResponse> {
        let path = format!("/api/spaces/invites/{invite}/join");
        self.send("GET", &path, &[("authorization", authorization)], "")
    }
}

/// Returns a list of objects, each with a name and a value, as a map.
fn pairs(list: Option<&Value>, name: &str, value: &str) -> BTreeMap<String, String> {
    let list = list.and_then(Value::as_array).into_iter().flatten();
    let text = |entry: &Value, field: &str| entry.get(field)?.as_str().map(str::to_owned);
    list.filter_map(|entry| Some((text(entry, name)?, text(entry, value)?))).collect()
}

/// Returns an e-mail invitee for a request.
pub(crate) fn invitee(address: &str, role: &str) -> Value {
    json!({ "inviteeType": "email", "invitee": address, "role": role })
}

/// Returns a string of a JSON response.
pub(crate) fn field(value: &Value, pointer: &str) -> anyhow::Result<String> {
    let text = value.pointer(pointer).and_then(Value::as_str).map(str::to_owned);
    text.with_context(|| format!("no {pointer} in {value}"))
}

pub(crate) fn expect_status(response: &HttpResponse, status: u16) -> anyhow::Result<()> {
    ensure!(response.status == status, "expected {status}, got {} {}", response.status, response.body);
    Ok(())
}

/// Checks the status and the code of a problem.
pub(crate) fn expect_problem(response: &HttpResponse, status: u16, code: &str) -> anyhow::Result<()> {
    expect_status(response, status)?;
    expect("the content type", response.header("content-type"), "application/problem+json")?;
    expect("the code", field(&response.json()?, "/code")?.as_str(), code)
}

pub(crate) fn expect<T: PartialEq + std::fmt::Debug + ?Sized>(
    what: &str,
    seen: &T,
    expected: &T,
) -> anyhow::Result<()> {
    ensure!(seen == expected, "{what}: expected {expected:?}, got {seen:?}");
    Ok(())
}
