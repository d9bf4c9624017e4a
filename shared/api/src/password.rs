//! The password of a space, which newcomers need unless an invitation names them.

use jiff::Timestamp;
use percent_encoding::percent_decode_str;
use spaces_http::{Call, Code, Problem};
use spaces_model::{Caller, Space};
use spaces_store::{Guesser, IndexSecret, Store};

use crate::{idempotency, store_problem};

/// The header in which clients of the API send the password.
const HEADER: &str = "spaces-x-space-password";

/// A password sent with a request. White space around it is ignored, as it was when the password was set.
pub struct Password {
    text: String,
    /// The percent-decoded text, because a header can't represent non-ASCII characters in any other way.
    decoded: Option<String>,
}

impl Password {
    /// Reads the password from the header of a request. Clients of the original service send `null` or `undefined` if
    /// there is none.
    #[must_use]
    pub fn in_header(call: &Call) -> Option<Self> {
        let mut values = call.headers().get_all(HEADER).iter();
        let value = values.next().filter(|_| values.next().is_none())?;
        let text = String::from_utf8_lossy(value.as_bytes());
        let text = text.trim();
        let decoded = percent_decode_str(text).decode_utf8().ok().map(|text| text.trim().to_owned());
        (!matches!(text, "" | "null" | "undefined")).then(|| Self { text: text.to_owned(), decoded })
    }

    /// Reads the password from the field of a form.
    #[must_use]
    pub fn in_form(text: &str) -> Option<Self> {
        let text = text.trim();
        (!text.is_empty()).then(|| Self { text: text.to_owned(), decoded: None })
    }

    /// Checks that this is the password of a space. A wrong password is counted.
    ///
    /// # Errors
    ///
    /// `password_required` if it is wrong or the space has no PIN; `too_many_requests`, even for the right password,
    /// while a limit on wrong attempts is used up; `unavailable` or `internal` if the table fails.
    pub async fn check(
        &self,
        store: &Store,
        secret: &IndexSecret,
        call: &Call,
        caller: &Caller,
        space: &Space,
        now: Timestamp,
    ) -> Result<(), Problem> {
        let wrong = || Problem::new(Code::PasswordRequired).with_detail("The password is wrong.");
        let pin = space.settings.pin.as_ref().ok_or_else(wrong)?;
        let is_pin = |text: &String| secret.is_pin(space.id, text, pin);
        let is_right = is_pin(&self.text) || self.decoded.as_ref().is_some_and(is_pin);
        let caller = idempotency::name(caller);
        let guesser = Guesser { caller: &caller, source: call.source_address(), space: space.id };
        if let Some(wait) = store.settle_guess(guesser, is_right, now).await.map_err(store_problem)? {
            let seconds = u32::try_from((wait.as_millis() + 999) / 1_000).unwrap_or(u32::MAX);
            let problem = Problem::new(Code::TooManyRequests).with_detail("Too many wrong passwords. Try again later.");
            return Err(problem.with_retry_after(seconds));
        }
        if is_right { Ok(()) } else { Err(wrong()) }
    }
}
