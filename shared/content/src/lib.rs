//! What an invitee reads: an invitation as mail, as the body of an Outlook item, as a calendar entry and as the pages that its
//! link opens, in a language.
//!
//! Pure: no clock, no randomness, no network, and no file but the logo that [`Brand::read`] reads at start. The same input gives the
//! same bytes, so that a repeated delivery sends the same message again.
//!
//! Every text of a client passes through the module `clean` before it stands anywhere, and is escaped for the place by the template
//! engine (HTML), by the calendar writer or by the MIME writer.

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
