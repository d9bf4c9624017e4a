//! User ids for the users of many issuers.

use aws_lc_rs::digest;
use spaces_model::UserId;

/// Returns the user id of the person whom an issuer identifies by `value`.
///
/// Issuers identify people in different ways, and two issuers may use the same value for different people. The id is
/// therefore the first 12 bytes of SHA-256 over `spaces-user-id`, a zero byte, the issuer, a zero byte and the value.
/// The hash has no key, because user ids are not secret and must survive a rotation of the secret.
///
/// With `native`, a value of 24 lower-case hex digits is the user id itself. This is for the one issuer that assigns
/// this service's ids, and has to be configured, because such an issuer can speak for every user.
#[must_use]
pub fn user_id(issuer: &str, value: &str, native: bool) -> UserId {
    if native && let Ok(id) = value.parse() {
        return id;
    }
    let mut context = digest::Context::new(&digest::SHA256);
    for part in ["spaces-user-id\0", issuer, "\0", value] {
        context.update(part.as_bytes());
    }
    let mut id = [0; 12];
    for (byte, hash) in id.iter_mut().zip(context.finish().as_ref()) {
        *byte = *hash;
    }
    UserId::from_bytes(id)
}

#[cfg(test)]
mod tests {
    use super::*;

    const NATIVE: &str = "59039e47e2cda45e3bbbfc7f";

    #[test]
    fn a_native_issuers_ids_stay_as_they_are() {
        assert_eq!(user_id("zang.io", NATIVE, true).to_string(), NATIVE);
    }

    #[test]
    fn another_issuer_cannot_name_a_native_user() {
        assert_ne!(user_id("https://issuer.example", NATIVE, false).to_string(), NATIVE);
    }

    #[test]
    fn a_value_that_is_not_an_id_is_hashed_with_its_issuer() {
        // printf 'spaces-user-id\0https://issuer.example\0alice' | sha256sum
        let id = "2c52353f66b0a49b182dafaa";
        assert_eq!(user_id("https://issuer.example", "alice", false).to_string(), id);
        assert_eq!(user_id("https://issuer.example", "alice", true).to_string(), id);
        assert_ne!(user_id("https://other.example", "alice", false).to_string(), id);
        assert_ne!(user_id("https://issuer.example", "Alice", false).to_string(), id);
    }

    #[test]
    fn only_lower_case_is_native() {
        assert_ne!(user_id("zang.io", &NATIVE.to_uppercase(), true).to_string(), NATIVE);
    }
}
