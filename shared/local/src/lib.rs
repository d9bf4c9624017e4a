//! Local stand-ins for the AWS services that the functions use, for tests and development; no deployed binary contains
//! them.
//!
//! [`Dynamo`] serves the table over DynamoDB's wire protocol, [`Mailbox`] is an SES endpoint that stores its mail
//! together with an EventBridge endpoint that stores its events, and [`LocalQueues`] serves SQS queues. All of them
//! listen on the loopback interface, stop when dropped, and record or fail calls as a test requests. [`pump`]
//! implements Lambda's event source mappings between them, and [`Gateway`] is the HTTP API in front of the functions.

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
pub use mailbox::{Mailbox, MailboxMessage, SesFailure};
pub use queues::LocalQueues;
pub use template::Template;
