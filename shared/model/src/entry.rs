//! Entry to a space: its requirements, and the reasons for refusing it.

use jiff::Timestamp;

use crate::{Member, Role, Space, SpaceKind, SpaceStatus, Standing};

/// The way in which somebody enters a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// The link of an invitation.
    Invitation {
        /// True if the person has proven that they are an invitee.
        names_them: bool,
        /// The time before which a person must have been removed for the invitation to readmit them; none if it
        /// readmits nobody.
        brings_back: Option<Timestamp>,
    },
    /// The space's own id.
    SpaceId,
}

/// The requirement for entering a space.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entry {
    /// None: the person is already a member.
    Member,
    /// None.
    Free,
    /// The space's password.
    Password,
}

/// The reason why somebody may not enter a space, not even with its password.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// The space is archived or deleted.
    Closed,
    /// The person was removed from the space.
    Removed,
    /// The space admits only invitees.
    NotInvited,
    /// The space admits nobody by its id, or it is a direct space, which admits only its two members.
    MemberOnly,
}

impl Space {
    /// Returns the requirement for entering through this door. `held` is the person's membership, even one that has
    /// ended.
    ///
    /// # Errors
    ///
    /// [`Refusal`] if they may not enter.
    pub fn entry(&self, held: Option<&Member>, door: Door) -> Result<Entry, Refusal> {
        if self.status == SpaceStatus::Deleted {
            return Err(Refusal::Closed);
        }
        if held.is_some_and(Member::is_present) {
            return Ok(Entry::Member);
        }
        if self.status == SpaceStatus::Archived {
            return Err(Refusal::Closed);
        }
        if self.kind == SpaceKind::Direct {
            return Err(Refusal::MemberOnly);
        }
        let (is_named, brings_back) = match door {
            Door::Invitation { names_them, brings_back } => (names_them, brings_back.filter(|_| names_them)),
            Door::SpaceId => (false, None),
        };
        if let Some(Standing::Removed { at, .. }) = held.map(|held| held.standing)
            && brings_back.is_none_or(|from| from <= at)
        {
            return Err(Refusal::Removed);
        }
        if self.settings.invited_only && !is_named {
            return Err(Refusal::NotInvited);
        }
        if self.settings.member_only && door == Door::SpaceId {
            return Err(Refusal::MemberOnly);
        }
        Ok(if self.settings.wants_password() && !is_named { Entry::Password } else { Entry::Free })
    }
}

