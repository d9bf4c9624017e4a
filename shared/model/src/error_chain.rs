//! Errors with their causes, for the log.

use std::error::Error;
use std::fmt::{Display, Formatter, Result};
use std::iter::successors;

/// An error and its causes in one line, the outermost first: `the table refused the call: service error: …`.
///
/// By itself, the JSON log shows only an error's own message.
#[derive(Debug, Clone, Copy)]
pub struct ErrorChain<'a>(pub &'a (dyn Error + 'static));

impl Display for ErrorChain<'_> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> Result {
        let Self(error) = self;
        write!(formatter, "{error}")?;
        successors(error.source(), |&cause| cause.source()).try_for_each(|cause| write!(formatter, ": {cause}"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, thiserror::Error)]
    #[error("{message}")]
    struct Fault {
        message: &'static str,
        #[source]
        cause: Option<Box<Self>>,
    }

    #[test]
    fn the_causes_follow_their_error() {
        let cause = |message, cause: Option<Fault>| Fault { message, cause: cause.map(Box::new) };
        let error = cause("refused", Some(cause("no permission", Some(cause("AccessDenied", None)))));
        assert_eq!(ErrorChain(&error).to_string(), "refused: no permission: AccessDenied");
        assert_eq!(ErrorChain(&cause("refused", None)).to_string(), "refused");
    }
}
