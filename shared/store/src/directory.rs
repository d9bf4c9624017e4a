//! The user directory: who is known by id, and by which address.

use std::collections::HashMap;

use aws_sdk_dynamodb::error::SdkError;
use aws_sdk_dynamodb::operation::update_item::UpdateItemError;
use aws_sdk_dynamodb::types::{AttributeValue, KeysAndAttributes};
use futures_util::future::try_join_all;
use serde::{Deserialize, Serialize};
use spaces_model::{Email, EmailAddress, User, UserId};

use crate::invitations::LanguageTag;
use crate::item::{self, Attributes};
use crate::{Store, StoreError, key};

/// The most items that one `BatchGetItem` reads (an AWS limit).
const BATCH: usize = 100;
/// How often the keys that a batch left unread are asked for again.
const MAX_ROUNDS: u32 = 5;

#[derive(Serialize, Deserialize)]
struct UserItem {
    id: UserId,
    /// Verified: an address that anybody could have typed is not kept.
    #[serde(skip_serializing_if = "Option::is_none")]
    email: Option<EmailAddress>,
    #[serde(skip_serializing_if = "Option::is_none")]
    name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    language: Option<LanguageTag>,
    #[serde(skip_serializing_if = "Option::is_none")]
    zone: Option<String>,
}

impl Store {
    /// The user with this id.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user(&self, id: UserId) -> Result<Option<User>, StoreError> {
        self.get(key::user(id)).await?.map(read_user).transpose()
    }

    /// Those of these users that are known, in one round trip for up to 100 and in parallel beyond.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn users(&self, ids: &[UserId]) -> Result<HashMap<UserId, User>, StoreError> {
        let batches = try_join_all(ids.chunks(BATCH).map(|ids| self.batch(ids))).await?;
        Ok(batches.into_iter().flatten().map(|user| (user.id, user)).collect())
    }

    /// The user with this verified address. Of several, always the same one.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn user_by_email(&self, address: &EmailAddress) -> Result<Option<User>, StoreError> {
        let found = self
            .client
            .query()
            .table_name(&self.table)
            .index_name(key::BY_EMAIL)
            .key_condition_expression("gsi1pk = :email")
            .expression_attribute_values(":email", AttributeValue::S(key::email(address)))
            .limit(1)
            .send()
            .await
            .map_err(StoreError::of_call)?;
        let Some(found) = found.items.unwrap_or_default().into_iter().next() else {
            return Ok(None);
        };
        let id = item::text(&found, "gsi1sk").and_then(|id| id.parse().ok());
        let id = id.ok_or_else(|| StoreError::corrupt("user", "its gsi1sk is no user id"))?;
        // The index lags behind the table and holds keys alone: what counts is the item itself.
        let user = self.user(id).await?;
        Ok(user.filter(|user| user.email.as_ref().and_then(Email::verified) == Some(address)))
    }

    /// Keeps what a token says about a user, if it differs from what is known. What the token does not say stays.
    ///
    /// One conditional write, whose failed condition means that nothing is new. It is never part of a transaction: two
    /// requests of one user at once would meet in it.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn remember(&self, user: &User) -> Result<(), StoreError> {
        let email = user.email.as_ref().and_then(Email::verified);
        let facts = [
            ("email", email.map(|address| address.as_typed().to_owned())),
            ("name", user.name.clone()),
            ("language", user.language.as_ref().map(ToString::to_string)),
            ("zone", user.zone.clone()),
            ("gsi1pk", email.map(key::email)),
            ("gsi1sk", email.map(|_| user.id.to_string())),
        ];
        let mut request = self.client.update_item().table_name(&self.table);
        let (mut assignments, mut differences) =
            (vec!["id = :id".to_owned()], vec!["attribute_not_exists(pk)".to_owned()]);
        for (name, value) in facts {
            let Some(value) = value else { continue };
            assignments.push(format!("#{name} = :{name}"));
            differences.push(format!("#{name} <> :{name}"));
            request = request
                .expression_attribute_names(format!("#{name}"), name)
                .expression_attribute_values(format!(":{name}"), AttributeValue::S(value));
        }
        let result = request
            .set_key(Some(key::user(user.id).attributes()))
            .expression_attribute_values(":id", AttributeValue::S(user.id.to_string()))
            .update_expression(format!("SET {}", assignments.join(", ")))
            .condition_expression(differences.join(" OR "))
            .send()
            .await;
        match result {
            Ok(_) => Ok(()),
            Err(SdkError::ServiceError(error))
                if matches!(error.err(), UpdateItemError::ConditionalCheckFailedException(_)) =>
            {
                Ok(())
            }
            Err(error) => Err(StoreError::of_call(error)),
        }
    }

    async fn batch(&self, ids: &[UserId]) -> Result<Vec<User>, StoreError> {
        let mut users = Vec::with_capacity(ids.len());
        let mut keys: Vec<Attributes> = ids.iter().map(|id| key::user(*id).attributes()).collect();
        for _ in 0..MAX_ROUNDS {
            let wanted = KeysAndAttributes::builder()
                .set_keys(Some(keys))
                .consistent_read(true)
                .build()
                .map_err(|error| StoreError::Refused(Box::new(error)))?;
            let page = self
                .client
                .batch_get_item()
                .request_items(&self.table, wanted)
                .send()
                .await
                .map_err(StoreError::of_call)?;
            let found = page.responses.unwrap_or_default().remove(&self.table).unwrap_or_default();
            for item in found {
                users.push(read_user(item)?);
            }
            keys =
                page.unprocessed_keys.unwrap_or_default().remove(&self.table).map(|rest| rest.keys).unwrap_or_default();
            if keys.is_empty() {
                return Ok(users);
            }
        }
        Err(StoreError::Unavailable("the table left users unread".into()))
    }
}

fn read_user(attributes: Attributes) -> Result<User, StoreError> {
    let UserItem { id, email, name, language, zone } = item::read("user", attributes)?;
    Ok(User { id, name, email: email.map(Email::Verified), language: language.map(|tag| tag.0), zone })
}
