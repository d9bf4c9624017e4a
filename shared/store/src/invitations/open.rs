//! The open invitations that name a person, newest first.

use std::collections::{BTreeMap, HashMap, HashSet};

use aws_sdk_dynamodb::types::AttributeValue;
use futures_util::future::try_join_all;
use jiff::Timestamp;
use spaces_model::{
    Caller, Invitation, InviteeTarget, MemberId, Role, RoleReason, SpaceId, SpaceStatus, Title, UserId,
};

use super::read_invitation;
use crate::item::{self, Attributes};
use crate::spaces::read_space;
use crate::{Store, StoreError, key};

/// Number of index rows per query; there is one query for each way in which an invitation may name a person.
const ROWS: i32 = 100;
/// Maximum number of reads of the index for one page.
const MAX_READS: usize = 5;

/// Minimum number of invitations that are read at once: fewer would take many round trips if few of them are open.
const MIN_AT_ONCE: usize = 25;

/// Sorts after every position, because a position begins with a year.
const LAST: &str = ":";

/// An invitation that names a person and admits them now.
#[derive(Debug)]
pub struct OpenInvitation {
    /// The position in the list.
    pub place: String,
    /// The invitation.
    pub invitation: Invitation,
    /// The current title of the space.
    pub title: Title,
    /// The role that the invitation names.
    pub role: Role,
}

/// One page of the open invitations that name a person.
#[derive(Debug)]
pub struct OpenInvitationPage {
    /// The invitations.
    pub found: Vec<OpenInvitation>,
    /// The position after which the search continues, if it ended before the end of the list and before it found
    /// enough.
    pub rest: Option<String>,
}

/// Index rows by position, each with the hash of its invitation, and the position down to which they are complete, or
/// `None` at the end of the list.
struct InvitationRows {
    rows: BTreeMap<String, String>,
    horizon: Option<String>,
}

impl Store {
    /// Reads at most `limit` open invitations that name a caller by id or by verified address, newest first. The list
    /// begins after the position `after`. At most 500 index rows are examined for the id, and 500 for the address.
    ///
    /// Invitations after the first `shown` are read only to be counted, with eventual consistency, which may lag by a
    /// few seconds but costs half the read units.
    ///
    /// Invitations whose space is archived or deleted or whose inviter is blocked are left out. The invitations come
    /// from an index that may lag by a few seconds; each is then checked against its item.
    ///
    /// # Errors
    ///
    /// [`StoreError`].
    pub async fn open_invitations(
        &self,
        caller: &Caller,
        after: Option<&str>,
        shown: usize,
        limit: usize,
        now: Timestamp,
    ) -> Result<OpenInvitationPage, StoreError> {
        let MemberId::User(user) = caller.member_id() else {
            return Ok(OpenInvitationPage { found: Vec::new(), rest: None });
        };
        let address = caller.address().cloned().map(InviteeTarget::Email);
        let ways: Vec<InviteeTarget> = [InviteeTarget::User(user)].into_iter().chain(address).collect();
        let (mut found, mut position) = (Vec::new(), after.map(str::to_owned));
        for _ in 0..MAX_READS {
            let InvitationRows { rows, horizon } = self.rows_of(&ways, position.as_deref()).await?;
            let mut rows = rows.into_iter().rev().peekable();
            // Only slightly more than are still needed, because an item may be large.
            while rows.peek().is_some() && found.len() < limit {
                let is_shown = found.len() < shown;
                let wanted = if is_shown { shown.min(limit) } else { limit } - found.len();
                let wanted: Vec<(String, String)> = rows.by_ref().take(wanted.max(MIN_AT_ONCE)).collect();
                found.extend(self.open_among(caller, wanted, is_shown, now).await?);
            }
            if found.len() >= limit || horizon.is_none() {
                found.truncate(limit);
                return Ok(OpenInvitationPage { found, rest: None });
            }
            position = horizon;
        }
        Ok(OpenInvitationPage { found, rest: position })
    }

