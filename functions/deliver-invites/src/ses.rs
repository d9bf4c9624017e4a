//! Sending mail through SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_types::SdkConfig;
use spaces_model::{EmailAddress, SpaceId};

use crate::backoff::Obstacle;

/// A client for the calls to SES that this function makes.
pub(crate) struct Ses {
    client: Client,
    configuration_set: Option<String>,
    from: EmailAddress,
}

/// The account's maximum send rate, in mails a second, and the use of its daily quota.
#[derive(Debug, Clone, Copy)]
pub(crate) struct AccountQuota {
    pub(crate) per_second: f64,
    /// The percentage of the daily quota that is used.
    pub(crate) quota_used: usize,
}

/// A failed call to SES. The reason may quote addresses: it goes to the table, and only the code to the log.
#[derive(Debug)]
pub(crate) struct SesError {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) retryability: Retryability,
}

/// The certainty that a message was not sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// SES responded that it did not accept the message.
    Unsent,
    /// SES did not respond.
    Unknown,
}

/// The retryability of a mail after an error.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Retryability {
    /// SES will never accept this mail: it rejects the address or the message.
    Final,
    /// SES may accept it later.
    Later(Obstacle, Certainty),
}

impl Ses {
    pub(crate) fn new(config: &SdkConfig, configuration_set: Option<String>, from: EmailAddress) -> Self {
        Self { client: Client::new(config), configuration_set, from }
    }

    /// Sends a message to one address, and returns SES's message ID.
    ///
    /// The message gets three tags, which SES repeats in its events: the space, for the operator; `mail`, to record the
    /// mail's state; and `origin`, to count a complaint. The invitation's id would reveal the link, and an address does
    /// not belong in a tag.
    pub(crate) async fn send(
        &self,
        to: &EmailAddress,
        space: SpaceId,
        [mail, origin]: [&str; 2],
        message: Vec<u8>,
    ) -> Result<String, SesError> {
        let built = |error: aws_sdk_sesv2::error::BuildError| SesError {
            code: "BuildError".to_owned(),
            reason: error.to_string(),
            retryability: Retryability::Final,
        };
        let raw = RawMessage::builder().data(Blob::new(message)).build().map_err(built)?;
        let tag = |name: &str, value: String| MessageTag::builder().name(name).value(value).build().map_err(built);
        let call = self
            .client
            .send_email()
            .destination(Destination::builder().to_addresses(to.to_ascii()).build())
            .content(EmailContent::builder().raw(raw).build())
            .email_tags(tag("space", space.to_string())?)
            .email_tags(tag("m", mail.to_owned())?)
            .email_tags(tag("o", origin.to_owned())?)
            .set_configuration_set_name(self.configuration_set.clone());
        let sent = Box::pin(call.send()).await.map_err(|error| self.classify(&error))?;
        Ok(sent.message_id.unwrap_or_default())
    }

    /// Reads the account's send rate and the use of its daily quota.
    pub(crate) async fn account_quota(&self) -> Result<AccountQuota, SesError> {
        let account = Box::pin(self.client.get_account().send()).await;
        let account =
            account.map_err(|error| described(&error, Retryability::Later(obstacle_of(&error), Certainty::Unsent)))?;
        let quota = account.send_quota;
        let per_second = quota.as_ref().map(|quota| quota.max_send_rate).filter(|rate| *rate > 0.0).unwrap_or(1.0);
        // -1 means no quota.
        let limited = quota.filter(|quota| quota.max24_hour_send > 0.0);
        let used = limited.map_or(0.0, |quota| 100.0 * quota.sent_last24_hours / quota.max24_hour_send);
        Ok(AccountQuota { per_second, quota_used: percent(used) })
    }

    /// Distinguishes permanent errors from temporary ones. Problems with the account or the sender are for the operator
    /// to fix and must not lose anybody's mail: only an error about this message is permanent.
    fn classify<R: std::fmt::Debug>(&self, error: &SdkError<SendEmailError, R>) -> SesError {
        let message = error.message().unwrap_or_default();
        let retryability = match error {
            SdkError::ServiceError(service) => match service.err() {
                SendEmailError::MessageRejected(_) if message.contains("not verified") => self.not_verified(message),
                SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => Retryability::Final,
                // Both limits share one code (Amazon SES API v2, SendEmail); only the text distinguishes them.
                SendEmailError::TooManyRequestsException(_) if message.contains("Daily") => {
                    Retryability::Later(Obstacle::DailyQuota, Certainty::Unsent)
                }
                SendEmailError::TooManyRequestsException(_) => Retryability::Later(Obstacle::Rate, Certainty::Unsent),
                SendEmailError::AccountSuspendedException(_)
                | SendEmailError::SendingPausedException(_)
                | SendEmailError::MailFromDomainNotVerifiedException(_)
                | SendEmailError::NotFoundException(_)
                | SendEmailError::LimitExceededException(_) => {
                    Retryability::Later(Obstacle::Stopped, Certainty::Unsent)
                }
                _ => Retryability::Later(obstacle_of(error), Certainty::Unsent),
            },
            SdkError::ConstructionFailure(_) => Retryability::Final,
            // Without a response, the message may have been sent.
            _ => Retryability::Later(Obstacle::Unavailable, Certainty::Unknown),
        };
        described(error, retryability)
    }

