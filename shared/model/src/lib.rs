//! The domain model of the invitation service: spaces, invitations, and the rules for joining and roles.
//!
//! Everything here is pure: the time and random bytes are arguments, and nothing depends on HTTP, DynamoDB or tokens.
//! Every value is valid: an invalid [`EmailAddress`], [`Role`] or [`InviteId`] cannot be constructed.

mod address;
mod caller;
mod card;
mod company;
mod entry;
mod error_chain;
mod id;
mod invitation;
mod json;
mod language;
mod lifetime;
mod link;
mod link_mark;
mod mailing;
mod membership;
mod mode;
mod name_search;
mod person_search;
mod providers;
mod role;
mod secret;
mod sender;
mod service_app;
mod shown;
mod space;
mod space_edit;
mod text;
mod time;
mod update;
mod words;
mod zone;

pub use address::{AddressError, EmailAddress};
pub use caller::{Caller, Email, Guest, ServiceApp, User};
pub use card::{Card, hour_of};
pub use company::{CompanyDomainError, CompanyDomains};
pub use entry::{Door, Entry, Refusal, highest_grantable_role};
pub use error_chain::ErrorChain;
pub use id::{GuestId, IdError, InviteId, ServiceAppId, SpaceId, UserId};
pub use invitation::{
    Founding, Gone, Invitation, Invitee, InviteeTarget, Inviter, KEPT_AFTER_EXPIRY, MAX_INVITEES, RoleReason,
};
pub use json::representable;
pub use language::parse_language;
pub use lifetime::{InviteStatus, Lifetime};
pub use link::{InviteInfo, InviteLinks, PublicUrl, PublicUrlError};
pub use link_mark::{LinkMark, LinkMarkError};
pub use mailing::{
    Allowance, DEFAULT_LENGTH, GIVE_UP_AFTER, ItipMethod, Known, MAX_ATTEMPTS, MailKind, Mailing, Meeting, Message,
    due_message,
};
pub use membership::{may_claim, may_give_role, may_remove};
pub use mode::{Channel, InviteMode, ModeError};
pub use name_search::NameSearch;
pub use person_search::PersonSearch;
pub use providers::is_public_mail_provider;
pub use role::{Role, RoleError};
pub use secret::{RootSecret, SecretError};
pub use sender::MailSender;
pub use service_app::{ACT_AS_SCOPE, MAILS_PER_SERVICE_APP, ServiceAppRegistration, ServiceAppStatus};
pub use shown::{characters, contains_address, has_glyph, one_line, parse_name, visible};
pub use space::{Member, MemberId, PinHash, Settings, Space, SpaceKind, SpaceStatus, Standing};
pub use space_edit::{PinEdit, SpaceEdit, SpaceUpdate};
pub use text::{Description, TextError, Title};
pub use time::{TimeError, format_time, parse_time};
pub use update::{InvitationUpdate, Maker};
pub use words::{MAX_INDEX_WORDS, folded_words, index_words, listed_name};
pub use zone::is_zone;
