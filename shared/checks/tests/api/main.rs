//! The API as its clients see it, over all functions behind it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod access;
mod collisions;
mod mails;
mod requests;
mod roles;
mod scene;
mod stops;
mod world;
