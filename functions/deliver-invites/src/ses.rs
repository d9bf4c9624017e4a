//! Handing a mail to SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_types::SdkConfig;
use spaces_model::{EmailAddress, SpaceId};

use crate::backoff::Obstacle;

/// SES, as this function uses it.
pub(crate) struct Ses {
    client: Client,
    configuration_set: Option<String>,
    from: EmailAddress,
}

/// The mails that the account may send, and has sent.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Allowance {
    pub(crate) per_second: f64,
    /// The share of the daily quota that is used, in percent.
    pub(crate) quota_used: usize,
}

/// An answer of SES that is no acceptance. The reason may quote addresses: it is for the table, the code for the log.
#[derive(Debug)]
pub(crate) struct SesError {
    pub(crate) code: String,
    pub(crate) reason: String,
    pub(crate) verdict: Verdict,
}

/// The certainty that a message was not sent, which SES did not accept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Certainty {
    /// SES said that it has not accepted it.
    Unsent,
    /// SES did not answer.
    Unknown,
}

/// The meaning of an error of SES for a mail.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// SES will never take this mail: the address or the message is refused.
    Final,
    /// It may take it later.
    Later(Obstacle, Certainty),
}

impl Ses {
    pub(crate) fn new(config: &SdkConfig, configuration_set: Option<String>, from: EmailAddress) -> Self {
        Self { client: Client::new(config), configuration_set, from }
    }

    /// Sends a message to one address, and returns the id by which SES knows it.
    ///
    /// It has three tags, which SES's events repeat: the space, by which the operator finds it, `mail`, by which the mail's state is
    /// recorded, and `origin`, by which a complaint is counted. The invitation's id would be the link's secret, and an address has no place in a tag.
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
            verdict: Verdict::Final,
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

    /// Reads what the account may send, and has sent.
    pub(crate) async fn allowance(&self) -> Result<Allowance, SesError> {
        let account = Box::pin(self.client.get_account().send()).await;
        let account =
            account.map_err(|error| described(&error, Verdict::Later(obstacle_of(&error), Certainty::Unsent)))?;
        let quota = account.send_quota;
        let per_second = quota.as_ref().map(|quota| quota.max_send_rate).filter(|rate| *rate > 0.0).unwrap_or(1.0);
        // -1 is no quota.
        let limited = quota.filter(|quota| quota.max24_hour_send > 0.0);
        let used = limited.map_or(0.0, |quota| 100.0 * quota.sent_last24_hours / quota.max24_hour_send);
        Ok(Allowance { per_second, quota_used: percent(used) })
    }

    /// Tells what is final from what may change. What SES says about the account or the sender is for the operator to repair,
    /// and must not cost anybody their mail: only what it says about this message is final.
    fn classify<R: std::fmt::Debug>(&self, error: &SdkError<SendEmailError, R>) -> SesError {
        let message = error.message().unwrap_or_default();
        let verdict = match error {
            SdkError::ServiceError(service) => match service.err() {
                SendEmailError::MessageRejected(_) if message.contains("not verified") => self.not_verified(message),
                SendEmailError::MessageRejected(_) | SendEmailError::BadRequestException(_) => Verdict::Final,
                // One code for both limits (Amazon SES API v2, SendEmail); only the text tells them apart.
                SendEmailError::TooManyRequestsException(_) if message.contains("Daily") => {
                    Verdict::Later(Obstacle::DailyQuota, Certainty::Unsent)
                }
                SendEmailError::TooManyRequestsException(_) => Verdict::Later(Obstacle::Rate, Certainty::Unsent),
                SendEmailError::AccountSuspendedException(_)
                | SendEmailError::SendingPausedException(_)
                | SendEmailError::MailFromDomainNotVerifiedException(_)
                | SendEmailError::NotFoundException(_)
                | SendEmailError::LimitExceededException(_) => Verdict::Later(Obstacle::Stopped, Certainty::Unsent),
                _ => Verdict::Later(obstacle_of(error), Certainty::Unsent),
            },
            SdkError::ConstructionFailure(_) => Verdict::Final,
            // No answer: it may have been sent.
            _ => Verdict::Later(Obstacle::Unavailable, Certainty::Unknown),
        };
        described(error, verdict)
    }

    /// In the sandbox, SES refuses receivers that are not verified, and it refuses senders in the same words. The identities
    /// stand behind the last colon, separated by commas; the sender's may come with its name (`Name <address>`).
    fn not_verified(&self, message: &str) -> Verdict {
        let named = message.rsplit(": ").next().unwrap_or_default();
        let ours = [self.from.canonical(), self.from.domain().to_owned()];
        let names_us = named.split([',', ' ', '<', '>']).any(|part| ours.contains(&part.to_ascii_lowercase()));
        if names_us { Verdict::Later(Obstacle::Stopped, Certainty::Unsent) } else { Verdict::Final }
    }
}

/// Tells a call that the role does not allow from a service that has failed.
/// A share as a whole number.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is within the bounds of a percentage")]
fn percent(share: f64) -> usize {
    share.clamp(0.0, 100.0) as usize
}

fn obstacle_of<E: ProvideErrorMetadata, R>(error: &SdkError<E, R>) -> Obstacle {
    match error.code() {
        Some("AccessDeniedException" | "AccessDenied" | "UnrecognizedClientException" | "InvalidClientTokenId") => {
            Obstacle::Stopped
        }
        Some("ThrottlingException" | "Throttling") => Obstacle::Rate,
        _ => Obstacle::Unavailable,
    }
}

fn described<E, R>(error: &SdkError<E, R>, verdict: Verdict) -> SesError
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
    SesError { code: code.to_owned(), reason, verdict }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use spaces_store::aws;

    use super::*;

    /// Returns the verdict on a message from `invitations@spaces.example.com` that names these identities as not verified.
    fn verdict(identities: &str) -> Verdict {
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
    fn a_sender_that_is_not_verified_is_for_the_operator_to_repair() {
        for identities in [
            "invitations@spaces.example.com",
            "Invitations@Spaces.Example.com",
            "spaces.example.com",
            "Alice via Spaces <invitations@spaces.example.com>",
            "\"Alice: a, b\" <invitations@spaces.example.com>",
            "ana@example.com, Alice via Spaces <invitations@spaces.example.com>",
            "ana@example.com,invitations@spaces.example.com",
        ] {
            assert_eq!(verdict(identities), Verdict::Later(Obstacle::Stopped, Certainty::Unsent), "{identities}");
        }
    }

    #[test]
    fn recipients_alone_that_are_not_verified_are_final() {
        for identities in [
            "ana@example.com",
            "ana@example.com, Bo <bo@example.com>",
            "other@spaces.example.com",
            "invitations@spaces.example.com.evil.example",
            "x-invitations@spaces.example.com",
        ] {
            assert_eq!(verdict(identities), Verdict::Final, "{identities}");
        }
    }
}