    /// Reads the newest rows before a position, complete down to the horizon.
    async fn rows_of(&self, ways: &[InviteeTarget], before: Option<&str>) -> Result<InvitationRows, StoreError> {
        let before = before.filter(|place| *place < LAST).unwrap_or(LAST);
        let queries = ways.iter().map(|way| {
            let query = self
                .client
                .query()
                .table_name(&self.table)
                .index_name("gsi1")
                .key_condition_expression("gsi1pk = :person AND gsi1sk < :before")
                .projection_expression("pk, gsi1sk")
                .expression_attribute_values(":person", AttributeValue::S(key::target_partition(&self.secret, way)))
                .expression_attribute_values(":before", AttributeValue::S(before.to_owned()))
                .scan_index_forward(false)
                .limit(ROWS);
            async move { Box::pin(query.send()).await.map_err(StoreError::from_sdk) }
        });
        let (mut rows, mut horizon) = (BTreeMap::new(), None::<String>);
        for page in try_join_all(queries).await? {
            let places: Vec<(String, String)> =
                page.items.unwrap_or_default().iter().map(place).collect::<Result<_, _>>()?;
            if page.last_evaluated_key.is_some() {
                let last = places.last().map(|(place, _)| place.clone());
                horizon = horizon.max(last);
            }
            rows.extend(places);
        }
        if let Some(horizon) = &horizon {
            rows.retain(|place, _| place >= horizon);
        }
        Ok(InvitationRows { rows, horizon })
    }

    /// Returns the invitations that name a caller and admit them now, in two round trips.
    async fn open_among(
        &self,
        caller: &Caller,
        rows: Vec<(String, String)>,
        is_shown: bool,
        now: Timestamp,
    ) -> Result<Vec<OpenInvitation>, StoreError> {
        let mut invitations = HashMap::new();
        let keys = rows.iter().map(|(_, hash)| key::invitation_at(hash));
        let items = if is_shown { self.items(keys).await? } else { self.late_items(keys).await? };
        for item in items {
            let pk = item::text(&item, "pk").unwrap_or_default().to_owned();
            invitations.insert(pk, read_invitation(item)?);
        }
        let named = rows.into_iter().filter_map(|(place, hash)| {
            let invitation = invitations.remove(&key::invitation_at(&hash).pk)?;
            let (role, reason) = invitation.role_for(caller);
            let is_open = reason == RoleReason::Invited && invitation.check_open(now).is_ok();
            is_open.then_some((place, invitation, role))
        });
        let named: Vec<(String, Invitation, Role)> = named.collect();
        let spaces: HashSet<SpaceId> = named.iter().map(|(_, invitation, _)| invitation.space).collect();
        let makers: HashSet<UserId> = named.iter().map(|(_, invitation, _)| invitation.inviter.id).collect();
        let keys = spaces.into_iter().map(key::space).chain(makers.into_iter().map(key::user));
        let (mut spaces, mut blocked) = (HashMap::new(), HashSet::new());
        for item in self.items(keys).await? {
            if item::text(&item, "sk") == Some(key::SPACE) {
                let space = read_space(item)?;
                spaces.insert(space.id, space);
            } else if item.contains_key("blocked") {
                blocked.extend(item::text(&item, "pk").and_then(key::user_of_partition));
            }
        }
        let open = named.into_iter().filter_map(|(place, invitation, role)| {
            // The space of an invitation that founds it may be put after the invitation.
            let space = spaces.get(&invitation.space).cloned().or_else(|| Some(invitation.founded()?.0))?;
            let is_open = space.status == SpaceStatus::Active
                && !invitation.founds_again(&space)
                && !blocked.contains(&invitation.inviter.id);
            is_open.then_some(OpenInvitation { place, title: space.title, invitation, role })
        });
        Ok(open.collect())
    }
}

/// Returns the position of an index row in the list, and the hash of its invitation.
fn place(row: &Attributes) -> Result<(String, String), StoreError> {
    let hash = item::text(row, "pk").and_then(key::hash_of_partition);
    let place = hash.zip(item::text(row, "gsi1sk")).map(|(hash, place)| (place.to_owned(), hash.to_owned()));
    place.ok_or_else(|| StoreError::corrupt("delivery", "its keys name no invitation"))
}
