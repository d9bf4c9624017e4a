//! The request body as sent by a client: every field may be absent, null or of the wrong type. The fields of the
//! invitation are parsed by code that all inviting calls share.

use spaces_http::{FaultCode, Faults, Field, Text, json_object};
use spaces_model::{Description, TextError, Title};

/// The space to be created with an invitation.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema), schema(as = CreateRequest))]
pub(crate) struct CreateBody<'a> {
    /// The space.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = NewSpace, required))]
    topic: Field<NewSpace<'a>>,
}

/// The space to be created.
#[derive(Debug, Default, serde::Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
struct NewSpace<'a> {
    /// Absent, `null` or empty: this call does not invite to an existing space.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 0))]
    id: Text<'a>,
    /// The name of the space: 1 to 200 characters after trimming, no control characters.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(schema_with = spaces_http::openapi::title, required))]
    title: Text<'a>,
    /// Its description.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, max_length = 2_000))]
    description: Text<'a>,
    /// The kind of space: `group`, which is also the default.
    #[serde(borrow, default)]
    #[cfg_attr(feature = "openapi", schema(value_type = Option<String>, pattern = "^group$"))]
    r#type: Text<'a>,
}

json_object!(CreateBody<'a>, NewSpace<'a>);

impl CreateBody<'_> {
    /// Reads the space's title and description.
    pub(crate) fn space(self, faults: &mut Faults) -> Option<(Title, Description)> {
        let topic = faults.required("topic", self.topic)?;
        if topic.id.filled() != Field::Absent {
            let message = "must be null: this call creates a new space and does not invite to an existing one";
            faults.add("topic.id", FaultCode::NotAllowed, message);
        }
        let title = faults
            .required("topic.title", topic.title)
            .and_then(|title| text("topic.title", &title, faults, Title::new));
        let description = match faults.optional("topic.description", topic.description) {
            Some(description) => text("topic.description", &description, faults, Description::new),
            None => Some(Description::default()),
        };
        let is_group = |kind: &str| kind.eq_ignore_ascii_case("group").then_some(()).ok_or("must be group");
        faults.parsed("topic.type", topic.r#type, FaultCode::InvalidValue, is_group);
        title.zip(description)
    }
}

fn text<T>(
    field: &str,
    text: &str,
    faults: &mut Faults,
    parse: impl FnOnce(&str) -> Result<T, TextError>,
) -> Option<T> {
    let code = |error| match error {
        TextError::Empty => FaultCode::Required,
        TextError::TooLong(_) => FaultCode::TooLong,
        TextError::Control => FaultCode::ControlCharacter,
    };
    parse(text).map_err(|error| faults.add(field, code(error), error)).ok()
}

#[cfg(test)]
mod tests {
    use spaces_http::Fault;

    use super::*;

    fn space(json: &str) -> Result<(Title, Description), Vec<(String, &'static str)>> {
        let mut faults = Faults::default();
        let body: Field<CreateBody<'_>> = serde_json::from_str(json).unwrap();
        let body = faults.body(body).unwrap();
        let space = body.space(&mut faults);
        let faults = Vec::<Fault>::from(faults).into_iter().map(|fault| (fault.field, fault.code.as_str())).collect();
        space.ok_or(faults)
    }

    #[test]
    fn a_title_is_the_only_required_field() {
        for json in
            [r#"{"topic":{"title":" Plan "}}"#, r#"{"topic":{"id":"","title":"Plan","description":"","type":""}}"#]
        {
            assert_eq!(space(json), Ok((Title::new("Plan").unwrap(), Description::default())));
        }
    }

    #[test]
    fn all_faults_are_reported_at_once() {
        let json = r#"{"topic": {"id": "59039e47e2cda45e3bbbfc7f", "title": " ", "description": 7, "type": "direct"}}"#;
        let expected = [
            ("topic.id", "not_allowed"),
            ("topic.title", "required"),
            ("topic.description", "wrong_type"),
            ("topic.type", "invalid_value"),
        ];
        assert_eq!(space(json), Err(expected.map(|(field, code)| (field.to_owned(), code)).into()));
        assert_eq!(space("{}"), Err(vec![("topic".to_owned(), "required")]));
    }
}
