//! The pages as they reach people, in every language.

use std::collections::HashSet;

use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use proptest::prelude::*;
use regex::Regex;
use sha2::{Digest, Sha256};
use spaces_content::Language;
use spaces_content::pages::{self, Frame, MailWays, Notice, OwnMail, PasswordField, StopDone, StopWays, Visitor, Ways};
use spaces_model::Role;

use crate::nasty;
use crate::samples::Sample;

/// What a page may weigh.
const LIMIT: usize = 30_000;

const PATH: &str = "/spaces/invites/59039e47e2cda45e3bbbfc7f/meet";
const MAIL_PATH: &str = "/spaces/invites/59039e47e2cda45e3bbbfc7f/mail";

const WAYS: Ways<'_> = Ways {
    path: PATH,
    sign_in: Some("https://accounts.example.com/in?a=b&next=https%3A%2F%2Fspaces.example.com%2F"),
    sign_up: Some("https://accounts.example.com/up"),
    guest: true,
    decline: Some("/spaces/invites/59039e47e2cda45e3bbbfc7f/meet?answer=no"),
};

const MAIL: MailWays<'_> = MailWays { path: MAIL_PATH, own: Some(OwnMail::Allowed) };

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

/// Every page, with this name for whoever reads it and for all members.
fn pages(sample: &Sample, name: &str, language: Language) -> Vec<String> {
    let (invitation, frame) = (sample.invitation(), Frame { language, product: "Spaces" });
    let mut pages = vec![
        pages::login(&invitation, &WAYS, MAIL, &frame),
        pages::login(
            &invitation,
            &Ways { sign_in: None, sign_up: None, ..WAYS },
            MailWays { own: None, ..MAIL },
            &frame,
        ),
        pages::login(&invitation, &Ways { guest: false, decline: None, ..WAYS }, MAIL, &frame),
        pages::decline(&invitation, PATH, MAIL, &frame),
        pages::space(WAYS.sign_in, WAYS.sign_up, &frame),
        pages::space(None, None, &frame),
        pages::no_cookie(PATH, &frame),
        pages::joined(invitation.space_title, None, Role::Member, &[name], None, &frame),
    ];
    for visitor in [Visitor::Account(Some(name)), Visitor::Account(None), Visitor::Guest { name, other: "/other" }] {
        let fields = [PasswordField::Absent, PasswordField::Wanted, PasswordField::Wrong];
        pages.extend(fields.map(|field| {
            pages::stranger(
                &invitation,
                visitor,
                field,
                &WAYS,
                MailWays { own: Some(OwnMail::Stopped), ..MAIL },
                &frame,
            )
        }));
    }
    let roles = [Role::Admin, Role::Member, Role::Guest];
    let joined =
        |role| pages::joined(invitation.space_title, Some(&invitation), role, &[name; 100], Some(MAIL), &frame);
    pages.extend(roles.map(joined));
    for (inviter, all) in [(false, false), (true, false), (false, true)] {
        let done =
            [None, Some(StopDone::Inviter), Some(StopDone::All), Some(StopDone::Undone), Some(StopDone::Reported)];
        pages.extend(done.map(|done| pages::stop(StopWays { inviter, all, undo: inviter || all }, done, &frame)));
    }
    pages.extend(NOTICES.map(|notice| pages::notice(notice, &frame)));
    pages.extend([Notice::Expired, Notice::Revoked].map(|notice| pages::gone(notice, &invitation, &frame)));
    pages
}

fn without_style(page: &str) -> String {
    let (before, rest) = page.split_once("<style>").unwrap();
    let (_, after) = rest.split_once("</style>").unwrap();
    format!("{before}{after}")
}

fn tags(page: &str) -> HashSet<String> {
    let tag = Regex::new("<[^>]*>").unwrap();
    tag.find_iter(&without_style(page)).map(|tag| tag.as_str().to_owned()).collect()
}

#[test]
fn every_page_says_its_language_and_direction_and_is_light() {
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
            // A message that a language lacks shows its id, an argument that it lacks shows its name.
            for missing in ["page-", "role-", "lead-", "subject-", "{", "$"] {
                assert!(!text.contains(missing), "{language:?}: {text}");
            }
        }
    }
}

#[test]
fn no_page_shows_the_address_of_whoever_invites() {
    let nameless = Sample { inviter: None, ..Sample::meeting() };
    for sample in [Sample::meeting(), nameless] {
        for page in pages(&sample, "Han Solo", Language::DEFAULT) {
            assert!(!without_style(&page).contains('@'), "{page}");
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
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_at_all_becomes_markup(text in any::<String>()) {
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
        assert_eq!(pages::style_source(), format!("'sha256-{hash}'"));
        assert_eq!((page.matches("<style").count(), page.matches(" style=").count()), (1, 0));
    }
}

#[test]
fn the_pages_look_like_this() {
    for language in [Language::EnUs, Language::Ar] {
        let frame = Frame { language, product: "Spaces" };
        let sample = Sample::meeting();
        let invitation = sample.invitation();
        let pages = [
            pages::login(&invitation, &WAYS, MAIL, &frame),
            pages::stranger(
                &invitation,
                Visitor::Account(Some("Han Solo")),
                PasswordField::Absent,
                &WAYS,
                MAIL,
                &frame,
            ),
            pages::stranger(
                &invitation,
                Visitor::Guest { name: "Kay", other: "/other" },
                PasswordField::Wrong,
                &WAYS,
                MAIL,
                &frame,
            ),
            pages::joined(
                invitation.space_title,
                Some(&invitation),
                Role::Member,
                &["Han Solo"; 21],
                Some(MAIL),
                &frame,
            ),
            pages::decline(&invitation, PATH, MAIL, &frame),
            pages::space(WAYS.sign_in, WAYS.sign_up, &frame),
            pages::notice(Notice::Expired, &frame),
            pages::gone(Notice::Revoked, &invitation, &frame),
            pages::notice(Notice::Removed, &frame),
            pages::no_cookie(PATH, &frame),
            pages::stop(StopWays { inviter: false, all: false, undo: false }, None, &frame),
            pages::stop(StopWays { inviter: true, all: false, undo: true }, Some(StopDone::Inviter), &frame),
        ];
        insta::assert_snapshot!(format!("pages.{}", language.tag()), pages.map(|page| without_style(&page)).join("\n"));
    }
}
