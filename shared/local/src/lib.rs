//! The AWS services that the functions talk to, on this machine: for tests and for development, never in a deployed
//! binary.
//!
//! [`Dynamo`] is the service's table behind DynamoDB's real wire protocol, [`Mailbox`] is an SES that keeps its mail. Both
//! listen on loopback, stop when they are dropped, and count or refuse what a test asks them to.

pub mod accounts;
pub mod api_docs;
mod dynamo;
mod error;
pub mod harness;
pub mod issuer;
mod jws;
mod log;
mod mailbox;
pub mod pump;
pub mod samples;
mod server;
mod template;
pub mod tokens;

pub use dynamo::{Dynamo, Interference, Snapshot, Stream, TABLE_NAME};
pub use error::LocalError;
pub use log::Log;
pub use mailbox::{Mailbox, Message};
pub use template::Template;
