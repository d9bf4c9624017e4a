use proptest::prelude::*;

use super::*;

fn address(text: &str) -> EmailAddress {
    text.parse().unwrap_or_else(|error| panic!("{text:?}: {error}"))
}

#[test]
fn an_address_is_kept_as_typed_and_compared_in_punycode_and_lower_case() {
    let typed = address("Han@BÜCHER.example");
    assert_eq!(typed.as_typed(), "Han@BÜCHER.example");
    assert_eq!(typed.to_ascii(), "Han@xn--bcher-kva.example");
    assert_eq!(typed.canonical(), "han@xn--bcher-kva.example");
    assert_eq!(typed, address("han@bücher.EXAMPLE"));
    assert_ne!(typed, address("han@bucher.example"));
}

#[test]
fn addresses_that_smtp_allows_are_accepted() {
    for right in [
        "a@b.c",
        "first.last+tag@example.co.uk",
        "o'brien@example.com",
        "\"quoted local\"@example.com",
        "\"a@b\"@example.com",
        "\"Fred\\ Bloggs\"@example.com",
        "\"\"@example.com",
        "\"a\\\"b\\\\\"@example.com",
        "ana@bu--g.example",
        "ana@r2---sn-x.bug.example",
        "ana@bug.3d",
        "ana@1.2.3.x4",
        "user@例え.テスト",
        "user@xn--bcher-kva.example",
    ] {
        assert!(right.parse::<EmailAddress>().is_ok(), "{right:?}: {:?}", right.parse::<EmailAddress>());
    }
}

#[test]
fn malformed_and_header_injecting_addresses_are_refused() {
    for wrong in [
        "",
        "plain",
        "@example.com",
        "a@",
        "a b@example.com",
        "a@b@example.com",
        "Han <han@example.com>",
        "han@example.com\r\nBcc: x@y.z",
        "han\n@example.com",
        "han@exam\0ple.com",
        "han@[127.0.0.1]",
        "han@exa mple.com",
        "han@-example.com",
        "han@example..com",
        "han@example.com.",
        ".han@example.com",
        "han.@example.com",
        "\"ha\r\nn\"@example.com",
        "han@ex_ample.com",
        "han@example.com,eve@example.com",
    ] {
        assert!(wrong.parse::<EmailAddress>().is_err(), "{wrong:?}: {:?}", wrong.parse::<EmailAddress>());
    }
}

#[test]
fn white_space_and_invisible_characters_around_an_address_are_dropped() {
    for edge in [
        " ",
        "\t",
        "\r\n",
        "\u{a0}",
        "\u{3000}",
        "\u{ad}",
        "\u{2060}",
        "\u{feff}",
        "\u{200b}",
        "\u{200e}",
        "\u{202a}",
        "\u{2068}",
        "\u{2069}",
        "\u{3164}",
        "\u{2800}",
        "\u{fe0f}",
        " \u{200b} ",
    ] {
        for text in [format!("{edge}ana@bug.example"), format!("ana@bug.example{edge}")] {
            assert_eq!(text.parse::<EmailAddress>().map(String::from), Ok("ana@bug.example".to_owned()), "{text:?}");
        }
    }
}

#[test]
fn an_invisible_character_inside_is_named_and_not_removed() {
    for hidden in [
        '\t', '\n', '\0', '\u{7f}', '\u{a0}', '\u{ad}', '\u{200b}', '\u{200e}', '\u{202e}', '\u{2060}', '\u{2066}',
        '\u{3000}', '\u{3164}', '\u{2800}', '\u{fe0f}', '\u{feff}',
    ] {
        for text in
            [format!("an{hidden}a@bug.example"), format!("ana@bu{hidden}g.example"), format!("ana{hidden}@bug.example")]
        {
            assert_eq!(text.parse::<EmailAddress>(), Err(AddressError::Invisible(hidden)), "{text:?}");
        }
    }
    let message = AddressError::Invisible('\u{200b}').to_string();
    assert!(message.contains("U+200B") && message.contains("type the address"), "{message}");
}

#[test]
fn a_joiner_is_accepted_only_where_a_domain_is_spelled_with_it() {
    assert_eq!(address("ana@نامه\u{200c}ای.example").domain(), "xn--mgba3gch31f060k.example");
    for (text, joiner) in [("an\u{200c}a@bug.example", '\u{200c}'), ("ana@bu\u{200d}g.example", '\u{200d}')] {
        assert_eq!(text.parse::<EmailAddress>(), Err(AddressError::Invisible(joiner)), "{text:?}");
    }
}