/// Returns the highest role that somebody with this membership may give to others now.
#[must_use]
pub fn highest_grantable_role(maker: Option<&Member>) -> Role {
    maker.filter(|maker| maker.is_present()).map_or(Role::Guest, |maker| maker.role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Card, Description, GuestId, MemberId, PinHash, Settings, SpaceId, Title, UserId};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).unwrap()
    }

    fn space(settings: Settings) -> Space {
        Space {
            id: SpaceId::from_bytes([1; 12]),
            kind: SpaceKind::Group,
            title: Title::new("Planning").unwrap(),
            description: Description::default(),
            status: SpaceStatus::Active,
            creator: UserId::from_bytes([2; 12]),
            acted_by: None,
            created: at(0),
            settings,
            between: None,
            first_mails: 0,
            version: 0,
        }
    }

    fn member(standing: Standing) -> Member {
        Member {
            id: MemberId::Guest(GuestId::from_bytes([3; 12])),
            role: Role::Member,
            role_set: None,
            display_name: "Leia".to_owned(),
            joined: at(0),
            own_act: true,
            invite: None,
            standing,
            card: Card::new(SpaceKind::Group, at(0)),
            version: 0,
        }
    }

    fn removed() -> Member {
        member(Standing::Removed { at: at(10), by: MemberId::User(UserId::from_bytes([2; 12])) })
    }

    const OPEN: Settings =
        Settings { member_only: false, invited_only: false, password_for_all_guests: false, pin: None };
    const LINK: Door = Door::Invitation { names_them: false, brings_back: None };
    const NAMED: Door = Door::Invitation { names_them: true, brings_back: None };

    #[test]
    fn each_setting_keeps_out_the_people_that_it_is_meant_for() {
        let pin = Settings { pin: Some(PinHash::from_bytes([0; 32])), ..OPEN };
        let guests = Settings { password_for_all_guests: true, ..OPEN };
        let invited = Settings { invited_only: true, ..OPEN };
        let members = Settings { member_only: true, ..OPEN };
        let both = Settings { invited_only: true, ..members.clone() };
        for (settings, by_id, by_link, named) in [
            (OPEN, Ok(Entry::Free), Ok(Entry::Free), Ok(Entry::Free)),
            (pin, Ok(Entry::Password), Ok(Entry::Password), Ok(Entry::Free)),
            (guests, Ok(Entry::Password), Ok(Entry::Password), Ok(Entry::Free)),
            (invited, Err(Refusal::NotInvited), Err(Refusal::NotInvited), Ok(Entry::Free)),
            (members, Err(Refusal::MemberOnly), Ok(Entry::Free), Ok(Entry::Free)),
            (both, Err(Refusal::NotInvited), Err(Refusal::NotInvited), Ok(Entry::Free)),
        ] {
            let space = space(settings);
            for held in [None, Some(member(Standing::Left { at: at(1) }))] {
                let entries = [Door::SpaceId, LINK, NAMED].map(|door| space.entry(held.as_ref(), door));
                assert_eq!(entries, [by_id, by_link, named], "{:?} {held:?}", space.settings);
            }
            let present = member(Standing::Present);
            for door in [Door::SpaceId, LINK, NAMED] {
                assert_eq!(space.entry(Some(&present), door), Ok(Entry::Member));
            }
        }
    }

    #[test]
    fn an_archived_space_admits_only_members_and_a_deleted_one_nobody() {
        let mut space = space(OPEN);
        let present = member(Standing::Present);
        for (status, of_member) in
            [(SpaceStatus::Archived, Ok(Entry::Member)), (SpaceStatus::Deleted, Err(Refusal::Closed))]
        {
            space.status = status;
            for door in [Door::SpaceId, LINK, NAMED] {
                assert_eq!(space.entry(None, door), Err(Refusal::Closed));
                assert_eq!(space.entry(Some(&present), door), of_member);
            }
        }
    }

    #[test]
    fn a_direct_space_admits_only_its_two_members() {
        let space = Space { kind: SpaceKind::Direct, ..space(OPEN) };
        let door = Door::Invitation { names_them: true, brings_back: Some(at(9)) };
        for door in [Door::SpaceId, LINK, NAMED, door] {
            assert_eq!(space.entry(None, door), Err(Refusal::MemberOnly), "{door:?}");
            assert_eq!(space.entry(Some(&member(Standing::Present)), door), Ok(Entry::Member));
        }
    }

    #[test]
    fn a_removed_person_returns_only_through_a_later_invitation_that_names_them() {
        let space = space(OPEN);
        let door = |names_them, second: i64| Door::Invitation { names_them, brings_back: Some(at(second)) };
        for door in [Door::SpaceId, LINK, NAMED, door(false, 11), door(true, 9), door(true, 10)] {
            assert_eq!(space.entry(Some(&removed()), door), Err(Refusal::Removed), "{door:?}");
        }
        assert_eq!(space.entry(Some(&removed()), door(true, 11)), Ok(Entry::Free));
    }

    #[test]
    fn members_give_at_most_their_own_role_and_others_only_guest() {
        assert_eq!(highest_grantable_role(Some(&member(Standing::Present))), Role::Member);
        assert_eq!(highest_grantable_role(Some(&member(Standing::Left { at: at(1) }))), Role::Guest);
        assert_eq!(
            (highest_grantable_role(Some(&removed())), highest_grantable_role(None)),
            (Role::Guest, Role::Guest)
        );
    }
}
