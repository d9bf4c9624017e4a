//! The pages as visitors get them, in every language.

use std::collections::HashSet;
use std::sync::LazyLock;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use regex::Regex;
use sha2::{Digest, Sha256};
use spaces_content::pages::{
    self, Frame, JoinOptions, Joined, MailActions, Notice, OwnMail, PasswordField, People, ShownInvitation, StopChange,
    StopState, Visitor,
};
use spaces_content::{Brand, Language};
use spaces_model::Role;

use crate::nasty;
use crate::samples::{BEFORE, Sample};

/// Maximum size of a page in bytes.
const LIMIT: usize = 30_000;

static BRAND: LazyLock<Brand> = LazyLock::new(Brand::default);

const PATH: &str = "/spaces/invites/59039e47e2cda45e3bbbfc7f/meet";
const MAIL_PATH: &str = "/spaces/invites/59039e47e2cda45e3bbbfc7f/mail";

const OPTIONS: JoinOptions<'_> = JoinOptions {
    path: PATH,
    sign_in: Some("https://accounts.example.com/in?a=b&next=https%3A%2F%2Fspaces.example.com%2F"),
    sign_up: Some("https://accounts.example.com/up"),
    guest: true,
    decline: Some("/spaces/invites/59039e47e2cda45e3bbbfc7f/meet?answer=no"),
};

const MAIL: MailActions<'_> = MailActions { path: MAIL_PATH, own: Some(OwnMail::Allowed) };

const NOTICES: [Notice; 15] = [
    Notice::NotFound,
    Notice::Expired,
    Notice::Revoked,
    Notice::Forbidden,
    Notice::Removed,
    Notice::Archived,
    Notice::InvitedOnly,
    Notice::Declined,
    Notice::TooManyPasswords,
    Notice::Reported,
    Notice::MailStopped,
    Notice::MailAllowed,
    Notice::StopUnknown,
    Notice::Busy,
    Notice::Broken,
];

/// Returns every page, with this name for the visitor and for all members.
fn pages(sample: &Sample, name: &str, language: Language) -> Vec<String> {
    let (invitation, frame) = (sample.invitation(), Frame { language, brand: &BRAND });
    let shown = Sample::shown(&invitation, BEFORE);
    let mut pages = vec![
        pages::login(&shown, &OPTIONS, MAIL, &frame),
        pages::login(
            &shown,
            &JoinOptions { sign_in: None, sign_up: None, ..OPTIONS },
            MailActions { own: None, ..MAIL },
            &frame,
        ),
        pages::login(&shown, &JoinOptions { guest: false, decline: None, ..OPTIONS }, MAIL, &frame),
        pages::decline(&shown, PATH, MAIL, &frame),
        pages::space(OPTIONS.sign_in, OPTIONS.sign_up, &frame),
        pages::space(None, None, &frame),
        pages::no_cookie(PATH, &frame),
        pages::joined(&Joined { came_by: None, mail: None, ..member(&sample.title, &[name]) }, &frame),
    ];
    let address = sample.address.clone();
    let accounts = [
        (Some(name), None, false),
        (None, None, false),
        (None, Some(&address), true),
        (Some(name), Some(&address), false),
    ];
    let accounts = accounts.map(|(name, address, is_verified)| Visitor::Account { name, address, is_verified });
    for visitor in accounts.into_iter().chain([Visitor::Guest { name, other: "/other" }]) {
        let fields = [PasswordField::Absent, PasswordField::Wanted, PasswordField::Wrong];
        pages.extend(fields.map(|field| {
            pages::stranger(
                &shown,
                visitor,
                field,
                &OPTIONS,
                MailActions { own: Some(OwnMail::Stopped), ..MAIL },
                &frame,
            )
        }));
    }
    for role in [Role::Admin, Role::Member, Role::Guest] {
        let (people, app, sign_in) = (People::AtLeast(100), Some("https://app.example.com/"), Some("/in"));
        let names = [name; 100];
        let joined = Joined { role, people, app, sign_in, came_by: Some(shown), ..member(&sample.title, &names) };
        pages.push(pages::joined(&joined, &frame));
    }
    for now in NOWS {
        pages.push(pages::login(&Sample::shown(&invitation, now), &OPTIONS, MAIL, &frame));
    }
    for (inviter, all) in [(false, false), (true, false), (false, true)] {
        let done = [
            None,
            Some(StopChange::Inviter),
            Some(StopChange::All),
            Some(StopChange::Undone),
            Some(StopChange::Reported),
        ];
        pages.extend(done.map(|done| pages::stop(StopState { inviter, all, undo: inviter || all }, done, &frame)));
    }
    pages.extend(NOTICES.map(|notice| pages::notice(notice, &frame)));
    pages.extend([Notice::Expired, Notice::Revoked].map(|notice| pages::gone(notice, &invitation, &frame)));
    pages
}

