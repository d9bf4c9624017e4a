//! Rules for memberships: who may give which role to whom, and who may remove whom.

use crate::{Member, Role, Standing};

/// Returns whether a member with the role `by` may give `role` to somebody whose membership is `held`, or who never had
/// one.
///
/// Members may add people as members or guests and raise guests to members. Only admins may lower a role, appoint an
/// admin, change an admin's role, or bring back somebody who was removed.
#[must_use]
pub fn may_give_role(by: Role, held: Option<&Member>, role: Role) -> bool {
    match by {
        Role::Admin => true,
        Role::Member if role == Role::Admin => false,
        Role::Member => held.is_none_or(|held| match held.standing {
            Standing::Present => held.role <= role,
            Standing::Left { .. } => true,
            Standing::Removed { .. } => false,
        }),
        Role::Guest => false,
    }
}

/// Returns whether one member may end the membership of another, or their own.
#[must_use]
pub fn may_remove(by: &Member, whom: &Member) -> bool {
    by.id == whom.id
        || match by.role {
            Role::Admin => true,
            Role::Member => whom.role == Role::Guest,
            Role::Guest => false,
        }
}

/// Returns whether a service app may make its own account an admin of a space that it created in somebody's name.
///
/// It may not if somebody removed it or lowered its role: otherwise it could undo that by leaving and returning.
#[must_use]
pub fn may_claim(held: Option<&Member>) -> bool {
    held.is_none_or(|held| match held.standing {
        Standing::Present | Standing::Left { .. } => held.role_set.is_none() || held.role == Role::Admin,
        Standing::Removed { .. } => false,
    })
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{Card, MemberId, SpaceKind, UserId};

    const ROLES: [Role; 3] = [Role::Guest, Role::Member, Role::Admin];
    const AT: Timestamp = Timestamp::UNIX_EPOCH;

    fn member(id: u8, role: Role, standing: Standing) -> Member {
        Member {
            id: MemberId::User(UserId::from_bytes([id; 12])),
            role,
            role_set: None,
            display_name: String::new(),
            joined: AT,
            own_act: true,
            invite: None,
            standing,
            card: Card::new(SpaceKind::Group, AT),
            version: 0,
        }
    }

    fn removed(role: Role) -> Member {
        let by = MemberId::User(UserId::from_bytes([9; 12]));
        member(1, role, Standing::Removed { at: AT, by })
    }

    /// Returns the roles that somebody may give to a person with this membership.
    fn given(by: Role, held: Option<&Member>) -> Vec<Role> {
        ROLES.into_iter().filter(|role| may_give_role(by, held, *role)).collect()
    }

    #[test]
    fn admins_give_every_role_to_everybody_and_guests_none() {
        for standing in [Standing::Present, Standing::Left { at: AT }, removed(Role::Guest).standing] {
            for held in ROLES {
                let held = member(1, held, standing);
                assert_eq!(given(Role::Admin, Some(&held)), ROLES);
                assert_eq!(given(Role::Guest, Some(&held)), []);
            }
        }
        assert_eq!((given(Role::Admin, None), given(Role::Guest, None)), (ROLES.to_vec(), vec![]));
    }

    #[test]
    fn members_add_and_raise_to_member_and_do_nothing_else() {
        let at = |role, standing| given(Role::Member, Some(&member(1, role, standing)));
        assert_eq!(given(Role::Member, None), [Role::Guest, Role::Member]);
        assert_eq!(at(Role::Guest, Standing::Present), [Role::Guest, Role::Member]);
        assert_eq!(at(Role::Member, Standing::Present), [Role::Member]);
        assert_eq!(at(Role::Admin, Standing::Present), []);
        assert_eq!(at(Role::Admin, Standing::Left { at: AT }), [Role::Guest, Role::Member]);
        assert_eq!(at(Role::Guest, removed(Role::Guest).standing), []);
    }

    #[test]
    fn admins_remove_anybody_members_remove_guests_and_everybody_may_leave() {
        for by in ROLES {
            let caller = member(2, by, Standing::Present);
            let removable: Vec<Role> =
                ROLES.into_iter().filter(|role| may_remove(&caller, &member(1, *role, Standing::Present))).collect();
            let expected: &[Role] = match by {
                Role::Admin => &ROLES,
                Role::Member => &[Role::Guest],
                Role::Guest => &[],
            };
            assert_eq!(removable, expected, "{by}");
            assert!(may_remove(&caller, &caller));
        }
    }

    #[test]
    fn a_service_app_does_not_undo_its_removal_or_lowered_role() {
        let lowered = |standing| Member { role_set: Some(AT), ..member(1, Role::Member, standing) };
        let left = Standing::Left { at: AT };
        assert!(may_claim(None));
        assert!(may_claim(Some(&member(1, Role::Guest, Standing::Present))));
        assert!(may_claim(Some(&Member { role_set: Some(AT), ..member(1, Role::Admin, left) })));
        assert!(!may_claim(Some(&removed(Role::Admin))));
        assert!(!may_claim(Some(&lowered(Standing::Present))));
        assert!(!may_claim(Some(&lowered(left))));
    }
}
