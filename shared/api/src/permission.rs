//! Permissions in a space: values that only the check makes, and that an action takes as an argument.

use std::marker::PhantomData;

use futures_util::try_join;
use jiff::Timestamp;
use spaces_http::{Call, Code, Problem};
use spaces_model::{Caller, Member, Role, Space, SpaceId, SpaceStatus};
use spaces_store::Store;

use crate::{Callers, store_problem};

/// A permission of the members of a space, from their role.
pub trait Permission {
    /// The lowest role that has it.
    const ROLE: Role;
    /// True if blocked users have it, too.
    const IS_READING: bool;
}

/// Reading a space: members of any role.
#[derive(Debug)]
pub enum Read {}

/// Inviting to a space: admins and members.
#[derive(Debug)]
pub enum Update {}

/// Managing a space: admins.
#[derive(Debug)]
pub enum Administer {}

impl Permission for Read {
    const ROLE: Role = Role::Guest;
    const IS_READING: bool = true;
}

impl Permission for Update {
    const ROLE: Role = Role::Member;
    const IS_READING: bool = false;
}

impl Permission for Administer {
    const ROLE: Role = Role::Admin;
    const IS_READING: bool = false;
}

/// A caller who has the permission `P` in a space, as of the reads behind it.
#[derive(Debug)]
pub struct Permitted<P> {
    /// The caller, as the directory knows them.
    pub caller: Caller,
    /// The space. It is not deleted.
    pub space: Space,
    /// The caller's membership.
    pub member: Member,
    permission: PhantomData<P>,
}

impl<P: Permission> Permitted<P> {
    /// Authenticates the caller of a request and checks the permission in the space with the id in its path.
    ///
    /// A space that does not exist, one that is deleted and one that the caller may not read fail alike and after the same reads, so that
    /// neither the answer nor its time tells them apart.
    ///
    /// # Errors
    ///
    /// `unauthenticated`; `not_found` if the id is malformed; `forbidden`; `blocked`; `unavailable` or `internal` if the table or
    /// an issuer fails.
    pub async fn check(
        callers: &Callers,
        store: &Store,
        call: &Call,
        id: &str,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let caller = callers.identify(call, now).await?;
        let id: SpaceId = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
        Self::of_caller(callers, store, caller, id, now).await
    }

    /// Checks the permission of an authenticated caller in one round trip.
    ///
    /// # Errors
    ///
    /// `forbidden`; `blocked`; `unavailable` or `internal` if the table fails.
    pub async fn of_caller(
        callers: &Callers,
        store: &Store,
        caller: Caller,
        id: SpaceId,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let membership = store.membership(id, caller.member_id());
        let found = async { try_join!(store.space(id), membership).map_err(store_problem) };
        // The directory's answer for a user says also whether they are blocked.
        let ((space, member), caller) = try_join!(found, callers.known(caller, now))?;
        if !P::IS_READING {
            callers.check_allowed(&caller, now).await?;
        }
        let space = space.filter(|space| space.status != SpaceStatus::Deleted);
        let member = member.filter(|member| member.is_present() && member.role >= P::ROLE);
        match (space, member) {
            (Some(space), Some(member)) => Ok(Self { caller, space, member, permission: PhantomData }),
            _ => Err(Problem::new(Code::Forbidden)),
        }
    }
}
