//! Everything that an invitee reads: the mail, the body of an Outlook item, the calendar entry, and the pages that the
//! invitation's link opens.
//!
//! The crate is pure: no clock, no randomness, no network, and no file except the logo, which [`Brand::read`] reads at
//! start-up. The same input produces the same bytes, so a repeated delivery sends the same message.
//!
//! The `clean` module sanitizes every text that comes from a client. The template engine, the calendar writer or the
//! MIME writer then escapes it for its context.

mod accept;
mod brand;
mod calendar;
mod clean;
mod dates;
mod description;
mod document;
mod domain;
mod invitation;
mod language;
mod mime;
pub mod pages;
mod resources;
mod style;
pub mod theme;
mod when;
mod words;

pub use brand::{Brand, BrandError, Logo, LogoError};
pub use calendar::{calendar, published_calendar};
pub use document::{client_mail, outlook_item, server_mail};
pub use invitation::{Content, Edition, InvitationView, InviterView, MailRecipient, Sender};
pub use language::{Direction, Language};
pub use mime::mime;
