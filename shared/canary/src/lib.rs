//! The canary: uses a running service as people do, from outside, and says which step fails and how long each takes.
//!
//! A guest logs in; a space is created with an invitation; the guest joins by its link; the invitation's mail, to SES's simulator, is
//! delivered; the space is deleted. It knows nothing of the service but its API.

mod credential;
mod journey;
mod service;

pub use credential::{Credential, CredentialError, NewKey};
pub use journey::{Canary, Fault, Pace, Report, Step};
