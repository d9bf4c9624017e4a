//! Permissions in a space: values that only the check makes, and that an action takes as an argument.

use std::marker::PhantomData;

use futures_util::try_join;
use jiff::Timestamp;
use spaces_http::{Call, Code, Problem};
use spaces_model::{Caller, Member, Role, ServiceApp, Space, SpaceId, SpaceStatus, Standing, may_claim};
use spaces_store::Store;

use crate::{Callers, store_problem};

/// A permission of the members of a space, from their role.
pub trait Permission {
    /// The lowest role that has it.
    const ROLE: Role;
    /// True if blocked users have it, too.
    const IS_READING: bool;

    /// Returns whether somebody with this membership of this space has it.
    #[must_use]
    fn is_held(space: &Space, member: &Member) -> bool {
        space.status != SpaceStatus::Deleted && member.is_present() && member.role >= Self::ROLE
    }
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

/// Deleting a space: admins, also those of a space that is deleted already.
#[derive(Debug)]
pub enum Delete {}

/// Ending memberships: members of any role, their own one at least. Somebody who has left may do so again.
#[derive(Debug)]
pub enum EndMembership {}

/// Preferring a space for oneself: members of any role.
#[derive(Debug)]
pub enum Prefer {}

impl Permission for Prefer {
    const ROLE: Role = Role::Guest;
    const IS_READING: bool = false;
}

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

impl Permission for Delete {
    const ROLE: Role = Role::Admin;
    const IS_READING: bool = false;

    fn is_held(_: &Space, member: &Member) -> bool {
        member.is_present() && member.role >= Self::ROLE
    }
}

impl Permission for EndMembership {
    const ROLE: Role = Role::Guest;
    const IS_READING: bool = false;

    fn is_held(space: &Space, member: &Member) -> bool {
        space.status != SpaceStatus::Deleted && !matches!(member.standing, Standing::Removed { .. })
    }
}

/// A caller who has the permission `P` in a space, as of the reads behind it.
#[derive(Debug)]
pub struct Permitted<P> {
    /// The caller, as the directory knows them.
    pub caller: Caller,
    /// The space. Only [`Delete`] finds one that is deleted.
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
        let (caller, space, member) = found(callers, store, caller, id, now, P::IS_READING).await?;
        match (space, member) {
            (Some(space), Some(member)) if P::is_held(&space, &member) => {
                Ok(Self { caller, space, member, permission: PhantomData })
            }
            _ => Err(Problem::new(Code::Forbidden)),
        }
    }
}

/// A service app that may make its own account admin of a space, as of the reads behind it.
#[derive(Debug)]
pub struct Claim {
    /// The space. It is not deleted.
    pub space: Space,
    /// The membership of the app's account, if it ever had one.
    pub member: Option<Member>,
    checked: PhantomData<()>,
}

impl Claim {
    /// Checks that a service app created the space acting for somebody, and has neither been removed nor lowered since, or that
    /// it is admin already. It fails as [`Permitted::of_caller`] does, after the same reads.
    ///
    /// # Errors
    ///
    /// `forbidden`; `blocked`; `unavailable` or `internal` if the table fails.
    pub async fn check(
        callers: &Callers,
        store: &Store,
        app: ServiceApp,
        id: SpaceId,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let app_id = app.id.clone();
        let (_, space, member) = found(callers, store, Caller::ServiceApp(app), id, now, false).await?;
        let space = space.filter(|space| space.status != SpaceStatus::Deleted);
        let is_its_own = |space: &Space| space.acted_by.as_ref() == Some(&app_id) && may_claim(member.as_ref());
        let is_admin = member.as_ref().is_some_and(Member::is_admin);
        match space.filter(|space| is_admin || is_its_own(space)) {
            Some(space) => Ok(Self { space, member, checked: PhantomData }),
            None => Err(Problem::new(Code::Forbidden)),
        }
    }
}

/// Reads a space, the caller's membership of it and what the directory knows of the caller, in one round trip.
async fn found(
    callers: &Callers,
    store: &Store,
    caller: Caller,
    id: SpaceId,
    now: Timestamp,
    is_reading: bool,
) -> Result<(Caller, Option<Space>, Option<Member>), Problem> {
    let membership = store.membership(id, caller.member_id());
    let found = async { try_join!(store.space(id), membership).map_err(store_problem) };
    // The directory's answer for a user says also whether they are blocked.
    let ((space, member), caller) = try_join!(found, callers.known(caller, now))?;
    if !is_reading {
        callers.check_allowed(&caller, now).await?;
    }
    Ok((caller, space, member))
}
