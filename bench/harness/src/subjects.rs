//! The measured programs: the service's functions, their floors, and the peers in other languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;
use spaces_local::issuer::INTROSPECTION_CLIENT;
use spaces_local::{TABLE_NAME, queues, tokens};

use crate::backends::Endpoints;
use crate::events::{MAIL_QUEUE_ARN, PUBLIC_URL};
use crate::kinds::Kind;

/// A function of the service.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    Login,
    Create,
    Join,
    Manage,
    Relay,
    Deliver,
    Track,
    Stop,
    Publish,
}

impl Function {
    /// All functions except run-canary, which is a client of the others.
    pub(crate) const ALL: [Self; 9] = [
        Self::Login,
        Self::Create,
        Self::Join,
        Self::Manage,
        Self::Relay,
        Self::Deliver,
        Self::Track,
        Self::Stop,
        Self::Publish,
    ];

    /// The name of the service's binary.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Login => "anonymous-login",
            Self::Create => "create-space-invite",
            Self::Join => "join-invite",
            Self::Manage => "manage-spaces",
            Self::Relay => "relay-outbox",
            Self::Deliver => "deliver-invites",
            Self::Track => "track-mail",
            Self::Stop => "stop-mail",
            Self::Publish => "publish-events",
        }
    }

    /// The name of the floor's binary.
    const fn floor(self) -> &'static str {
        match self {
            Self::Login => "floor-hello",
            Self::Create => "floor-create",
            Self::Join => "floor-join",
            Self::Manage => "floor-manage",
            Self::Relay => "floor-relay",
            Self::Deliver => "floor-deliver",
            Self::Track => "floor-track",
            Self::Stop => "floor-stop",
            Self::Publish => "floor-publish",
        }
    }

    /// The name of the peers' module; none for functions that no client calls.
    const fn peer(self) -> Option<&'static str> {
        match self {
            Self::Login => Some("login"),
            Self::Create => Some("create"),
            Self::Join => Some("join"),
            Self::Manage => Some("manage"),
            Self::Relay | Self::Deliver | Self::Track | Self::Stop | Self::Publish => None,
        }
    }

    /// Returns the kind of the first request after a cold start.
    pub(crate) const fn first(self) -> Kind {
        match self {
            Self::Login => Kind::Login,
            Self::Create => Kind::Create(10),
            Self::Join => Kind::JoinFirst,
            Self::Manage => Kind::MySpaces,
            Self::Relay => Kind::Relay(1),
            Self::Deliver => Kind::Deliver(1),
            Self::Track => Kind::Track(1),
            Self::Stop => Kind::StopPage,
            Self::Publish => Kind::Publish(1),
        }
    }

    /// Returns whether the function has connections to AWS, which may not survive a freeze.
    pub(crate) const fn calls_aws(self) -> bool {
        !matches!(self, Self::Login)
    }

    /// Maximum time of a cold start, as a multiple of the floor's.
    pub(crate) const fn cold_over_floor(self) -> f64 {
        match self {
            Self::Login => 1.15,
            _ => 1.3,
        }
    }
}

/// The author of a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Maker {
    Service,
    Floor,
    Node,
    Python,
}

impl Maker {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Floor => "floor",
            Self::Node => "Node.js",
            Self::Python => "Python",
        }
    }
}

/// One function of one maker, and how it is started.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) maker: Maker,
    pub(crate) function: Function,
    pub(crate) command: Vec<String>,
    pub(crate) directory: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    home: PathBuf,
}

/// The locations of the programs.
pub(crate) struct Programs {
    /// The functions' release binaries.
    pub(crate) functions: PathBuf,
    /// The floors' release binaries.
    pub(crate) floors: PathBuf,
    /// The bundled Node.js peer, with the runtime interface client beside it; none if it could not be installed.
    pub(crate) node: Option<PathBuf>,
    /// The Python peer's interpreter, with its packages, and the folder of its code.
    pub(crate) python: Option<(PathBuf, PathBuf)>,
    /// The directory of the logs.
    pub(crate) home: PathBuf,
}

