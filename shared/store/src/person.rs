//! Everything stored about one person, for an operator to export or erase. No function calls any of it.
//!
//! A person is a user, an address, or both. Their items are found by index where there is one. Ended memberships, and
//! invitations by their inviter, need a scan of the table.

use aws_sdk_dynamodb::operation::delete_item::DeleteItemError;
use aws_sdk_dynamodb::operation::delete_item::builders::DeleteItemFluentBuilder;
use aws_sdk_dynamodb::types::AttributeValue;
use serde_json::Value;
use spaces_model::{EmailAddress, InviteeTarget, MailKind, MailSender, MemberId, SpaceId, User, UserId};

use crate::item::{self, Attributes};
use crate::key::Key;
use crate::{Store, StoreError, UserWords, invitations, key};

/// Maximum number of attempts to write an invitation that changes concurrently.
const MAX_ROUNDS: usize = 8;

/// A user, an address, or both.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// The user.
    pub user: Option<UserId>,
    /// The address.
    pub address: Option<EmailAddress>,
}

/// Numbers of items that were erased completely or in part.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub struct Erased {
    /// Deliveries of invitations to the person. Their entries in these invitations are erased, too.
    pub deliveries: usize,
    /// Memberships of the person, from which the name was erased.
    pub memberships: usize,
    /// Invitations by the person, from which name, address and time zone were erased.
    pub invitations: usize,
    /// `true` if the person's item stays because they are blocked.
    pub stays_blocked: bool,
}

