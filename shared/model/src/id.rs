//! Identifiers. Those that this service assigns are 24 lower-case hex digits (96 bits).

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// The error for a string that is not an identifier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum IdError {
    /// Not 24 lower-case hex digits.
    #[error("must be 24 lower-case hexadecimal digits")]
    NotHex,
    /// Not 1 to 128 characters of `A-Z a-z 0-9 . _ -`.
    #[error("must be 1 to 128 letters, digits, dots, hyphens or underscores")]
    NotAName,
}

macro_rules! hex_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 12]);

        impl $name {
            /// Creates the identifier with these 96 bits. They must come from a CSPRNG or a keyed hash, because anyone
            /// who can guess an identifier can use it.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 12]) -> Self {
                Self(bytes)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                parse_hex(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                let mut digits = [0; 24];
                hex::encode_to_slice(self.0, &mut digits).map_err(|_| fmt::Error)?;
                f.write_str(str::from_utf8(&digits).map_err(|_| fmt::Error)?)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}({self})", stringify!($name))
            }
        }

        impl TryFrom<String> for $name {
            type Error = IdError;

            fn try_from(text: String) -> Result<Self, IdError> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }
    };
}

hex_id!(
    /// The id of a space, called `topicId` on the wire.
    SpaceId
);
hex_id!(
    /// The id of an invitation. Anyone who knows it has the link, so it is a secret: never log it.
    InviteId
);
hex_id!(
    /// The id of a person with an account, known from a trusted issuer's token or from the directory.
    UserId
);
hex_id!(
    /// The id of a person without an account, known from a guest token.
    GuestId
);

/// The id of a service application: the name under which the operator registered it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ServiceAppId(String);

impl ServiceAppId {
    /// Returns the identifier as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ServiceAppId {
    type Err = IdError;

    fn from_str(text: &str) -> Result<Self, IdError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        if (1..=128).contains(&text.len()) && text.bytes().all(allowed) {
            Ok(Self(text.to_owned()))
        } else {
            Err(IdError::NotAName)
        }
    }
}

impl fmt::Display for ServiceAppId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl TryFrom<String> for ServiceAppId {
    type Error = IdError;

    fn try_from(text: String) -> Result<Self, IdError> {
        text.parse()
    }
}

impl From<ServiceAppId> for String {
    fn from(id: ServiceAppId) -> Self {
        id.0
    }
}

fn parse_hex(text: &str) -> Result<[u8; 12], IdError> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Ok(byte - b'0'),
        b'a'..=b'f' => Ok(byte - b'a' + 10),
        _ => Err(IdError::NotHex),
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return Err(IdError::NotHex);
    };
    let pairs: &[[u8; 2]; 12] = pairs.try_into().map_err(|_| IdError::NotHex)?;
    let mut bytes = [0; 12];
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_parsed_back_from_its_text() {
        let text = "59039e47e2cda45e3bbbfc7f";
        assert_eq!(text.parse::<SpaceId>().map(|id| id.to_string()), Ok(text.to_owned()));
    }

    #[test]
    fn an_id_is_24_lower_case_hex_digits_and_nothing_else() {
        for wrong in [
            "",
            "59039e47e2cda45e3bbbfc7",
            "59039e47e2cda45e3bbbfc7f0",
            "59039E47E2CDA45E3BBBFC7F",
            "59039e47e2cda45e3bbbfc7g",
            "59039e47e2cda45e3bbbfc\u{e9}",
            " 9039e47e2cda45e3bbbfc7f",
            "+9039e47e2cda45e3bbbfc7f",
        ] {
            assert_eq!(wrong.parse::<InviteId>(), Err(IdError::NotHex), "{wrong:?}");
        }
    }

    #[test]
    fn a_service_app_id_is_a_plain_name() {
        assert!("calendar-sync.v2".parse::<ServiceAppId>().is_ok());
        for wrong in ["", "a b", "a#b", "ä", &"a".repeat(129)] {
            assert_eq!(wrong.parse::<ServiceAppId>(), Err(IdError::NotAName), "{wrong:?}");
        }
    }
}
