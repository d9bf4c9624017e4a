//! Objects that several calls return, in the form that clients of the original service read.

mod invitation;
mod list;
mod member;
mod space;
mod user;

pub use invitation::{InvitationAnswer, InvitationObject};
pub use list::{List, PageQuery, PageToken};
pub use member::MemberObject;
pub use space::{MAX_MEMBERS, MySpaceObject, SpaceObject};
pub use user::{EmailObject, UserObject};