impl Store {
    /// Returns the items about a person as JSON: the user, their meeting room, their mail count, the address and the
    /// stops on its mail, words, memberships and deliveries. Invitations by them, or to them, are included without the
    /// data about other people.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn export(&self, person: &Person) -> Result<Vec<Value>, StoreError> {
        let mut items = Vec::new();
        if let Some(user) = person.user {
            items.extend(self.get(key::user(user)).await?);
            items.extend(self.get(key::space(self.meeting_room(user))).await?);
            items.extend(self.get(key::mail_limit(&MailSender::User(user))).await?);
            items.extend(self.named_in(user).await?.into_iter().map(|item| without_others(item, person)));
        }
        if let Some(address) = &person.address {
            items.extend(self.get(key::address(&self.secret.address(address))).await?);
            items.extend(self.get(key::mail(&self.secret.address(address))).await?);
        }
        for delivery in self.deliveries_of(person).await? {
            items.extend(self.get(delivery.clone()).await?);
            items.extend(self.get(invitation_of(delivery)).await?.map(|item| without_others(item, person)));
        }
        let json = |item| serde_dynamo::from_item(item).map_err(|error| StoreError::corrupt("item", error));
        items.into_iter().map(json).collect()
    }

    /// Erases a person. Each step can be repeated, and the data that later steps need to find the person is erased
    /// last, so another run completes an interrupted erasure. The name is erased first, so that no concurrent request
    /// copies it.
    ///
    /// # Errors
    ///
    /// [`StoreError`]; some items may have been erased by then.
    pub async fn erase(&self, person: &Person) -> Result<Erased, StoreError> {
        let mut erased = Erased::default();
        let mut words = UserWords::default();
        if let Some(user) = person.user {
            words = self.words_of(user).await?;
            self.erase_name_of(user).await?;
        }
        for delivery in self.deliveries_of(person).await? {
            self.erase_delivery(&delivery, person).await?;
            erased.deliveries += 1;
        }
        if let Some(user) = person.user {
            for item in self.named_in(user).await? {
                if item::text(&item, "sk") == Some(key::INVITE) {
                    self.erase_inviter(&item, user).await?;
                    erased.invitations += 1;
                } else if item::text(&item, "pk").is_some_and(|pk| pk.starts_with(key::COMPANY)) {
                    self.delete(key_of(&item)).await?;
                } else {
                    self.erase_name(&item, user).await?;
                    erased.memberships += 1;
                }
            }
        }
        if let Some(user) = person.user {
            self.erase_room_name(user).await?;
        }
        if let Some(address) = &person.address {
            self.erase_address(address, person.user).await?;
        }
        if let Some(user) = person.user {
            erased.stays_blocked = self.erase_user(user, words).await?;
        }
        Ok(erased)
    }

    /// Deletes the item of an address, unless somebody else owns the address.
    async fn erase_address(&self, address: &EmailAddress, user: Option<UserId>) -> Result<(), StoreError> {
        let owner = self.owner(address).await?;
        let is_elsewhere = match owner {
            Some(owner) if Some(owner) != user => self.user_by_email(address).await?.is_some(),
            _ => false,
        };
        if is_elsewhere {
            return Ok(());
        }
        let delete = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::address(&self.secret.address(address)).attributes()))
            .expression_attribute_names("#user", "user");
        let delete = match owner {
            Some(owner) => delete
                .condition_expression("#user = :owner")
                .expression_attribute_values(":owner", AttributeValue::S(owner.to_string())),
            None => delete.condition_expression("attribute_not_exists(#user)"),
        };
        self.deleted_if(delete).await.map(drop)
    }

    /// Returns the memberships of a user, including ended ones, the invitations that they made, and the words under
    /// which companies find them, including words of an earlier name that the relay missed.
    async fn named_in(&self, user: UserId) -> Result<Vec<Attributes>, StoreError> {
        let member = key::member(SpaceId::from_bytes([0; 12]), MemberId::User(user));
        let mut pages = self
            .client
            .scan()
            .table_name(&self.table)
            .filter_expression(
                "sk = :member OR (sk = :invite AND (inviter = :user OR founds.creator = :user)) \
                 OR (begins_with(pk, :company) AND contains(sk, :user))",
            )
            .expression_attribute_values(":company", AttributeValue::S(key::COMPANY.to_owned()))
            .expression_attribute_values(":member", AttributeValue::S(member.sk))
            .expression_attribute_values(":invite", AttributeValue::S(key::INVITE.to_owned()))
            .expression_attribute_values(":user", AttributeValue::S(user.to_string()))
            .into_paginator()
            .items()
            .send();
        let mut items = Vec::new();
        while let Some(item) = pages.next().await {
            items.push(item.map_err(StoreError::from_sdk)?);
        }
        Ok(items)
    }

    /// Finds the deliveries to a person, by user id and by address.
    async fn deliveries_of(&self, person: &Person) -> Result<Vec<Key>, StoreError> {
        let mut deliveries = Vec::new();
        for target in targets(person) {
            let mut pages = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("gsi1")
                .key_condition_expression("gsi1pk = :person")
                .expression_attribute_values(":person", AttributeValue::S(key::target_partition(&self.secret, &target)))
                .into_paginator()
                .items()
                .send();
            while let Some(item) = pages.next().await {
                deliveries.push(key_of(&item.map_err(StoreError::from_sdk)?));
            }
        }
        Ok(deliveries)
    }

    /// Removes a person from an invitation and deletes their delivery. No cancellation is sent, because the person must
    /// not be contacted any more.
    async fn erase_delivery(&self, delivery: &Key, person: &Person) -> Result<(), StoreError> {
        // This comes first, so that the relay, which sees the person's removal from the invitation, causes no
        // cancellation.
        let silence = self
            .update(delivery.clone())
            .update_expression("SET #version = #version + :one REMOVE meeting")
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        item::guarded(silence).await?;
        self.erase_invitee(delivery.clone(), person).await?;
        self.delete(delivery.clone()).await
    }

    async fn erase_invitee(&self, delivery: Key, person: &Person) -> Result<(), StoreError> {
        let key = invitation_of(delivery);
        for _ in 0..MAX_ROUNDS {
            let Some(mut item) = self.get(key.clone()).await? else { return Ok(()) };
            let invitation = invitations::read_invitation(item.clone())?;
            let Some(AttributeValue::L(entries)) = item.remove("invitees") else { return Ok(()) };
            let (targets, before) = (targets(person), entries.len());
            let named = invitation.invitees.iter().map(|invitee| targets.contains(&invitee.target));
            let others = entries.into_iter().zip(named).filter(|(_, named)| !named).map(|(entry, _)| entry);
            let others: Vec<AttributeValue> = others.collect();
            if others.len() == before {
                return Ok(());
            }
            let update = self
                .update(key.clone())
                // Every change of an invitation is conditional on the number of its mailing. An update mails nobody by
                // itself.
                .update_expression(
                    "SET invitees = :others, #version = #version + :one, #mailing.#number = #mailing.#number + :one, \
                     #mailing.#kind = :update",
                )
                .condition_expression("#mailing.#number = :held")
                .expression_attribute_names("#version", "version")
                .expression_attribute_names("#mailing", "mailing")
                .expression_attribute_names("#number", "number")
                .expression_attribute_names("#kind", "kind")
                .expression_attribute_values(":update", item::value("invitation", &MailKind::Update)?)
                .expression_attribute_values(":others", AttributeValue::L(others))
                .expression_attribute_values(":one", AttributeValue::N("1".to_owned()))
                .expression_attribute_values(":held", AttributeValue::N(invitation.mailing.number.to_string()));
            if item::guarded(update).await?.is_written() {
                return Ok(());
            }
        }
        Err(StoreError::Unavailable("the invitation kept changing".into()))
    }

    /// Removes the inviter's name, address and time zone from an invitation. The relay sees no change that would cause
    /// mails.
    async fn erase_inviter(&self, invitation: &Attributes, user: UserId) -> Result<(), StoreError> {
        let has = |name: &str, id: Option<&AttributeValue>| {
            id.and_then(|id| id.as_s().ok()).is_some_and(|id| *id == user.to_string()) && invitation.contains_key(name)
        };
        let founds = invitation.get("founds").and_then(|founds| founds.as_m().ok());
        let names_creator = has("founds", founds.and_then(|founds| founds.get("creator")));
        let names_inviter = has("inviter", invitation.get("inviter"));
        let set = if names_creator { "SET founds.creator_name = :name " } else { "" };
        let remove = if names_inviter { "REMOVE inviter_name, inviter_email, inviter_zone" } else { "" };
        let mut update = self
            .update(key_of(invitation))
            .update_expression(format!("{set}{remove}"))
            .condition_expression("attribute_exists(pk)");
        if names_creator {
            update = update.expression_attribute_values(":name", nameless(user));
        }
        item::guarded(update).await.map(drop)
    }

    /// Removes the name and the notification preference from a membership. The membership stays, because others see who
    /// did what in which role.
    async fn erase_name(&self, membership: &Attributes, user: UserId) -> Result<(), StoreError> {
        let update = self
            .update(key_of(membership))
            .update_expression("SET display_name = :name, #version = #version + :one REMOVE notification")
            .condition_expression("attribute_exists(pk) AND (display_name <> :name OR attribute_exists(notification))")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":name", nameless(user))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        item::guarded(update).await.map(drop)
    }

    /// Removes a user's name from the title of their meeting room, or any other title that they gave it. The room
    /// stays, because its other members need it.
    async fn erase_room_name(&self, user: UserId) -> Result<(), StoreError> {
        let update = self
            .update(key::space(self.meeting_room(user)))
            .update_expression("SET title = :name, #version = #version + :one")
            .condition_expression("attribute_exists(pk) AND title <> :name")
            .expression_attribute_names("#version", "version")
            .expression_attribute_values(":name", nameless(user))
            .expression_attribute_values(":one", AttributeValue::N("1".to_owned()));
        item::guarded(update).await.map(drop)
    }

    /// Removes the name from a user's item.
    async fn erase_name_of(&self, user: UserId) -> Result<(), StoreError> {
        let update = self
            .update(key::user(user))
            .update_expression("REMOVE #name")
            .condition_expression("attribute_exists(#name)")
            .expression_attribute_names("#name", "name");
        item::guarded(update).await.map(drop)
    }

    /// Deletes the user and their words, including `named`, the words read while the user still had a name. Returns
    /// whether the user's item stays because they are blocked.
    ///
    /// The words are deleted first, because they can no longer be derived once the item's attributes are removed. They
    /// are deleted again afterwards in case the relay, which reads the item before it writes words, has put them back
    /// in the meantime.
    async fn erase_user(&self, user: UserId, named: UserWords) -> Result<bool, StoreError> {
        let words = self.words_of(user).await?;
        for word in words.clone().keys() {
            self.delete(word).await?;
        }
        let strip = self
            .update(key::user(user))
            .update_expression(
                "REMOVE email, email_proven, #name, #language, #zone, issuer, organisation, company, updated",
            )
            .condition_expression("attribute_exists(pk)")
            .expression_attribute_names("#name", "name")
            .expression_attribute_names("#language", "language")
            .expression_attribute_names("#zone", "zone");
        item::guarded(strip).await?;
        self.index_user(user, &[named, words]).await?;
        let unless_blocked = self
            .client
            .delete_item()
            .table_name(&self.table)
            .set_key(Some(key::user(user).attributes()))
            .condition_expression("attribute_not_exists(#blocked)")
            .expression_attribute_names("#blocked", "blocked");
        Ok(!self.deleted_if(unless_blocked).await?)
    }

    /// Carries out a conditional deletion, and returns whether the condition held.
    async fn deleted_if(&self, delete: DeleteItemFluentBuilder) -> Result<bool, StoreError> {
        match Box::pin(delete.send()).await {
            Ok(_) => Ok(true),
            Err(error)
                if error.as_service_error().is_some_and(DeleteItemError::is_conditional_check_failed_exception) =>
            {
                Ok(false)
            }
            Err(error) => Err(StoreError::from_sdk(error)),
        }
    }
}