impl Programs {
    /// Returns the function of every maker that has it.
    pub(crate) fn of(&self, function: Function, environment: &BTreeMap<String, String>) -> Vec<Subject> {
        let makers = [Maker::Service, Maker::Floor, Maker::Node, Maker::Python];
        makers.into_iter().filter_map(|maker| self.subject(maker, function, environment)).collect()
    }

    /// Returns the function of one maker; none if the maker does not have it.
    pub(crate) fn subject(
        &self,
        maker: Maker,
        function: Function,
        environment: &BTreeMap<String, String>,
    ) -> Option<Subject> {
        let text = |path: PathBuf| path.to_string_lossy().into_owned();
        let mut environment = environment.clone();
        let mut peer = |folder: &Path, handler: &str| {
            environment.insert("LAMBDA_TASK_ROOT".to_owned(), text(folder.to_owned()));
            environment.insert("_HANDLER".to_owned(), handler.to_owned());
        };
        let (command, directory) = match maker {
            Maker::Service => (vec![text(built(&self.functions, function)?)], self.home.clone()),
            Maker::Floor => (vec![text(self.floors.join(function.floor()))], self.home.clone()),
            Maker::Node => {
                let folder = self.node.as_ref()?;
                let handler = format!("{}.handler", function.peer()?);
                // The runtime interface client looks for handlers in its working directory.
                let code = folder.join("dist");
                peer(&code, &handler);
                let client = text(folder.join("node_modules/aws-lambda-ric/bin/index.mjs"));
                (vec!["node".to_owned(), client, handler], code)
            }
            Maker::Python => {
                let (python, folder) = self.python.as_ref()?;
                let handler = format!("{}.handler", function.peer()?);
                peer(folder, &handler);
                // Compiled in advance, as in a package that is built for Lambda.
                let compiled = text(self.home.join("pycache"));
                environment.insert("PYTHONPYCACHEPREFIX".to_owned(), compiled);
                (vec![text(python.clone()), "-m".to_owned(), "awslambdaric".to_owned(), handler], folder.clone())
            }
        };
        Some(Subject { maker, function, command, directory, environment, home: self.home.clone() })
    }

    /// Returns the service's function from another build; none if that build does not have it.
    pub(crate) fn build(
        &self,
        binaries: &Path,
        function: Function,
        environment: &BTreeMap<String, String>,
    ) -> Option<Subject> {
        let command = vec![built(binaries, function)?.to_string_lossy().into_owned()];
        Some(Subject { command, ..self.subject(Maker::Service, function, environment)? })
    }
}

/// Returns the path of a function's binary, as cargo-lambda, SAM or cargo places it.
fn built(binaries: &Path, function: Function) -> Option<PathBuf> {
    let folders = [function.name(), &resource(function.name())].map(|folder| binaries.join(folder).join("bootstrap"));
    folders.into_iter().chain([binaries.join(function.name())]).find(|path| path.is_file())
}

/// Returns the name of a function's resource in the template: `join-invite` is `JoinInviteFunction`.
fn resource(name: &str) -> String {
    let capitalized = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    capitalized.chain(["Function".to_owned()]).collect()
}

impl Subject {
    pub(crate) fn name(&self) -> String {
        format!("{} ({})", self.function.name(), self.maker.name())
    }

    /// Returns the size of the program, in bytes.
    pub(crate) fn size(&self) -> anyhow::Result<u64> {
        let program = self.command.first().context("a subject without a program")?;
        Ok(std::fs::metadata(program).with_context(|| program.clone())?.len())
    }

    /// Returns the path of the log.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.join(format!("{}-{}.log", self.function.name(), self.maker.name().to_lowercase()))
    }

    /// Returns the subject with additional environment variables.
    pub(crate) fn with(mut self, variables: &[(&str, String)]) -> Self {
        self.environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self
    }
}

/// The signing secret of the measured functions.
const SIGNING_SECRET: &str = "a secret for benchmarks, of more than forty characters";

