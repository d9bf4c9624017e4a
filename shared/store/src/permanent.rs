//! Spaces that exist as long as their people: the one direct space of two people, and a user's own meeting room.
//!
//! Their ids are derived from their people, so concurrent requests put the same items. If a crash leaves some out, the
//! next request puts them: no item of such a space is ever deleted.

use futures_util::future::{join, join_all};
use spaces_model::{EmailAddress, Member, MemberId, Space, SpaceId, User, UserId};

use crate::members::{read_member, write_member};
use crate::spaces::{read_space, write_new_space};
use crate::{Store, StoreError};

impl Store {
    /// Returns the id of the direct space of two people, whether the space exists or not.
    #[must_use]
    pub fn direct_space(&self, one: MemberId, other: MemberId) -> SpaceId {
        self.secret.direct_space(one, other)
    }

    /// Returns the id of a user's meeting room, whether the room exists or not.
    #[must_use]
    pub fn meeting_room(&self, owner: UserId) -> SpaceId {
        self.secret.meeting_room(owner)
    }

    /// Puts whatever is missing of a space and these memberships at once, and returns them as they are stored
    /// afterwards.
    ///
    /// # Errors
    ///
    /// [`StoreError`]. The call waits for all puts, so none is in flight when it returns.
    pub async fn put_missing(&self, space: Space, members: Vec<Member>) -> Result<(Space, Vec<Member>), StoreError> {
        let id = space.id;
        let puts = members.into_iter().map(async |member| {
            let held = self.put_if_absent(write_member(id, &member)?).await?;
            held.map_or(Ok(member), read_member)
        });
        let put_space = async {
            let held = self.put_if_absent(write_new_space(&space)?).await?;
            held.map_or(Ok(space), read_space)
        };
        let (space, members) = join(put_space, join_all(puts)).await;
        Ok((space?, members.into_iter().collect::<Result<_, _>>()?))
    }

    /// Returns the owner of an address, if that is the user themselves or somebody in their company.
    ///
    /// An address without an owner costs the same reads as a stranger's.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn colleague_at(&self, of: &User, address: &EmailAddress) -> Result<Option<User>, StoreError> {
        let user = self.users_by_email(std::slice::from_ref(address)).await?.into_iter().next();
        let company = self.company_of(of);
        Ok(user.filter(|user| user.id == of.id || (company.is_some() && self.company_of(user) == company)))
    }
}