/// Returns the ways in which an invitation may name a person.
fn targets(person: &Person) -> Vec<InviteeTarget> {
    let address = person.address.clone().map(InviteeTarget::Email);
    person.user.map(InviteeTarget::User).into_iter().chain(address).collect()
}

fn invitation_of(delivery: Key) -> Key {
    Key { sk: key::INVITE.to_owned(), ..delivery }
}

fn key_of(item: &Attributes) -> Key {
    let part = |name| item::text(item, name).unwrap_or_default().to_owned();
    Key { pk: part("pk"), sk: part("sk") }
}

/// Returns the name shown for a user without a name.
fn nameless(user: UserId) -> AttributeValue {
    AttributeValue::S(User::new(user).display_name().to_owned())
}

/// Returns an item without the data about other people: the invitees of an invitation, and the inviter and the creator
/// of its space, unless that is the person.
fn without_others(mut item: Attributes, person: &Person) -> Attributes {
    item.remove("invitees");
    let user = person.user.map(|user| AttributeValue::S(user.to_string()));
    if item.get("inviter") != user.as_ref() {
        for name in ["inviter_name", "inviter_email", "inviter_zone"] {
            item.remove(name);
        }
    }
    if let Some(AttributeValue::M(founds)) = item.get_mut("founds")
        && founds.get("creator") != user.as_ref()
    {
        founds.remove("creator_name");
    }
    item
}
