//! The invitation whose link brought the developer to the accounts page, and the standing of each account with it.

use std::collections::HashMap;

use jiff::Timestamp;
use spaces_model::{Gone, Invitation, InviteId, InviteeTarget, Inviter, Member, MemberId, Space, User, UserId};
use spaces_store::{Store, StoreError};

use crate::tokens::DevelopmentUser;

/// Maximum number of invitees offered as accounts; an invitation can have 1,000.
const MAX_INVITEES: usize = 10;

/// An invitation and its space.
pub(super) struct InvitationLink {
    invitation: Invitation,
    space: Space,
    gone: Option<Gone>,
}

/// An account to pick.
pub(super) struct AccountChoice {
    pub(super) email: String,
    /// Empty if unknown.
    pub(super) name: String,
    /// Standing of this account with the invitation; empty without a link.
    pub(super) standing: String,
}

impl AccountChoice {
    /// Creates an account without a standing.
    pub(super) fn new(email: &str, name: &str) -> Self {
        Self { email: email.to_owned(), name: name.to_owned(), standing: String::new() }
    }

    /// Returns the name, or the address if the account has no name.
    pub(super) fn label(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl InvitationLink {
    /// Returns the invitation that `link` leads to, with its space, or `None` if there is no such invitation.
    pub(super) async fn read(store: &Store, link: &str, now: Timestamp) -> Result<Option<Self>, StoreError> {
        let id = link.split_once("/spaces/invites/").map_or("", |(_, rest)| rest);
        let id = id.split(['/', '?']).next().and_then(|id| id.parse::<InviteId>().ok());
        let Some(id) = id else { return Ok(None) };
        let Some(invitation) = store.invitation(id).await? else { return Ok(None) };
        let Some(space) = store.space(invitation.space).await? else { return Ok(None) };
        let gone = invitation.check_open(now).err();
        Ok(Some(Self { invitation, space, gone }))
    }

    pub(super) fn title(&self) -> &str {
        self.space.title.as_str()
    }

    pub(super) fn inviter(&self) -> String {
        let Inviter { name, email, .. } = &self.invitation.inviter;
        let address = email.as_ref().map(|email| email.as_typed().to_owned());
        name.clone().or(address).unwrap_or_else(|| "Somebody".to_owned())
    }

    /// Returns why the invitation no longer admits anybody, if so.
    pub(super) fn closed_reason(&self) -> Option<&'static str> {
        self.gone.map(|gone| match gone {
            Gone::Revoked => "This invitation is revoked: its link admits nobody.",
            Gone::Expired => "This invitation has expired: its link admits nobody.",
        })
    }

    /// Returns the first invitees followed by `others`, without duplicates.
    pub(super) async fn accounts(
        &self,
        store: &Store,
        others: &[(&str, &str)],
    ) -> Result<Vec<AccountChoice>, StoreError> {
        let mut accounts = Vec::new();
        for (email, name) in self.invitees(store).await?.into_iter().chain(others.iter().map(owned)) {
            let Ok(address) = email.parse() else { continue };
            let person = DevelopmentUser::with_email(address);
            if accounts.iter().any(|account: &AccountChoice| account.email.eq_ignore_ascii_case(&email)) {
                continue;
            }
            let name = others
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(&email))
                .map_or(name, |(_, name)| (*name).to_owned());
            accounts.push(AccountChoice { standing: self.standing(store, &person).await?, email, name });
        }
        Ok(accounts)
    }

    /// Returns the addresses and names of the first invitees whose address is known.
    async fn invitees(&self, store: &Store) -> Result<Vec<(String, String)>, StoreError> {
        let targets = || self.invitation.invitees.iter().take(MAX_INVITEES).map(|invitee| &invitee.target);
        let ids: Vec<UserId> = targets()
            .filter_map(|target| match target {
                InviteeTarget::User(id) => Some(*id),
                InviteeTarget::Email(_) => None,
            })
            .collect();
        let users: HashMap<UserId, User> = store.users(&ids).await?;
        let known = |target: &InviteeTarget| match target {
            InviteeTarget::Email(address) => Some((address.as_typed().to_owned(), String::new())),
            InviteeTarget::User(id) => {
                let user = users.get(id)?;
                let address = user.email.as_ref()?.address();
                Some((address.as_typed().to_owned(), user.name.clone().unwrap_or_default()))
            }
        };
        Ok(targets().filter_map(known).collect())
    }

    async fn standing(&self, store: &Store, person: &DevelopmentUser) -> Result<String, StoreError> {
        let member = store.membership(self.space.id, MemberId::User(person.id)).await?;
        if let Some(member) = member.filter(Member::is_present) {
            return Ok(format!("In the space as {}", member.role));
        }
        let names = |target: &InviteeTarget| match target {
            InviteeTarget::Email(address) => *address == person.email,
            InviteeTarget::User(id) => *id == person.id,
        };
        let invitee = self.invitation.invitees.iter().find(|invitee| names(&invitee.target));
        Ok(invitee.map_or_else(|| "Not on the invitation".to_owned(), |invitee| format!("Invited as {}", invitee.role)))
    }
}

fn owned((email, name): &(&str, &str)) -> (String, String) {
    ((*email).to_owned(), (*name).to_owned())
}
