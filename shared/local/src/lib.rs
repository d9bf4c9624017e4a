//! The AWS services that the functions talk to, on this machine: for tests and for development, never in a deployed
//! binary.
//!
//! [`Dynamo`] is the service's table behind DynamoDB's real wire protocol, [`Mailbox`] is an SES that keeps its mail and an
//! EventBridge that keeps its events, [`Queues`] are the queues behind that of SQS. All listen on loopback, stop when they are
//! dropped, and count or refuse what a test asks them to. [`pump`] is Lambda's event source mappings between them, [`Gateway`]
//! the HTTP API in front of the functions.

pub mod accounts;
pub mod api_docs;
mod database;
mod dynamo;
mod error;
mod events;
mod filter;
mod function;
mod gateway;
pub mod harness;
pub mod issuer;
mod jws;
mod log;
mod mailbox;
mod page;
pub mod pump;
pub mod queues;
pub mod samples;
mod server;
mod template;
pub mod tokens;
mod uuid;

pub use dynamo::{Dynamo, Interference, Snapshot, Stream, TABLE_NAME};
pub use error::LocalError;
pub use gateway::Gateway;
pub use log::Log;
pub use mailbox::{Mailbox, Message, SesFailure};
pub use queues::Queues;
pub use template::Template;
