//! The invitation, as all calls return it.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};

use jiff::Timestamp;
use serde::Serialize;
use spaces_content::{Brand, Content, Language, client_mail, outlook_item};
use spaces_model::{Channel, Invitation, Invitee, InviteeTarget, MailKind, PublicUrl, Space, format_time};
use spaces_store::{Delivery, DeliveryCounts, DeliveryState};

use crate::inviting::Request;

/// An invitation, with the content for the client to send.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(rename_all = "camelCase")]
pub struct InvitationAnswer<'a> {
    /// The invitation: always one, however many invitees it has.
    #[cfg_attr(feature = "openapi", schema(value_type = Vec<InvitationObject>, min_items = 1, max_items = 1))]
    data: [InvitationObject<'a>; 1],
    /// Present only with the channels `client` and `outlook`.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_content: Option<Content>,
}

/// An invitation.
#[derive(Serialize, Default)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Invitation))]
#[serde(rename_all = "camelCase")]
pub struct InvitationObject<'a> {
    /// The space's id; absent in a dry run.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$", nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    topic_id: Option<String>,
    /// The start of the meeting, in UTC; absent if none was given.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    start_date_time: Option<String>,
    /// The end of the meeting, in UTC; absent if none was given.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    end_date_time: Option<String>,
    /// The invitation's id; absent in a dry run. It is as powerful as the link: treat it as a secret.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$", nullable = false))]
    #[serde(rename = "_id", skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    /// The invitees without duplicates, or in a dry run all entries of the list; absent in a list of invitations.
    #[cfg_attr(feature = "openapi", schema(max_items = 1_000, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    invitees: Option<Vec<InviteeObject<'a>>>,
    /// The numbers of invitees; present only in a list of invitations.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<Counts>,
    /// The time of its creation, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    created: String,
    /// The status. Like all fields below, it is absent when an invitation is created.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^(open|expired|revoked)$", nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    status: Option<&'static str>,
    /// The time of expiry, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    expires: Option<String>,
    /// The target of the link.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<spaces_model::InviteMode>, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    invite_mode: Option<&'static str>,
    /// The number of updates.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    version: Option<u32>,
    /// The link. It is as powerful as the id: treat it as a secret.
    #[cfg_attr(feature = "openapi", schema(format = "uri", nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    link: Option<String>,
}

/// A person who is invited.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Invitee))]
#[serde(rename_all = "camelCase")]
struct InviteeObject<'a> {
    /// The kind of `invitee`.
    #[cfg_attr(feature = "openapi", schema(pattern = "^(email|userId)$"))]
    invitee_type: &'static str,
    /// The address as it was typed, or the user's id.
    #[cfg_attr(feature = "openapi", schema(value_type = String))]
    invitee: Cow<'a, str>,
    /// Their role in the space.
    #[cfg_attr(feature = "openapi", schema(value_type = spaces_model::Role))]
    role: &'static str,
    /// The state of the last mail to them; absent if the client sends the mails.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    delivery: Option<DeliveryObject>,
    /// The time at which they joined through the invitation, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime, nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    joined: Option<String>,
    /// Their answer; absent if there is none, or if they have joined since.
    #[cfg_attr(feature = "openapi", schema(nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    answered: Option<AnswerObject>,
    /// The verdict on the entry; present only in a dry run.
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^(ok|duplicate|already_member|not_mailed)$", nullable = false))]
    #[serde(skip_serializing_if = "Option::is_none")]
    verdict: Option<&'static str>,
}

/// The state of a mail.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = Delivery))]
struct DeliveryObject {
    /// The state of the last mailing that was started.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^(queued|sending|sent|delayed|delivered|bounced|complained|failed|suppressed|cancelled)$"))]
    state: DeliveryState,
    /// The time of its last change, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    at: String,
    /// The reason for the mail.
    #[cfg_attr(feature = "openapi", schema(value_type = String, pattern = "^(invite|update|resend|cancel)$"))]
    kind: MailKind,
    /// The reason why it was not delivered: `rejected`, `not_verified`, `no_address` or `given_up` if it was not sent,
    /// else a reason given by SES.
    #[cfg_attr(
        feature = "openapi",
        schema(pattern = "^(rejected|not_verified|no_address|given_up|[A-Z][A-Za-z0-9-]*)$", nullable = false)
    )]
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
}

/// An answer to an invitation.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InvitationReply))]
struct AnswerObject {
    /// `no`: they decline.
    #[cfg_attr(feature = "openapi", schema(pattern = "^no$"))]
    answer: &'static str,
    /// The time of the answer, in UTC.
    #[cfg_attr(feature = "openapi", schema(format = DateTime))]
    at: String,
}

/// The numbers of an invitation's invitees.
#[derive(Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = InvitationCounts))]
struct Counts {
    /// The number of invitees.
    invited: usize,
    /// The number of those who have joined through the invitation.
    joined: usize,
    /// The number of those who have declined.
    declined: usize,
    /// The numbers of those who are mailed by this service, by the state of the last mail.
    #[cfg_attr(feature = "openapi", schema(value_type = BTreeMap<String, usize>))]
    delivery: BTreeMap<DeliveryState, usize>,
}

impl<'a> InvitationAnswer<'a> {
    /// Creates the response to the request that created an invitation into this space, and to its replays.
    #[must_use]
    pub fn created(invitation: &'a Invitation, space: &Space, public_url: &PublicUrl, brand: &Brand) -> Self {
        let invite_content = content(invitation, space, public_url, brand);
        Self { data: [InvitationObject::new(invitation)], invite_content }
    }