/// Returns the environment of every subject: Lambda's variables and the service's configuration.
pub(crate) fn environment(endpoints: &Endpoints) -> anyhow::Result<BTreeMap<String, String>> {
    let (client_id, client_secret) = INTROSPECTION_CLIENT;
    let issuers = json!([{
        "iss": tokens::ISSUER, "jwks": tokens::issuer_jwks()?, "algorithms": ["EdDSA"], "audience": null,
        "native_user_ids": true, "email_domains": "*",
    }]);
    let introspection = json!({
        "url": format!("{}/issuer/introspect", endpoints.mailbox), "iss": tokens::ISSUER,
        "client_id": client_id, "audience": null, "native_user_ids": true,
        "email_domains": "*", "cache_seconds": 300,
    });
    let variables = [
        ("PATH", std::env::var("PATH").unwrap_or_default()),
        ("HOME", "/tmp".to_owned()),
        ("LANG", "en_US.UTF-8".to_owned()),
        ("AWS_EXECUTION_ENV", "AWS_Lambda_provided.al2023".to_owned()),
        ("AWS_LAMBDA_FUNCTION_NAME", "bench".to_owned()),
        ("AWS_LAMBDA_FUNCTION_VERSION", "$LATEST".to_owned()),
        ("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", "256".to_owned()),
        ("AWS_LAMBDA_LOG_FORMAT", "JSON".to_owned()),
        ("AWS_LAMBDA_LOG_LEVEL", "INFO".to_owned()),
        ("AWS_LAMBDA_INITIALIZATION_TYPE", "on-demand".to_owned()),
        ("AWS_REGION", "eu-central-1".to_owned()),
        ("AWS_DEFAULT_REGION", "eu-central-1".to_owned()),
        ("AWS_ACCESS_KEY_ID", "local".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "local".to_owned()),
        ("AWS_SESSION_TOKEN", "local".to_owned()),
        ("AWS_ENDPOINT_URL_DYNAMODB", endpoints.dynamo.clone()),
        ("AWS_ENDPOINT_URL_SESV2", endpoints.mailbox.clone()),
        ("TABLE_NAME", TABLE_NAME.to_owned()),
        // On a busy machine, the table must not appear to be unavailable.
        ("TABLE_TIMEOUT_MS", "60000".to_owned()),
        ("PUBLIC_URL", PUBLIC_URL.to_owned()),
        ("INDEX_SECRET", spaces_local::samples::INDEX_SECRET.to_owned()),
        ("SIGNING_SECRET", SIGNING_SECRET.to_owned()),
        // Tokens in events are valid until the end of the century.
        ("USER_TOKEN_MAX_HOURS", "1000000".to_owned()),
        ("GUEST_JWKS", spaces_local::harness::guest_jwks(SIGNING_SECRET)?),
        ("ISSUERS", issuers.to_string()),
        ("INTROSPECTION", introspection.to_string()),
        ("INTROSPECTION_CLIENT_SECRET", client_secret.to_owned()),
        ("CORS_ALLOWED_ORIGINS", "https://app.example.com".to_owned()),
        ("CREATES_PER_MINUTE", "0".to_owned()),
        ("MAILS_PER_INVITER", "100000000".to_owned()),
        ("MAILS_PER_SPACE", "100000000".to_owned()),
        ("MAIL_FROM", "invitations@spaces.example.com".to_owned()),
        ("MAILS_PER_SECOND", "1000000".to_owned()),
        ("AWS_ENDPOINT_URL_SQS", endpoints.queues.clone()),
        ("AWS_ENDPOINT_URL_EVENTBRIDGE", endpoints.mailbox.clone()),
        ("EVENT_BUS", "default".to_owned()),
        ("RELAY_FAILURES_URL", queues::url(&endpoints.queues, "RelayFailures")),
        ("PUBLISH_FAILURES_URL", queues::url(&endpoints.queues, "PublishFailures")),
        ("MAIL_QUEUE_ARN", MAIL_QUEUE_ARN.to_owned()),
        ("MAIL_QUEUE_URL", queues::url(&endpoints.queues, "MailQueue")),
        ("MAIL_DEAD_LETTERS_URL", queues::url(&endpoints.queues, "MailDeadLetters")),
        ("BULK_MAIL_QUEUE_ARN", MAIL_QUEUE_ARN.replace("MailQueue", "BulkMailQueue")),
        ("BULK_MAIL_QUEUE_URL", queues::url(&endpoints.queues, "BulkMailQueue")),
        ("BULK_MAIL_DEAD_LETTERS_URL", queues::url(&endpoints.queues, "BulkMailDeadLetters")),
    ];
    Ok(variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