/// Times before the sample's meeting by days, an hour and minutes, during it, and after it.
const NOWS: [&str; 6] = [
    "2026-06-01T09:00:00Z",
    "2026-11-26T09:00:00Z",
    "2026-11-27T09:00:00Z",
    "2026-11-27T13:29:30Z",
    "2026-11-27T14:00:00Z",
    "2026-12-01T09:00:00Z",
];

fn member<'a>(title: &'a str, names: &'a [&'a str]) -> Joined<'a> {
    let people = People::All(names.len());
    let (came_by, app, sign_in, mail) = (None, None, None, Some(MAIL));
    Joined { title, came_by, role: Role::Member, names, people, app, sign_in, mail }
}

fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}")
}

/// Returns the tags of a page, without attribute values that may contain a client's text: a quotation mark in one would
/// begin another attribute.
fn tags(page: &str) -> HashSet<String> {
    static TAG: LazyLock<Regex> = LazyLock::new(|| Regex::new("<[^>]*>").unwrap());
    static VALUE: LazyLock<Regex> =
        LazyLock::new(|| Regex::new(r#" content="[^"]*"|\b(?:text|subject)=[^&"]*"#).unwrap());
    let page = without_style(page);
    TAG.find_iter(&page).map(|tag| VALUE.replace_all(tag.as_str(), " text").into_owned()).collect()
}

#[test]
fn every_page_names_its_language_and_direction_and_is_small() {
    for language in Language::ALL {
        for sample in Sample::all() {
            for page in pages(&sample, "Wolfeschlegelsteinhausenbergerdorff", language) {
                let (tag, direction) = (language.tag(), language.direction().as_str());
                assert!(page.starts_with(&format!("<!doctype html>\n<html lang=\"{tag}\" dir=\"{direction}\">")));
                assert!(page.len() < LIMIT, "{tag}: {} bytes", page.len());
            }
        }
    }
}

#[test]
fn every_page_is_written_out_in_every_language() {
    let tag = Regex::new("<[^>]*>").unwrap();
    for language in Language::ALL {
        for page in pages(&Sample::meeting(), "Han Solo", language) {
            let text = tag.replace_all(&without_style(&page), " ").into_owned();
            // A message missing from a language would show its id, a missing argument its name.
            for missing in ["page-", "role-", "lead-", "subject-", "{", "$"] {
                assert!(!text.contains(missing), "{language:?}: {text}");
            }
        }
    }
}

#[test]
fn no_page_shows_the_inviters_address() {
    let nameless = Sample { inviter: None, ..Sample::meeting() };
    for sample in [Sample::meeting(), nameless] {
        for page in pages(&sample, "Han Solo", Language::DEFAULT) {
            let page = without_style(&page).replace(sample.address.as_typed(), "");
            assert!(!page.contains('@'), "{page}");
        }
    }
}

#[test]
fn no_text_of_a_client_becomes_markup() {
    let harmless: HashSet<String> = pages(&named("A"), "A", Language::He).iter().flat_map(|page| tags(page)).collect();
    for text in nasty::texts() {
        for page in pages(&named(&text), &text, Language::He) {
            let strange: Vec<_> = tags(&page).difference(&harmless).cloned().collect();
            assert!(strange.is_empty(), "{text:?} made {strange:?}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(16))]

    #[test]
    fn no_arbitrary_text_becomes_markup(text in any::<String>()) {
        let harmless: HashSet<String> =
            pages(&named("A"), "A", Language::De).iter().flat_map(|page| tags(page)).collect();
        for page in pages(&named(&text), &text, Language::De) {
            prop_assert!(tags(&page).is_subset(&harmless));
        }
    }
}

fn named(text: &str) -> Sample {
    Sample { title: text.to_owned(), inviter: Some(text.to_owned()), zone: Some(text.to_owned()), ..Sample::meeting() }
}

#[test]
fn the_policy_allows_the_style_of_every_page_and_no_other() {
    for page in pages(&Sample::meeting(), "Han Solo", Language::Ar) {
        let style = page.split("<style>").nth(1).and_then(|rest| rest.split("</style>").next()).unwrap();
        let hash = BASE64_STANDARD.encode(Sha256::digest(style.as_bytes()));
        assert_eq!(BRAND.style_source(), format!("'sha256-{hash}'"));
        assert_eq!((page.matches("<style").count(), page.matches(" style=").count()), (1, 0));
    }
}

#[test]
fn the_pages_look_like_this() {
    for language in [Language::EnUs, Language::Ar] {
        let frame = Frame { language, brand: &BRAND };
        let sample = Sample::meeting();
        let invitation = sample.invitation();
        let shown = Sample::shown(&invitation, BEFORE);
        let pages = [
            pages::login(&shown, &OPTIONS, MAIL, &frame),
            pages::stranger(
                &shown,
                Visitor::Account { name: Some("Han Solo"), address: None, is_verified: false },
                PasswordField::Absent,
                &OPTIONS,
                MAIL,
                &frame,
            ),
            pages::stranger(
                &shown,
                Visitor::Guest { name: "Kay", other: "/other" },
                PasswordField::Wrong,
                &OPTIONS,
                MAIL,
                &frame,
            ),
            pages::joined(&Joined { came_by: Some(shown), ..member(&sample.title, &["Han Solo"; 21]) }, &frame),
            pages::decline(&shown, PATH, MAIL, &frame),
            pages::space(OPTIONS.sign_in, OPTIONS.sign_up, &frame),
            pages::notice(Notice::Expired, &frame),
            pages::gone(Notice::Revoked, &invitation, &frame),
            pages::notice(Notice::Removed, &frame),
            pages::no_cookie(PATH, &frame),
            pages::stop(StopState { inviter: false, all: false, undo: false }, None, &frame),
            pages::stop(StopState { inviter: true, all: false, undo: true }, Some(StopChange::Inviter), &frame),
        ];
        insta::assert_snapshot!(format!("pages.{}", language.tag()), pages.map(|page| without_style(&page)).join("\n"));
    }
}

#[test]
fn a_page_says_how_far_away_a_meeting_is() {
    let sample = Sample::meeting();
    let invitation = sample.invitation();
    let states =
        ["In 179 days", "Tomorrow", "Starts in 4 hours", "Starts in 1 minute", "Happening now", "This meeting is over"];
    let frame = Frame { language: Language::EnUs, brand: &BRAND };
    for (now, state) in NOWS.into_iter().zip(states) {
        let page = pages::login(&Sample::shown(&invitation, now), &OPTIONS, MAIL, &frame);
        assert!(page.contains(&format!("<p class=\"state\">{state}</p>")), "{page}");
        let is_over = state == "This meeting is over";
        for way in ["Add to calendar", "calendar.google.com", "/invite.ics", "Decline"] {
            assert_eq!(page.contains(way), !is_over, "{way} {state}");
        }
    }
}

#[test]
fn a_visitors_time_zone_takes_precedence_over_the_inviters() {
    let sample = Sample::meeting();
    let invitation = sample.invitation();
    let frame = Frame { language: Language::EnUs, brand: &BRAND };
    for (zone, time) in [
        (None, "Central European Standard Time · GMT+1"),
        (Some("Asia/Tokyo"), "Japan Standard Time · GMT+9"),
        (Some("Nowhere/Land"), "Central European Standard Time · GMT+1"),
    ] {
        let shown = ShownInvitation { zone, ..Sample::shown(&invitation, BEFORE) };
        let page = pages::login(&shown, &OPTIONS, MAIL, &frame);
        assert!(page.contains(time) && page.contains("<time datetime=\"2026-11-27T13:30:00Z\">"), "{page}");
    }
}

#[test]
fn a_page_counts_the_people_and_names_them_only_to_members() {
    let sample = Sample::meeting();
    let invitation = sample.invitation();
    let frame = Frame { language: Language::EnUs, brand: &BRAND };
    for (people, words) in [
        (People::All(1), "1 person has joined"),
        (People::All(99), "99 people have joined"),
        (People::AtLeast(100), "100+ people have joined"),
    ] {
        let shown = ShownInvitation { people, ..Sample::shown(&invitation, BEFORE) };
        assert!(pages::login(&shown, &OPTIONS, MAIL, &frame).contains(words));
        let page = pages::joined(&Joined { people, ..member("Team", &["Ana", "Bo"]) }, &frame);
        assert!(page.contains(words) && page.contains("<bdi>Ana</bdi> <span class=\"you\">you</span>"), "{page}");
    }
    let nobody = ShownInvitation { people: People::All(0), ..Sample::shown(&invitation, BEFORE) };
    assert!(!pages::login(&nobody, &OPTIONS, MAIL, &frame).contains("joined"));
}

#[test]
fn every_page_has_the_brand() {
    let logo = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/content/logo.png");
    let brand = Brand::read(|name| match name {
        "PRODUCT_NAME" => Some("Gather & Go"),
        "BRAND_COLOR" => Some("#ffd500"),
        "BRAND_LOGO" => Some(logo),
        "SUPPORT_URL" => Some("mailto:help@example.com"),
        "PRIVACY_URL" => Some("https://example.com/privacy"),
        _ => None,
    });
    let brand = brand.unwrap();
    let page = pages::notice(Notice::NotFound, &Frame { language: Language::EnUs, brand: &brand });
    for part in [
        "<img src=\"data:image/png;base64,iVBORw0KGgo",
        " alt=\"Gather &#38; Go\">",
        "--button:#ffd500;--label:#000000",
        "<a href=\"https://example.com/privacy\">Privacy</a>",
        "<a class=\"button quiet\" href=\"mailto:help@example.com\">Contact support</a>",
        "<link rel=\"icon\" href=\"data:image/svg+xml,",
    ] {
        assert!(page.contains(part), "{part}: {page}");
    }
    assert_ne!(brand.style_source(), BRAND.style_source());
}
