use super::*;

#[derive(Debug, Default, PartialEq, serde::Deserialize)]
struct Wire<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
    #[serde(borrow, default)]
    list: Field<Vec<Text<'a>>>,
    #[serde(borrow, default)]
    inner: Field<Inner<'a>>,
    #[serde(default)]
    flag: Field<bool>,
    #[serde(borrow, default, deserialize_with = "given")]
    nullable: Option<Text<'a>>,
}

#[derive(Debug, PartialEq, serde::Deserialize)]
struct Inner<'a> {
    #[serde(borrow, default)]
    text: Text<'a>,
}

json_object!(Wire<'a>, Inner<'a>);

fn wire(text: &str) -> Wire<'_> {
    match serde_json::from_str(text).unwrap() {
        Field::Present(wire) => wire,
        other => panic!("{other:?}"),
    }
}

#[test]
fn absent_and_null_are_the_same_and_unknown_fields_are_ignored() {
    assert_eq!(wire(r#"{"more":{"x":[1]}}"#), Wire::default());
    assert_eq!(wire(r#"{"text":null,"list":null,"inner":null,"flag":null}"#), Wire::default());
}

#[test]
fn absent_and_null_differ_where_that_is_asked_for() {
    assert_eq!(wire("{}").nullable, None);
    assert_eq!(wire(r#"{"nullable":null}"#).nullable, Some(Field::Absent));
    assert_eq!(wire(r#"{"nullable":""}"#).nullable, Some(Field::Present("".into())));
    assert_eq!(wire(r#"{"nullable":[]}"#).nullable, Some(Field::WrongType));
}

#[test]
fn a_boolean_is_read_and_nothing_else_is_one() {
    assert_eq!(wire(r#"{"flag":true}"#).flag, Field::Present(true));
    for wrong in ["1", "\"true\"", "{}"] {
        assert_eq!(wire(&format!(r#"{{"flag":{wrong}}}"#)).flag, Field::WrongType, "{wrong}");
    }
    assert_eq!(wire(r#"{"text":true}"#).text, Field::WrongType);
}

#[test]
fn an_empty_string_counts_as_absent_where_no_text_is_meant() {
    assert_eq!(wire(r#"{"flag":"","list":"","inner":""}"#), Wire::default());
    assert_eq!(wire(r#"{"text":""}"#).text, Field::Present("".into()));
}

#[test]
fn a_wrong_type_does_not_stop_the_reading() {
    let wrong = wire(r#"{"inner":[1,{}],"list":{"a":1},"text":{"b":[]}}"#);
    let (text, list, inner) = (Field::WrongType, Field::WrongType, Field::WrongType);
    assert_eq!(wrong, Wire { text, list, inner, ..Wire::default() });
    let mixed = wire(r#"{"inner":{"text":1},"list":["a",true,null],"text":"x"}"#);
    assert_eq!(mixed.text, Field::Present("x".into()));
    assert_eq!(mixed.list, Field::Present(vec![Field::Present("a".into()), Field::WrongType, Field::Absent]));
    assert_eq!(mixed.inner, Field::Present(Inner { text: Field::WrongType }));
}

#[test]
fn texts_are_borrowed_unless_they_have_escapes() {
    assert!(matches!(wire(r#"{"text":"plain"}"#).text, Field::Present(Cow::Borrowed("plain"))));
    assert!(matches!(&wire(r#"{"text":"\u0041"}"#).text, Field::Present(Cow::Owned(text)) if text == "A"));
}

#[test]
fn text_that_is_not_json_is_an_error() {
    for wrong in ["", "{", "{]", "topic=x", "{\"text\":\"\\ud800\"}", "{\"text\":1,\"text\":2}", "{} {}"] {
        assert!(serde_json::from_str::<Field<Wire<'_>>>(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn json_that_is_no_object_is_of_the_wrong_type() {
    for wrong in ["[]", "1", "-1", "1.5", "\"text\"", "true", "[{\"text\":{}}]"] {
        assert_eq!(serde_json::from_str::<Field<Wire<'_>>>(wrong).unwrap(), Field::WrongType, "{wrong}");
    }
}

#[test]
fn members_of_a_parsed_object_are_read_alike() {
    let object = serde_json::json!({"text": "x", "null": null, "number": 1});
    assert_eq!(Text::of(object.get("text")), Field::Present("x".into()));
    assert_eq!((Text::of(object.get("null")), Text::of(object.get("absent"))), (Field::Absent, Field::Absent));
    assert_eq!(Text::of(object.get("number")), Field::WrongType);
}

#[test]
fn every_fault_is_collected_under_its_fields_name() {
    let mut faults = Faults::default();
    assert_eq!(faults.required::<Cow<'_, str>>("a", Field::Absent), None);
    assert_eq!(faults.required::<Vec<Field<Inner<'_>>>>("b", Field::WrongType), None);
    assert_eq!(faults.optional::<Inner<'_>>("c", Field::WrongType), None);
    assert_eq!(faults.optional::<Inner<'_>>("d", Field::Absent), None);
    assert_eq!(faults.parsed("e", Field::Present("x".into()), FaultCode::InvalidValue, str::parse::<u8>), None);
    assert_eq!(faults.parsed("f", Field::Present("7".into()), FaultCode::InvalidValue, str::parse::<u8>), Some(7));
    assert_eq!(faults.body::<Inner<'_>>(Field::Absent), None);
    let faults: Vec<Fault> = faults.into();
    let found: Vec<_> =
        faults.iter().map(|fault| (fault.field.as_str(), fault.code.as_str(), &*fault.message)).collect();
    assert_eq!(
        found,
        [
            ("a", "required", "must be given"),
            ("b", "wrong_type", "must be a list"),
            ("c", "wrong_type", "must be an object"),
            ("e", "invalid_value", "invalid digit found in string"),
            ("body", "wrong_type", "must be a JSON object"),
        ]
    );
}
