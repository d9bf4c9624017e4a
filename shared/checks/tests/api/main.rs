//! The API as its clients see it, with all functions behind it.
#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may panic")]

mod access;
mod audit;
mod calendar;
mod canary;
mod colleagues;
mod collisions;
mod events;
mod flows;
mod inputs;
mod invitations_to_me;
mod kinds;
mod mail_limits;
mod mails;
mod my_spaces;
mod requests;
mod roles;
mod scene;
mod secrecy;
mod stops;
mod world;
