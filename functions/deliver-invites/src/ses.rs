//! Handing a mail to SES.

use aws_sdk_sesv2::Client;
use aws_sdk_sesv2::error::{DisplayErrorContext, ProvideErrorMetadata, SdkError};
use aws_sdk_sesv2::operation::send_email::SendEmailError;
use aws_sdk_sesv2::primitives::Blob;
use aws_sdk_sesv2::types::{Destination, EmailContent, MessageTag, RawMessage};
use aws_types::SdkConfig;
use spaces_model::{EmailAddress, SpaceId};

/// SES, as this function uses it.
pub(crate) struct Ses {
    client: Client,
    configuration_set: Option<String>,
}

/// Why SES did not take a mail. The reason may quote addresses: it is for the table, the code for the log.
#[derive(Debug)]
pub(crate) enum SesError {
    /// It will never take this mail: the address or the message is refused.
    Refused { code: String, reason: String },
    /// It may take it later: throttling, a sending quota, a paused or misconfigured account, no answer.
    Later { code: String, reason: String },
}

impl Ses {
    pub(crate) fn new(config: &SdkConfig, configuration_set: Option<String>) -> Self {
        Self { client: Client::new(config), configuration_set }
    }

    /// Sends a message to one address. Gives the id by which SES knows it.
    ///
    /// It is tagged with the space, by which the operator finds it in SES's events. The invitation's id would be the
    /// link's secret, and an address has no place in a tag.
    pub(crate) async fn send(&self, to: &EmailAddress, space: SpaceId, message: Vec<u8>) -> Result<String, SesError> {
        let built = |error: aws_sdk_sesv2::error::BuildError| SesError::Refused {
            code: "BuildError".to_owned(),
            reason: error.to_string(),
        };
        let raw = RawMessage::builder().data(Blob::new(message)).build().map_err(built)?;
        let tag = MessageTag::builder().name("space").value(space.to_string()).build().map_err(built)?;
        let sent = self
            .client
            .send_email()
            .destination(Destination::builder().to_addresses(to.to_ascii()).build())
            .content(EmailContent::builder().raw(raw).build())
            .email_tags(tag)
            .set_configuration_set_name(self.configuration_set.clone())
            .send()
            .await
            .map_err(|error| classify(&error))?;
        Ok(sent.message_id.unwrap_or_default())
    }
}

/// Whether trying again can help. What SES says about the account or the sender is the operator's to mend, and must not
/// cost anybody their mail: only what it says about this message is final.
fn classify<R: std::fmt::Debug>(error: &SdkError<SendEmailError, R>) -> SesError {
    let message = error.message().unwrap_or_default();
    let is_final = match error {
        SdkError::ServiceError(error) => match error.err() {
            // In the sandbox, and from a sender that is not verified, SES rejects every message in these words.
            SendEmailError::MessageRejected(_) => !message.contains("not verified"),
            SendEmailError::BadRequestException(_) => true,
            _ => false,
        },
        SdkError::ConstructionFailure(_) => true,
        _ => false,
    };
    let code = match error {
        SdkError::TimeoutError(_) => "TimeoutError",
        SdkError::DispatchFailure(_) => "DispatchFailure",
        _ => error.code().unwrap_or("UnknownError"),
    };
    let reason = if message.is_empty() { DisplayErrorContext(error).to_string() } else { format!("{code}: {message}") };
    let code = code.to_owned();
    if is_final { SesError::Refused { code, reason } } else { SesError::Later { code, reason } }
}

#[cfg(test)]
mod tests {
    use aws_sdk_sesv2::types::error::{
        AccountSuspendedException, BadRequestException, LimitExceededException, MailFromDomainNotVerifiedException,
        MessageRejected, NotFoundException, SendingPausedException, TooManyRequestsException,
    };

    use super::*;

    fn is_final(error: SendEmailError) -> bool {
        matches!(classify(&SdkError::service_error(error, ())), SesError::Refused { .. })
    }

    #[test]
    fn what_ses_says_about_the_message_is_final() {
        assert!(is_final(SendEmailError::MessageRejected(MessageRejected::builder().build())));
        assert!(is_final(SendEmailError::BadRequestException(BadRequestException::builder().build())));
    }

    #[test]
    fn a_sender_or_a_sandbox_that_is_not_verified_is_ours_to_mend() {
        let message =
            "Email address is not verified. The following identities failed the check in region EU-WEST-1: a@b.c";
        let rejected = MessageRejected::builder()
            .message(message)
            .meta(aws_sdk_sesv2::error::ErrorMetadata::builder().code("MessageRejected").message(message).build());
        let error = SdkError::service_error(SendEmailError::MessageRejected(rejected.build()), ());
        let SesError::Later { code, reason } = classify(&error) else { panic!("it is final") };
        assert_eq!(code, "MessageRejected");
        assert!(reason.contains("not verified"));
    }

    #[test]
    fn what_ses_says_about_us_costs_nobody_their_mail() {
        for error in [
            SendEmailError::TooManyRequestsException(TooManyRequestsException::builder().build()),
            SendEmailError::LimitExceededException(LimitExceededException::builder().build()),
            SendEmailError::SendingPausedException(SendingPausedException::builder().build()),
            SendEmailError::AccountSuspendedException(AccountSuspendedException::builder().build()),
            SendEmailError::MailFromDomainNotVerifiedException(MailFromDomainNotVerifiedException::builder().build()),
            SendEmailError::NotFoundException(NotFoundException::builder().build()),
        ] {
            assert!(!is_final(error));
        }
        assert!(matches!(classify::<()>(&SdkError::timeout_error("too slow")), SesError::Later { .. }));
    }
}
