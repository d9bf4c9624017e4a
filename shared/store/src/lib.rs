//! The service's data, in one DynamoDB table. This is the only crate that uses the DynamoDB SDK.
//!
//! | item | `pk` | `sk` | index |
//! |---|---|---|---|
//! | space | `SPACE#<id>` | `SPACE` | |
//! | member | `SPACE#<id>` | `MEMBER#<kind>#<id>` | `gsi2`: `USER#<id>` or `GUEST#<id>`, `SPACE#<hour of last use>#<space>` |
//! | invitation | `INVITE#<hash>` | `INVITE` | `gsi2`: `SPACE#<id>`, `INVITE#<created>#<hash>` |
//! | delivery | `INVITE#<hash>` | `TO#<keyed hash>` | `gsi1`: `ADDRESS#<keyed hash>` or `USER#<id>`, `<created>#<hash>` |
//! | user | `USER#<id>` | `USER` | |
//! | word of a user | `COMPANY#<keyed hash>#<bucket>` | `<word>#<user>` | |
//! | name of a user | `COMPANY#<keyed hash>#<bucket>` | `#<name>#<user>` | |
//! | address | `ADDRESS#<keyed hash>` | `USER` | |
//! | mail to an address | `ADDRESS#<keyed hash>` | `MAIL` | |
//! | report | `REPORT#<month>` | `REPORT#<day>#<keyed hash of the reporter>` | |
//! | limit | `LIMIT#<axis>#<who>` | `LIMIT` | |
//! | mails of a sender | `LIMIT#MAILS#<sender>` | `LIMIT` | |
//! | mails about a space | `LIMIT#SPACE_MAILS#<space>` or `LIMIT#MEMBER_MAILS#<space>#<user>` | `LIMIT` | |
//! | complaint | `COMPLAINTS#<sender>` | `FROM#<keyed hash of the address>` | |
//! | service app | `SERVICE_APP#<id>` | `SERVICE_APP` | |
//!
//! Every reader requests only the kinds of items it knows, by key or by the prefix of the sort key, because a later
//! release may add kinds to any partition. `expires_at` is the time after which DynamoDB may delete an invitation, its
//! deliveries, a limit, a complaint or a report. It serves cleanup only; nothing reads it.
//!
//! An item that cannot be read is reported as an error, never skipped.

mod acquaintances;
pub mod aws;
mod blocks;
mod colleagues;
mod company;
mod complaints;
mod create;
mod deliveries;
mod directory;
mod error;
mod index_secret;
mod invitations;
mod item;
mod item_change;
mod key;
mod limits;
mod mail_limits;
mod mail_origin;
mod mail_received;
mod mail_stops;
mod mail_tag;
mod members;
mod operator;
mod outbox;
mod permanent;
mod person;
mod reports;
mod revocations;
mod sealed;
mod service_apps;
mod spaces;
mod stop_token;
mod stream;
mod time;
mod words;

pub use acquaintances::Acquaintance;
pub use colleagues::{Colleague, ColleaguePage, ColleagueQuery};
pub use company::Company;
pub use complaints::SenderMails;
pub use create::Created;
pub use deliveries::{
    Delivery, DeliveryState, Lease, LeaseTerm, MailEvent, MailEventOutcome, NO_ADDRESS, PreviousMail,
};
pub use directory::{DirectoryLookup, KnownUser, MailFacts, UserImage};
pub use error::StoreError;
pub use index_secret::IndexSecret;
pub use invitations::{
    DeliveryCounts, InvitationChange, InvitationPage, OpenInvitation, OpenInvitationPage, invitation_of_image,
};
pub use item::{Marking, wait_for_others};
pub use item_change::{ItemChange, Versions};
pub use limits::{Guesser, Limit};
pub use mail_limits::{MailAxis, MailBudget, MailLimitExceeded, SpaceBudget, Spending, SpentMails};
pub use mail_origin::MailOrigin;
pub use mail_stops::{AddressRef, MAX_STOPPED_INVITERS, MailStops, StopMark, StopWay};
pub use mail_tag::MailRef;
pub use members::{
    Entrance, ListedSpace, MemberChange, MemberPage, Notification, Preference, PreferenceEdit, SpaceFilter, SpacePage,
    SpacesQuery,
};
pub use outbox::{InvitationRef, MAX_PEOPLE, OutboxMessage, PersonRef};
pub use person::{Erased, Person};
pub use reports::{Report, ReportWay, Reporter};
pub use spaces::EditedSpace;
pub use stop_token::StopToken;
pub use stream::{Change, ItemRef, Joining, ResendTo};
pub use words::UserWords;

use std::sync::Arc;

use aws_sdk_dynamodb::Client;
use aws_types::SdkConfig;
use spaces_model::{CompanyDomains, ErrorChain};

/// A client of the service's table.
#[derive(Clone)]
pub struct Store {
    client: Client,
    table: String,
    secret: IndexSecret,
    company_domains: Option<Arc<CompanyDomains>>,
}

impl Store {
    /// Creates a client of the table with this name. `secret` derives the table's keys.
    #[must_use]
    pub fn new(config: &SdkConfig, table: impl Into<String>, secret: IndexSecret) -> Self {
        Self { client: Client::new(config), table: table.into(), secret, company_domains: None }
    }

    /// Sets the domains that count as companies. Without them, nobody has a company by domain, and the companies
    /// already in the directory stay unchanged.
    #[must_use]
    pub fn with_company_domains(self, domains: CompanyDomains) -> Self {
        Self { company_domains: Some(Arc::new(domains)), ..self }
    }

    /// Opens a connection ahead of the first request.
    ///
    /// Reads an item that does not exist, which every function's role allows. A failure is only logged: the first
    /// request retries and can report it.
    pub async fn warm_up(&self) {
        if let Err(error) = self.get(key::warm_up()).await {
            tracing::warn!(error = %ErrorChain(&error), "the table could not be reached at start");
        }
    }

    /// Reads one item, strongly consistently: earlier writes are visible.
    async fn get(&self, key: key::Key) -> Result<Option<item::Attributes>, StoreError> {
        let request =
            self.client.get_item().table_name(&self.table).set_key(Some(key.attributes())).consistent_read(true);
        Ok(Box::pin(request.send()).await.map_err(StoreError::from_sdk)?.item)
    }
}
