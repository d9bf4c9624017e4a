//! Permissions in a space: values that only a check can create and that actions take as an argument.

use std::marker::PhantomData;

use futures_util::{join, try_join};
use jiff::Timestamp;
use spaces_http::{Call, Code, Problem};
use spaces_model::{Caller, Member, Role, ServiceApp, Space, SpaceId, SpaceStatus, Standing, may_claim};
use spaces_store::Store;

use crate::{Callers, store_problem};

/// A permission that members of a space have by their role.
pub trait Permission {
    /// The lowest role that has it.
    const ROLE: Role;
    /// True if blocked users have it as well.
    const IS_READING: bool;
    /// True if it remains in a deleted space.
    const IN_DELETED: bool = false;

    /// Returns whether somebody with this membership has the permission while the space exists.
    #[must_use]
    fn is_held(member: &Member) -> bool {
        member.is_present() && member.role >= Self::ROLE
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

/// Deleting a space: admins, including those of a space that is already deleted.
#[derive(Debug)]
pub enum Delete {}

/// Ending memberships: members of any role, at least their own membership. Somebody who has left may do so again.
#[derive(Debug)]
pub enum EndMembership {}

/// Setting one's own preferences for a space: members of any role.
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
    const IN_DELETED: bool = true;
}

impl Permission for EndMembership {
    const ROLE: Role = Role::Guest;
    const IS_READING: bool = false;

    fn is_held(member: &Member) -> bool {
        !matches!(member.standing, Standing::Removed { .. })
    }
}

/// A caller who has the permission `P` in a space, as of the time it was read.
#[derive(Debug)]
pub struct Permitted<P> {
    /// The caller as known to the directory.
    pub caller: Caller,
    /// The space. It may be deleted only with [`Delete`].
    pub space: Space,
    /// The caller's membership.
    pub member: Member,
    permission: PhantomData<P>,
}

impl<P: Permission> Permitted<P> {
    /// Authenticates the caller of a request and checks the permission in the space whose id is in the path.
    ///
    /// The caller's membership is read first, and nothing else about the space is read if it does not give the
    /// permission. Therefore, neither the response nor its timing distinguishes a space that does not exist from one
    /// that the caller may not read.
    ///
    /// # Errors
    ///
    /// `unauthenticated`; `not_found` if the id is malformed; `forbidden`, even if the space is deleted; `blocked`;
    /// `unavailable` or `internal` if the table or an issuer fails.
    pub async fn check(
        callers: &Callers,
        store: &Store,
        call: &Call,
        id: &str,
        now: Timestamp,
    ) -> Result<Self, Problem> {
        let (caller, id) = identify(callers, call, id, now).await?;
        Self::of_caller(callers, store, caller, id, now).await
    }

    /// Checks the permission like [`Permitted::check`], and runs `read` concurrently with reading the space.
    ///
    /// # Errors
    ///
    /// Those of [`Permitted::check`] and of `read`.
    pub async fn check_and<T>(
        callers: &Callers,
        store: &Store,
        call: &Call,
        id: &str,
        now: Timestamp,
        read: impl AsyncFnOnce(SpaceId, &Member) -> Result<T, Problem>,
    ) -> Result<(Self, T), Problem> {
        let (caller, id) = identify(callers, call, id, now).await?;
        Self::of_caller_and(callers, store, caller, id, now, read).await
    }

    /// Checks the permission of an authenticated caller.
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
        let nothing = async |_: SpaceId, _: &Member| Ok(());
        Self::of_caller_and(callers, store, caller, id, now, nothing).await.map(|(permitted, ())| permitted)
    }

    /// Checks the permission of an authenticated caller, and runs `read` concurrently with reading the space.
    ///
    /// # Errors
    ///
    /// Those of [`Permitted::of_caller`] and of `read`.
    pub async fn of_caller_and<T>(
        callers: &Callers,
        store: &Store,
        caller: Caller,
        id: SpaceId,
        now: Timestamp,
        read: impl AsyncFnOnce(SpaceId, &Member) -> Result<T, Problem>,
    ) -> Result<(Self, T), Problem> {
        let membership = async { store.membership(id, caller.member_id()).await.map_err(store_problem) };
        // The directory's entry for a user also says whether they are blocked.
        let (member, caller) = try_join!(membership, callers.known(caller.clone(), now))?;
        if !P::IS_READING {
            callers.check_allowed(&caller, now).await?;
        }
        let forbidden = || Problem::new(Code::Forbidden);
        let member = member.filter(P::is_held).ok_or_else(forbidden)?;
        let (space, read) = join!(store.space(id), read(id, &member));
        let space = space.map_err(store_problem)?;
        let exists = |space: &Space| P::IN_DELETED || space.status != SpaceStatus::Deleted;
        let space = space.filter(exists).ok_or_else(forbidden)?;
        Ok((Self { caller, space, member, permission: PhantomData }, read?))
    }
}

/// The permission of a service app to make its own account an admin of a space, as of the time it was read.
#[derive(Debug)]
pub struct Claim {
    /// The space. It is not deleted.
    pub space: Space,
    /// The membership of the app's account, if it ever had one.
    pub member: Option<Member>,
    checked: PhantomData<()>,
}

impl Claim {
    /// Checks that a service app created the space in somebody's name and that nobody has removed it or lowered its
    /// role since, or that it is already an admin. Fails like [`Permitted::of_caller`].
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
        let caller = Caller::ServiceApp(app);
        let app_member = caller.member_id();
        let found = async { store.space_with(id, &[app_member]).await.map_err(store_problem) };
        let ((space, mut members), caller) = try_join!(found, callers.known(caller.clone(), now))?;
        let member = members.pop();
        callers.check_allowed(&caller, now).await?;
        let space = space.filter(|space| space.status != SpaceStatus::Deleted);
        let is_its_own = |space: &Space| space.acted_by.as_ref() == Some(&app_id) && may_claim(member.as_ref());
        let is_admin = member.as_ref().is_some_and(Member::is_admin);
        match space.filter(|space| is_admin || is_its_own(space)) {
            Some(space) => Ok(Self { space, member, checked: PhantomData }),
            None => Err(Problem::new(Code::Forbidden)),
        }
    }
}

/// Authenticates the caller of a request and parses the id of the space in the path.
async fn identify(callers: &Callers, call: &Call, id: &str, now: Timestamp) -> Result<(Caller, SpaceId), Problem> {
    let caller = callers.identify(call, now).await?;
    let id = id.parse().map_err(|_| Problem::new(Code::NotFound))?;
    Ok((caller, id))
}