#[test]
fn text_around_an_address_is_distinguished_from_a_fault_in_it() {
    use AddressError::{Domain, LocalPartNotAscii, LocalPartTooLong, NotAlone, NotFullDomain, Sign, Syntax};
    for (text, error) in [
        ("Ana <ana@bug.example>", NotAlone),
        ("José <ana@bug.example>", NotAlone),
        ("<ana@bug.example>", NotAlone),
        ("mailto:ana@bug.example", NotAlone),
        ("MAILTO:ana@bug.example?subject=x", NotAlone),
        ("ana@bug.example,", NotAlone),
        ("ana@bug.example;", NotAlone),
        ("ana@bug.example, eve@bug.example", NotAlone),
        ("ana@bug.example eve@bug.example", NotAlone),
        ("ana@bug.example\neve@bug.example", NotAlone),
        ("ana＠bug.example", Sign('\u{ff20}')),
        ("ana﹫bug.example", Sign('\u{fe6b}')),
        ("ana", Syntax),
        ("@bug.example", Syntax),
        ("ana@@bug.example", Syntax),
        ("a b@bug.example", Syntax),
        ("\"ana@bug.example", Syntax),
        ("\"an\"a\"@bug.example", Syntax),
        ("\"ana\\\"@bug.example", Syntax),
        ("\"@bug.example", Syntax),
        ("jürgen@bug.example", LocalPartNotAscii),
        (&format!("{}@bug.example", "a".repeat(65)), LocalPartTooLong),
        ("ana@", Domain),
        ("ana@bug.example.", Domain),
        ("ana@bug..example", Domain),
        ("ana@-bug.example", Domain),
        ("ana@bug-.example", Domain),
        ("ana@bug_x.example", Domain),
        ("ana@[127.0.0.1]", Domain),
        ("ana@[IPv6:::1]", Domain),
        ("ana@xn--a.example", Domain),
        ("user@example.com\u{fffd}", Domain),
        (&format!("ana@{}.example", "d".repeat(64)), Domain),
        ("ana@bug", NotFullDomain),
        ("ana@localhost", NotFullDomain),
        ("ana@127.0.0.1", NotFullDomain),
        ("ana@bug.1", NotFullDomain),
        ("ana@bug.１", NotFullDomain),
        ("ana@bug.0x7f", NotFullDomain),
    ] {
        assert_eq!(text.parse::<EmailAddress>(), Err(error), "{text:?}");
    }
}

#[test]
fn all_spellings_of_a_domain_are_equal() {
    for same in [
        "ana@bücher.example",
        "ana@BÜCHER.EXAMPLE",
        "ana@xn--bcher-kva.example",
        "ana@XN--BCHER-KVA.example",
        "ana@bücher。example",
        "ana@bücher．example",
        "ana@bücher｡example",
        "ana@ｂücher.example",
        "ana@bu\u{308}cher.example",
    ] {
        assert_eq!(address(same), address("ana@bücher.example"), "{same}");
    }
}

#[test]
fn the_longest_label_and_local_part_are_accepted() {
    address(&format!("{}@{}.example", "a".repeat(64), "d".repeat(63)));
}

#[test]
fn an_address_that_an_earlier_release_stored_is_read() {
    for stored in ["ana@localhost", "ana@127.0.0.1", "ana@bu\u{ad}g.example"] {
        let read: EmailAddress = serde_json::from_value(stored.into()).unwrap();
        assert_eq!(read.as_typed(), stored);
    }
}

#[test]
fn an_address_over_254_octets_is_too_long() {
    let domain = ["d".repeat(60), "e".repeat(60), "f".repeat(60), "g".repeat(7)].join(".");
    let longest = format!("{}@{domain}", "a".repeat(63));
    assert_eq!(longest.len(), 254);
    assert!(longest.parse::<EmailAddress>().is_ok());
    assert_eq!(format!("a{longest}").parse::<EmailAddress>(), Err(AddressError::TooLong));
}

#[test]
fn a_log_shows_no_address() {
    assert_eq!(address("han42@avaya.com").masked(), "h***@avaya.com");
    assert_eq!(format!("{:?}", address("han42@avaya.com")), "EmailAddress(h***@avaya.com)");
}

proptest! {
    #[test]
    fn reading_never_panics(text in "\\PC*") {
        let _ = text.parse::<EmailAddress>();
    }

    #[test]
    fn an_address_in_ascii_has_no_controls_and_is_parsed_back(
        text in "[a-zA-Z0-9.+_\"' -]{1,12}@[a-zA-Z0-9.äßü例-]{1,16}",
    ) {
        if let Ok(address) = text.parse::<EmailAddress>() {
            let ascii = address.to_ascii();
            prop_assert!(ascii.bytes().all(|byte| (b' '..0x7f).contains(&byte)), "{ascii:?}");
            prop_assert_eq!(&ascii.parse::<EmailAddress>().unwrap(), &address);
            prop_assert_eq!(address.canonical(), address.canonical().to_ascii_lowercase());
            prop_assert_eq!(address.as_typed(), text.trim());
        }
    }
}