    /// Classifies the rejection of an unverified identity. In the sandbox SES rejects unverified recipients with the
    /// same text as unverified senders. The identities follow the last colon, separated by commas; the sender's may
    /// include a display name (`Name <address>`).
    fn not_verified(&self, message: &str) -> Retryability {
        let named = message.rsplit(": ").next().unwrap_or_default();
        let ours = [self.from.canonical(), self.from.domain().to_owned()];
        let names_us = named.split([',', ' ', '<', '>']).any(|part| ours.contains(&part.to_ascii_lowercase()));
        if names_us { Retryability::Later(Obstacle::Stopped, Certainty::Unsent) } else { Retryability::Final }
    }
}

/// Rounds a percentage down to a whole number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the value is clamped to 0..=100")]
fn percent(share: f64) -> usize {
    share.clamp(0.0, 100.0) as usize
}

/// Distinguishes a denied or throttled call from a failure of the service.
fn obstacle_of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Obstacle {
    match error.code() {
        Some("AccessDeniedException" | "AccessDenied" | "UnrecognizedClientException" | "InvalidClientTokenId") => {
            Obstacle::Stopped
        }
        Some("ThrottlingException" | "Throttling") => Obstacle::Rate,
        _ => Obstacle::Unavailable,
    }
}

fn described<E, R>(error: &SdkError<E, R>, retryability: Retryability) -> SesError
where
    E: ProvideErrorMetadata + std::error::Error + 'static,
    R: std::fmt::Debug,
{
    let code = match error {
        SdkError::TimeoutError(_) => "TimeoutError",
        SdkError::DispatchFailure(_) => "DispatchFailure",
        _ => error.code().unwrap_or("UnknownError"),
    };
    let reason = match error.message() {
        Some(message) => format!("{code}: {message}"),
        None => DisplayErrorContext(error).to_string(),
    };
    SesError { code: code.to_owned(), reason, retryability }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use spaces_store::aws;

    use super::*;

    /// Returns the retryability after SES rejects a message from `invitations@spaces.example.com` and names these
    /// identities as not verified.
    fn retryability(identities: &str) -> Retryability {
        let access = aws::Access {
            region: "eu-central-1".to_owned(),
            access_key_id: "none".to_owned(),
            secret_access_key: "none".to_owned(),
            session_token: None,
            endpoint_url: None,
            system_roots: false,
        };
        let timeouts = aws::Timeouts { attempt: Duration::from_secs(1), attempts: 1 };
        let from = "invitations@spaces.example.com".parse().unwrap();
        let ses = Ses::new(&aws::sdk_config(access, timeouts), None, from);
        let text = "Email address is not verified. The following identities failed the check in region EU-CENTRAL-1: ";
        ses.not_verified(&format!("{text}{identities}"))
    }

    #[test]
    fn an_unverified_sender_is_left_to_the_operator() {
        for identities in [
            "invitations@spaces.example.com",
            "Invitations@Spaces.Example.com",
            "spaces.example.com",
            "Alice via Spaces <invitations@spaces.example.com>",
            "\"Alice: a, b\" <invitations@spaces.example.com>",
            "ana@example.com, Alice via Spaces <invitations@spaces.example.com>",
            "ana@example.com,invitations@spaces.example.com",
        ] {
            assert_eq!(
                retryability(identities),
                Retryability::Later(Obstacle::Stopped, Certainty::Unsent),
                "{identities}"
            );
        }
    }

    #[test]
    fn unverified_recipients_alone_are_final() {
        for identities in [
            "ana@example.com",
            "ana@example.com, Bo <bo@example.com>",
            "other@spaces.example.com",
            "invitations@spaces.example.com.evil.example",
            "x-invitations@spaces.example.com",
        ] {
            assert_eq!(retryability(identities), Retryability::Final, "{identities}");
        }
    }
}
