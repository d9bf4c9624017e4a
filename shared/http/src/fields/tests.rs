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
fn only_true_and_false_are_booleans() {
    assert_eq!(wire(r#"{"flag":true}"#).flag, Field::Present(true));
    for wrong in ["1", "\"true\"", "{}"] {
        assert_eq!(wire(&format!(r#"{{"flag":{wrong}}}"#)).flag, Field::WrongType, "{wrong}");
    }
    assert_eq!(wire(r#"{"text":true}"#).text, Field::WrongType);
}

#[test]
fn an_empty_string_counts_as_absent_where_no_string_is_expected() {
    assert_eq!(wire(r#"{"flag":"","list":"","inner":""}"#), Wire::default());
    assert_eq!(wire(r#"{"text":""}"#).text, Field::Present("".into()));
}

#[test]
fn a_wrong_type_does_not_stop_the_parsing() {
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
fn json_that_is_not_an_object_is_of_the_wrong_type() {
    for wrong in ["[]", "1", "-1", "1.5", "\"text\"", "true", "[{\"text\":{}}]"] {
        assert_eq!(serde_json::from_str::<Field<Wire<'_>>>(wrong).unwrap(), Field::WrongType, "{wrong}");
    }
}

#[test]
fn unknown_fields_may_contain_anything() {
    let deep = format!("{}{}", "[".repeat(5_000), "]".repeat(5_000));
    for ignored in ["1e400", r#""\ud83d""#, r#"{"a":1,"a":2}"#, &deep] {
        let json = format!(r#"{{"x":{ignored},"text":"x","x":{ignored}}}"#);
        let read: Field<Wire<'_>> = read_json(&json).unwrap();
        assert_eq!(read.present().unwrap().text, Field::Present("x".into()), "{json:.80}");
    }
}

#[test]
fn a_value_that_is_too_deep_is_of_the_wrong_type() {
    for (open, close) in [("[", "]"), ("{\"a\":", "}")] {
        let deep = format!(r#"{{"text":{}1{},"flag":true}}"#, open.repeat(5_000), close.repeat(5_000));
        let read = read_json::<Wire<'_>>(&deep).unwrap().present().unwrap();
        assert_eq!((read.text, read.flag), (Field::WrongType, Field::Present(true)));
    }
}

#[test]
fn a_body_that_is_not_json_is_malformed_and_an_empty_one_is_named() {
    for (body, detail) in [
        ("", "The request body is empty. It must be JSON."),
        (" \r\n", "The request body is empty. It must be JSON."),
        (r#"{"text":"a",}"#, "The request body is not JSON (line 1, column 13)."),
        (r#"{"text":NaN}"#, "The request body is not JSON (line 1, column 9)."),
        ("{'text':1}", "The request body is not JSON (line 1, column 2)."),
        (r#"{"text":1,"text":2}"#, "The request body has a duplicate field (line 1, column 16)."),
        ("{} {}", "The request body is not JSON (line 1, column 4)."),
    ] {
        let problem = read_json::<Wire<'_>>(body).unwrap_err();
        assert!(
            problem.code() == Code::MalformedRequest && format!("{problem:?}").contains(detail),
            "{body}: {problem:?}"
        );
    }
}

#[test]
fn a_strict_reader_names_every_field_that_the_call_does_not_have() {
    for (json, unknown) in [
        (r#"{"text":"a","flag":true}"#, &[][..]),
        (r#"{"text":"a","Text":"b","x":{"y":1e400}}"#, &["Text", "x"]),
        (r#"{"inner":{"text":"a","nick":"b"}}"#, &["inner.nick"]),
        (r#"{"x":1,"x":2,"":3}"#, &["", "x"]),
        (r#"{"text":{"y":1},"list":7}"#, &["text.y"]),
        ("[]", &[]),
    ] {
        let (_, names) = read_strictly::<Wire<'_>>(json).unwrap();
        assert_eq!(names.iter().map(String::as_str).collect::<Vec<_>>(), unknown, "{json}");
    }
    for malformed in ["", r#"{"text":1,"text":2}"#, "{} {}", r#"{"x":"#] {
        let [strict, other] = [read_strictly::<Wire<'_>>(malformed).err(), read_json::<Wire<'_>>(malformed).err()];
        assert_eq!(format!("{strict:?}"), format!("{other:?}"), "{malformed}");
    }
}

#[test]
fn a_limited_number_of_unknown_fields_is_named() {
    let fields: Vec<String> = (0..5_000).map(|number| format!(r#""f{number}":0"#)).collect();
    let long = format!(r#""{}":0"#, "ü.".repeat(300_000));
    let (_, names) = read_strictly::<Wire<'_>>(&format!("{{{},{long}}}", fields.join(","))).unwrap();
    assert!(names.iter().all(|name| name.len() <= 200));
    let mut faults = Faults::default();
    faults.unknown(names.iter());
    assert_eq!(Vec::from(faults).len(), 100);
}

#[test]
fn a_text_is_parsed_without_the_white_space_around_it_and_an_empty_one_is_absent() {
    let mut faults = Faults::default();
    let mut read = |text: &str| {
        faults.parsed("n", Field::Present(text.to_owned().into()), FaultCode::InvalidValue, str::parse::<u8>)
    };
    assert_eq!([read(" 7\n"), read("\u{a0}7"), read("")], [Some(7), Some(7), None]);
    assert!(faults.is_empty());
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
