//! From a record of the table's stream to the invitation that it tells of.

use aws_lambda_events::event::dynamodb::EventRecord;
use spaces_model::{Channel, Invitation};
use spaces_store::{StoreError, invitation_of_image};

/// The invitation that a record asks us to deliver; none if it asks for nothing.
///
/// The event source mapping filters already. The check here keeps a wider filter from sending mail twice.
///
/// # Errors
///
/// [`StoreError::Corrupt`] if the record holds an invitation that cannot be read: somebody has to look at it.
pub(crate) fn invitation(record: EventRecord) -> Result<Option<Invitation>, StoreError> {
    let image = record.change.new_image;
    let is = |name: &str, value: &str| matches!(image.get(name), Some(serde_dynamo::AttributeValue::S(text)) if text == value);
    if record.event_name != "INSERT" || !is("sk", "INVITE") {
        return Ok(None);
    }
    let invitation = invitation_of_image(image)?;
    Ok((invitation.channel == Channel::Server).then_some(invitation))
}
