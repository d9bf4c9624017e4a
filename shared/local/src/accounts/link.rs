//! The link that somebody came from, and what it means to each account.

use std::collections::HashMap;

use jiff::Timestamp;
use spaces_model::{Gone, Invitation, InviteId, InviteeTarget, Inviter, Member, MemberId, Space, User, UserId};
use spaces_store::{Store, StoreError};

use crate::tokens::Person;

/// The invitees that are offered at most: an invitation may have 1,000.
const OFFERED: usize = 10;

/// An invitation and its space.
pub(super) struct Link {
    invitation: Invitation,
    space: Space,
    gone: Option<Gone>,
}

/// An account to pick.
pub(super) struct Account {
    pub(super) email: String,
    /// Empty where nobody knows it.
    pub(super) name: String,
    /// The standing of this account with the invitation; empty without a link.
    pub(super) standing: String,
}

impl Account {
    /// An account without a link.
    pub(super) fn new(email: &str, name: &str) -> Self {
        Self { email: email.to_owned(), name: name.to_owned(), standing: String::new() }
    }

    /// The name, or the address of somebody without one.
    pub(super) fn label(&self) -> &str {
        if self.name.is_empty() { &self.email } else { &self.name }
    }
}

impl Link {
    /// The invitation whose link this is, with its space; none if there is none.
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

    /// The reason why nobody gets in by it any more.
    pub(super) fn fault(&self) -> Option<&'static str> {
        self.gone.map(|gone| match gone {
            Gone::Revoked => "This invitation is revoked: its link admits nobody.",
            Gone::Expired => "This invitation has expired: its link admits nobody.",
        })
    }

    /// The first invitees, then `others`, each once.
    pub(super) async fn accounts(&self, store: &Store, others: &[(&str, &str)]) -> Result<Vec<Account>, StoreError> {
        let mut accounts = Vec::new();
        for (email, name) in self.invitees(store).await?.into_iter().chain(others.iter().map(owned)) {
            let Ok(address) = email.parse() else { continue };
            let person = Person::with_email(address);
            if accounts.iter().any(|account: &Account| account.email.eq_ignore_ascii_case(&email)) {
                continue;
            }
            let name = others
                .iter()
                .find(|(known, _)| known.eq_ignore_ascii_case(&email))
                .map_or(name, |(_, name)| (*name).to_owned());
            accounts.push(Account { standing: self.standing(store, &person).await?, email, name });
        }
        Ok(accounts)
    }

    /// Addresses and names of the first invitees, as far as they are known.
    async fn invitees(&self, store: &Store) -> Result<Vec<(String, String)>, StoreError> {
        let targets = || self.invitation.invitees.iter().take(OFFERED).map(|invitee| &invitee.target);
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

    async fn standing(&self, store: &Store, person: &Person) -> Result<String, StoreError> {
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
