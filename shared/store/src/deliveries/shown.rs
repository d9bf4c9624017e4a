//! The parts of a delivery that are shown to the inviter and to consumers of events.

use super::{Delivery, DeliveryState, NO_ADDRESS};

impl Delivery {
    /// Returns a word for the reason why a mail was not delivered. The stored text of a mail that was not sent may
    /// quote SES, which only the operator may see.
    #[must_use]
    pub fn shown_reason(&self) -> Option<&str> {
        reason(self.state?, self.reason.as_deref())
    }

    /// Returns a number that rises with each change of the state of the mails to this person: a sender's write raises
    /// the version, and a report by SES the rank within it.
    #[must_use]
    pub fn sequence(&self) -> u64 {
        use DeliveryState::{
            Bounced, Cancelled, Complained, Delayed, Delivered, Failed, Queued, Sending, Sent, Suppressed,
        };

        /// Greater than every rank.
        const RANKS: u64 = 8;
        let rank = match self.state {
            None | Some(Queued | Sending | Failed | Suppressed | Cancelled) => 0,
            Some(Sent) => 1,
            Some(Delayed) if self.reason.is_none() => 2,
            Some(Delayed) => 3,
            Some(Delivered) => 4,
            Some(Bounced) => 5,
            Some(Complained) => 6,
        };
        u64::from(self.version) * RANKS + rank
    }
}

/// Returns a word for the reason, given the stored text.
fn reason(state: DeliveryState, stored: Option<&str>) -> Option<&str> {
    let stored = match state {
        // SES's own word, such as the subtype of a bounce.
        DeliveryState::Bounced | DeliveryState::Delayed => return stored,
        DeliveryState::Failed => stored?,
        // A queued mail has the reason of the last attempt, which is not an outcome.
        _ => return None,
    };
    let is_refused = ["MessageRejected", "BadRequestException"].iter().any(|code| stored.starts_with(code));
    Some(match stored {
        NO_ADDRESS => "no_address",
        _ if is_refused && stored.contains("not verified") => "not_verified",
        _ if is_refused => "rejected",
        _ => "given_up",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_reason_is_a_word_and_never_text_from_ses() {
        for (stored, word) in [
            ("MessageRejected: Address refused by the local mailbox: ana@example.com", "rejected"),
            ("BadRequestException: Illegal address", "rejected"),
            ("MessageRejected: Email address is not verified. ana@example.com", "not_verified"),
            (NO_ADDRESS, "no_address"),
            ("TooManyRequestsException: Daily message quota exceeded.", "given_up"),
            ("the invitation has expired", "given_up"),
        ] {
            assert_eq!(reason(DeliveryState::Failed, Some(stored)), Some(word), "{stored}");
        }
    }

    #[test]
    fn only_an_undelivered_mail_has_a_reason() {
        use DeliveryState::{Cancelled, Complained, Delivered, Queued, Sending, Sent};

        for state in [DeliveryState::Bounced, DeliveryState::Delayed] {
            assert_eq!(reason(state, Some("MailboxFull")), Some("MailboxFull"));
            assert_eq!(reason(state, None), None);
        }
        for state in [Queued, Sending, Sent, Delivered, Complained, Cancelled] {
            assert_eq!(reason(state, Some("TooManyRequestsException: slow down")), None);
        }
    }
}
