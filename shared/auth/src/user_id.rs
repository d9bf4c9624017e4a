//! Users of many issuers in one directory.

use aws_lc_rs::digest;
use spaces_model::UserId;

/// The user id of the person whom an issuer calls `value`.
///
/// Issuers name people in any way they like, and two of them may use the same name for different people. So the id is the
/// first 12 bytes of SHA-256 over `spaces-user-id`, a zero byte, the issuer, a zero byte and the value. It has no key: user
/// ids are no secret, and they must survive a rotation of the secret.
///
/// With `native`, the issuer's own 24 lower-case hex digits are the user id as they are: that is for the one issuer that
/// gives out this service's ids. It is configured, because such an issuer can speak for every user.
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
    fn a_value_that_is_no_id_is_hashed_with_its_issuer() {
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
