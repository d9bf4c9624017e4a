//! A user as other people see them.

use serde::Serialize;
use spaces_model::{EmailAddress, UserId};

/// A user whom the caller may know about.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = User))]
pub struct UserObject {
    /// The user's id.
    #[cfg_attr(feature = "openapi", schema(pattern = "^[0-9a-f]{24}$"))]
    #[serde(rename = "_id")]
    id: String,
    /// The name that others see.
    displayname: String,
    /// The address, shown to people of the user's company; empty for everybody else.
    username: String,
    /// The same address.
    #[cfg_attr(feature = "openapi", schema(max_items = 1))]
    emails: Vec<EmailObject>,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(pattern = "^$"))]
    picturefile: &'static str,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(max_items = 0))]
    phone_numbers: [String; 0],
    /// The name, in the parts of the original service.
    name: NameObject,
}

/// The parts of a name. Names are known only as a whole, so the first part has the whole name.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UserName))]
struct NameObject {
    /// The whole name.
    givenname: String,
    /// Always empty.
    #[cfg_attr(feature = "openapi", schema(pattern = "^$"))]
    familyname: &'static str,
}

/// An address of a user.
#[derive(Debug, Clone, Serialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = UserEmail))]
pub struct EmailObject {
    /// Always true.
    primary: bool,
    /// The address, as it was typed.
    #[cfg_attr(feature = "openapi", schema(format = "idn-email"))]
    value: String,
}

impl EmailObject {
    /// Creates the object of the one address that a user has.
    #[must_use]
    pub fn new(address: &EmailAddress) -> Self {
        Self { primary: true, value: address.as_typed().to_owned() }
    }
}

impl UserObject {
    /// Creates the object. Pass the address only of a user of the caller's company; nobody else's may be shown.
    #[must_use]
    pub fn new(id: UserId, name: &str, address: Option<&EmailAddress>) -> Self {
        Self {
            id: id.to_string(),
            displayname: name.to_owned(),
            username: address.map(|address| address.as_typed().to_owned()).unwrap_or_default(),
            emails: address.map(EmailObject::new).into_iter().collect(),
            picturefile: "",
            phone_numbers: [],
            name: NameObject { givenname: name.to_owned(), familyname: "" },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_keys_are_in_the_order_of_the_original() {
        let id = "59039e47e2cda45e3bbbfc7f".parse().unwrap();
        let address = "Ana@example.com".parse().unwrap();
        let text = |address| serde_json::to_string(&UserObject::new(id, "Ana García", address)).unwrap();
        assert_eq!(
            text(Some(&address)),
            r#"{"_id":"59039e47e2cda45e3bbbfc7f","displayname":"Ana García","username":"Ana@example.com","emails":[{"primary":true,"value":"Ana@example.com"}],"picturefile":"","phone_numbers":[],"name":{"givenname":"Ana García","familyname":""}}"#
        );
        assert!(text(None).contains(r#""username":"","emails":[],"#));
    }
}
