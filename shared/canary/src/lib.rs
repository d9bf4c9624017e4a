//! The canary: uses a running service from outside, as people do, and reports how long each step takes and which one
//! fails.
//!
//! A guest logs in; a space is created with an invitation; the guest joins by its link; the invitation's mail is
//! delivered to SES's simulator; the space is deleted. The canary uses only the service's API.

mod credential;
mod journey;
mod service;

pub use credential::{Credential, CredentialError, NewKey};
pub use journey::{Canary, CanaryReport, Polling, Step, StepFailure};