    /// Creates the response with an invitation and the state of each invitee.
    #[must_use]
    pub fn shown(object: InvitationObject<'a>) -> Self {
        Self { data: [object], invite_content: None }
    }

    /// Creates the response to a request that changed an invitation, with the content for the client to send.
    #[must_use]
    pub fn changed(
        object: InvitationObject<'a>,
        invitation: &Invitation,
        space: &Space,
        public_url: &PublicUrl,
        brand: &Brand,
    ) -> Self {
        Self { data: [object], invite_content: content(invitation, space, public_url, brand) }
    }

    /// Creates the response to a dry run.
    #[must_use]
    pub fn checked(request: Request, is_member: impl Fn(&InviteeTarget) -> bool, now: Timestamp) -> Self {
        let (starts, ends) = (request.terms().starts.flatten(), request.terms().ends.flatten());
        let invitees = request.checked(is_member).into_iter().map(|entry| InviteeObject {
            invitee_type: entry.invitee_type,
            invitee: entry.invitee.into(),
            role: entry.role.as_str(),
            delivery: None,
            joined: None,
            answered: None,
            verdict: Some(entry.verdict.as_str()),
        });
        Self::shown(InvitationObject {
            start_date_time: starts.map(format_time),
            end_date_time: ends.map(format_time),
            invitees: Some(invitees.collect()),
            created: format_time(now),
            ..InvitationObject::default()
        })
    }
}

impl<'a> InvitationObject<'a> {
    /// Creates the object of a new invitation.
    fn new(invitation: &'a Invitation) -> Self {
        Self {
            topic_id: Some(invitation.space.to_string()),
            start_date_time: invitation.starts.map(format_time),
            end_date_time: invitation.ends.map(format_time),
            id: Some(invitation.id.to_string()),
            invitees: Some(invitation.invitees.iter().map(InviteeObject::new).collect()),
            created: format_time(invitation.created),
            ..Self::default()
        }
    }

    /// Creates the object of an invitation with the state of each invitee.
    #[must_use]
    pub fn with_states(
        invitation: &'a Invitation,
        deliveries: &HashMap<InviteeTarget, Delivery>,
        space: &Space,
        public_url: &PublicUrl,
        now: Timestamp,
    ) -> Self {
        let invitees = invitation.invitees.iter().map(|invitee| match deliveries.get(&invitee.target) {
            Some(delivery) => InviteeObject::new(invitee).with_state(delivery),
            None => InviteeObject::new(invitee),
        });
        let invitees = Some(invitees.collect());
        Self { invitees, ..Self::new(invitation).with_status(invitation, space, public_url, now) }
    }

    /// Creates the object of an invitation with the numbers of its invitees.
    #[must_use]
    pub fn with_counts(
        invitation: &'a Invitation,
        counts: DeliveryCounts,
        space: &Space,
        public_url: &PublicUrl,
        now: Timestamp,
    ) -> Self {
        let DeliveryCounts { joined, declined, states } = counts;
        let counts = Counts { invited: invitation.invitees.len(), joined, declined, delivery: states };
        let object = Self { invitees: None, counts: Some(counts), ..Self::new(invitation) };
        object.with_status(invitation, space, public_url, now)
    }

    fn with_status(self, invitation: &Invitation, space: &Space, public_url: &PublicUrl, now: Timestamp) -> Self {
        Self {
            status: Some(invitation.status(now).as_str()),
            expires: Some(format_time(invitation.expires)),
            invite_mode: Some(invitation.mode.as_str()),
            version: Some(invitation.version),
            link: Some(invitation.links(public_url, &space.title).plain),
            ..self
        }
    }
}

impl<'a> InviteeObject<'a> {
    fn new(invitee: &'a Invitee) -> Self {
        let (invitee_type, name) = match &invitee.target {
            InviteeTarget::Email(address) => ("email", address.as_typed().into()),
            InviteeTarget::User(id) => ("userId", id.to_string().into()),
        };
        Self {
            invitee_type,
            invitee: name,
            role: invitee.role.as_str(),
            delivery: None,
            joined: None,
            answered: None,
            verdict: None,
        }
    }

    fn with_state(self, delivery: &Delivery) -> Self {
        let mail = delivery.state.map(|state| DeliveryObject {
            state,
            at: format_time(delivery.at),
            kind: delivery.kind,
            reason: delivery.shown_reason().map(str::to_owned),
        });
        let answered = delivery.answered.filter(|_| delivery.is_declined());
        Self {
            delivery: mail,
            joined: delivery.joined.filter(|_| answered.is_none()).map(format_time),
            answered: answered.map(|at| AnswerObject { answer: "no", at: format_time(at) }),
            ..self
        }
    }
}

/// Returns the content for the client to send; none if this service sends the mails.
fn content(invitation: &Invitation, space: &Space, public_url: &PublicUrl, brand: &Brand) -> Option<Content> {
    let write = match invitation.channel {
        Channel::Server => return None,
        Channel::Client => client_mail,
        Channel::Outlook => outlook_item,
    };
    let language = invitation.language.as_ref().map_or(Language::DEFAULT, Language::choose);
    let links = invitation.links(public_url, &space.title);
    Some(write(&spaces_content::InvitationView::with_links(invitation, space, &links), language, brand))
}
