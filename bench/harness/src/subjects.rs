//! What is measured: the service's functions, their floors, and peers in other languages.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::json;
use spaces_local::issuer::INTROSPECTION_CLIENT;
use spaces_local::{TABLE_NAME, queues, tokens};

use crate::backends::Endpoints;
use crate::events::{Kind, MAIL_QUEUE_ARN, PUBLIC_URL};

/// What a function does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Function {
    Login,
    Create,
    Join,
    Deliver,
    Manage,
}

impl Function {
    /// Those that are measured and compared; what `manage-spaces` answers is held against itself.
    pub(crate) const ALL: [Self; 4] = [Self::Login, Self::Create, Self::Join, Self::Deliver];

    /// The name of the service's own.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Login => "anonymous-login",
            Self::Create => "create-space-invite",
            Self::Join => "join-invite",
            Self::Deliver => "deliver-invites",
            Self::Manage => "manage-spaces",
        }
    }

    const fn floor(self) -> Option<&'static str> {
        match self {
            Self::Login => Some("floor-hello"),
            Self::Create => Some("floor-create"),
            Self::Join => Some("floor-join"),
            Self::Deliver => Some("floor-deliver"),
            Self::Manage => None,
        }
    }

    /// What a cold start is asked first.
    pub(crate) const fn first(self) -> Kind {
        match self {
            Self::Login => Kind::Login,
            Self::Create => Kind::Create(10),
            Self::Join => Kind::JoinFirst,
            Self::Deliver => Kind::Deliver(1),
            Self::Manage => Kind::Me,
        }
    }
}

/// Who wrote it.
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

/// One function of one maker: how it is started.
#[derive(Debug, Clone)]
pub(crate) struct Subject {
    pub(crate) maker: Maker,
    pub(crate) function: Function,
    pub(crate) command: Vec<String>,
    pub(crate) directory: PathBuf,
    pub(crate) environment: BTreeMap<String, String>,
    home: PathBuf,
}

/// Where the programs are.
pub(crate) struct Programs {
    /// The functions' release binaries.
    pub(crate) functions: PathBuf,
    /// The floors'.
    pub(crate) floors: PathBuf,
    /// The Node.js peer, bundled, with the runtime interface client beside it; if it could be installed.
    pub(crate) node: Option<PathBuf>,
    /// The Python peer's interpreter, with its packages, and its code.
    pub(crate) python: Option<(PathBuf, PathBuf)>,
    /// Where logs go.
    pub(crate) home: PathBuf,
}

impl Programs {
    /// Everything that does this.
    pub(crate) fn of(&self, function: Function, environment: &BTreeMap<String, String>) -> Vec<Subject> {
        let makers = [Maker::Service, Maker::Floor, Maker::Node, Maker::Python];
        makers.into_iter().filter_map(|maker| self.subject(maker, function, environment)).collect()
    }

    /// One function of one maker, if there is one.
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
        let handler = match function {
            Function::Login => "login",
            Function::Create => "create",
            Function::Join => "join",
            Function::Deliver => "deliver",
            Function::Manage => "manage",
        };
        let (command, directory) = match maker {
            Maker::Service => (vec![text(built(&self.functions, function)?)], self.home.clone()),
            Maker::Floor => (vec![text(self.floors.join(function.floor()?))], self.home.clone()),
            // The task was to write the first endpoints, and no mails.
            Maker::Node | Maker::Python if matches!(function, Function::Deliver | Function::Manage) => return None,
            Maker::Node => {
                let folder = self.node.as_ref()?;
                let handler = format!("{handler}.handler");
                // The client looks for handlers where it is started.
                let code = folder.join("dist");
                peer(&code, &handler);
                let client = text(folder.join("node_modules/aws-lambda-ric/bin/index.mjs"));
                (vec!["node".to_owned(), client, handler], code)
            }
            Maker::Python => {
                let (python, folder) = self.python.as_ref()?;
                let handler = format!("{handler}.handler");
                peer(folder, &handler);
                // Compiled once, as in a package that was built for Lambda.
                let compiled = text(self.home.join("pycache"));
                environment.insert("PYTHONPYCACHEPREFIX".to_owned(), compiled);
                (vec![text(python.clone()), "-m".to_owned(), "awslambdaric".to_owned(), handler], folder.clone())
            }
        };
        Some(Subject { maker, function, command, directory, environment, home: self.home.clone() })
    }

    /// The service's function of another build, if it has that one.
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

/// A function's binary: where cargo-lambda or SAM put it, or where cargo does.
fn built(binaries: &Path, function: Function) -> Option<PathBuf> {
    let folders = [function.name(), &resource(function.name())].map(|folder| binaries.join(folder).join("bootstrap"));
    folders.into_iter().chain([binaries.join(function.name())]).find(|path| path.is_file())
}

/// The name of a function's resource in the template: `join-invite` is `JoinInviteFunction`.
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

    /// Bytes of its program.
    pub(crate) fn size(&self) -> anyhow::Result<u64> {
        let program = self.command.first().context("a subject without a program")?;
        Ok(std::fs::metadata(program).with_context(|| program.clone())?.len())
    }

    /// Where it writes its log.
    pub(crate) fn log(&self) -> PathBuf {
        self.home.join(format!("{}-{}.log", self.function.name(), self.maker.name().to_lowercase()))
    }

    /// The same with other variables.
    pub(crate) fn with(mut self, variables: &[(&str, String)]) -> Self {
        self.environment.extend(variables.iter().map(|(name, value)| ((*name).to_owned(), value.clone())));
        self
    }
}

/// The secret that the functions measured sign with.
const SIGNING_SECRET: &str = "a secret for benchmarks, of more than forty characters";

/// The variables that every subject gets: those of Lambda, and the service's configuration.
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
        // A busy machine must not look like a table out of reach.
        ("TABLE_TIMEOUT_MS", "60000".to_owned()),
        ("PUBLIC_URL", PUBLIC_URL.to_owned()),
        ("INDEX_SECRET", spaces_local::samples::INDEX_SECRET.to_owned()),
        ("SIGNING_SECRET", SIGNING_SECRET.to_owned()),
        // Tokens in events are valid to the end of the century.
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
        ("MAIL_QUEUE_ARN", MAIL_QUEUE_ARN.to_owned()),
        ("MAIL_QUEUE_URL", queues::url(&endpoints.queues, "MailQueue")),
        ("MAIL_DEAD_LETTERS_URL", queues::url(&endpoints.queues, "MailDeadLetters")),
        ("BULK_MAIL_QUEUE_ARN", MAIL_QUEUE_ARN.replace("MailQueue", "BulkMailQueue")),
        ("BULK_MAIL_QUEUE_URL", queues::url(&endpoints.queues, "BulkMailQueue")),
        ("BULK_MAIL_DEAD_LETTERS_URL", queues::url(&endpoints.queues, "BulkMailDeadLetters")),
    ];
    Ok(variables.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
}
