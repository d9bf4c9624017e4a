//! Maps a change of an invitation to the people whose mail may be out of date, and the reason.

use std::collections::HashSet;

use spaces_model::{Invitation, Invitee, InviteeTarget, MailKind};

/// The consequences of a change.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Consequences<'a> {
    /// The people for whom a delivery is put if absent: nobody is mailed without one.
    pub(crate) invited: Vec<Invitee>,
    /// The people to check. Nobody is named twice.
    pub(crate) checks: Vec<PeopleToCheck<'a>>,
    /// True if the invitation was revoked: everybody with a delivery is checked, instead of `checks`.
    pub(crate) is_revoked: bool,
    /// True if the expiry or the meeting's times changed: the deliveries must be kept for as long as the invitation.
    pub(crate) is_renewed: bool,
}

/// People to check for the same reason.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct PeopleToCheck<'a> {
    /// The reason.
    pub(crate) kind: MailKind,
    /// The people, at least one.
    pub(crate) people: Vec<&'a InviteeTarget>,
}

/// Returns the consequences of a new invitation.
pub(crate) fn created(invitation: &Invitation) -> Consequences<'_> {
    let all = invitation.is_mailed().then(|| invitation.invitees.iter().map(|invitee| &invitee.target));
    Consequences {
        invited: invitation.invitees.clone(),
        checks: checks([(MailKind::Invite, all.into_iter().flatten().collect())]),
        ..Consequences::default()
    }
}

/// Returns the consequences of an update. For a resend, `is_resent` returns whether it includes a person.
pub(crate) fn updated<'a>(
    before: &'a Invitation,
    after: &'a Invitation,
    is_resent: impl Fn(&InviteeTarget) -> bool,
) -> Consequences<'a> {
    if before.revoked.is_none() && after.revoked.is_some() {
        return Consequences { is_revoked: true, ..Consequences::default() };
    }
    let (were, are) = (targets(before), targets(after));
    let removed = before.invitees.iter().map(|invitee| &invitee.target).filter(|target| !are.contains(target));
    let mut to_check = vec![(MailKind::Cancel, removed.collect())];
    let (staying, added): (Vec<_>, Vec<_>) =
        after.invitees.iter().map(|invitee| &invitee.target).partition(|target| were.contains(target));
    let mut invited: HashSet<&InviteeTarget> = added.iter().copied().collect();
    if after.is_mailed() {
        to_check.push((MailKind::Invite, added));
        if let Some(kind) = after.news_since(before) {
            let is_meant = |target: &&InviteeTarget| kind != MailKind::Resend || is_resent(target);
            let meant: Vec<_> = staying.into_iter().filter(is_meant).collect();
            invited.extend(&meant);
            to_check.push((kind, meant));
        }
    } else if before.is_mailed() || (before.starts.is_some() && after.starts.is_none()) {
        // Queued mails are no longer sent. The client delivers the invitation from now on, but this service may have
        // mailed the meeting.
        to_check.push((MailKind::Cancel, staying));
    }
    let invited = after.invitees.iter().filter(|invitee| invited.contains(&invitee.target)).cloned().collect();
    let is_renewed = (before.expires, before.starts, before.ends) != (after.expires, after.starts, after.ends);
    Consequences { invited, checks: checks(to_check), is_renewed, is_revoked: false }
}

fn targets(invitation: &Invitation) -> HashSet<&InviteeTarget> {
    invitation.invitees.iter().map(|invitee| &invitee.target).collect()
}

fn checks<'a>(of: impl IntoIterator<Item = (MailKind, Vec<&'a InviteeTarget>)>) -> Vec<PeopleToCheck<'a>> {
    of.into_iter()
        .filter(|(_, people)| !people.is_empty())
        .map(|(kind, people)| PeopleToCheck { kind, people })
        .collect()
}

#[cfg(test)]
mod tests {
    use jiff::{SignedDuration, Timestamp};
    use spaces_model::{Channel, InviteId, InviteMode, Inviter, Mailing, Role, SpaceId, UserId};

    use super::*;

    fn now() -> Timestamp {
        "2026-11-21T12:00:00Z".parse().unwrap()
    }

    fn target(name: &str) -> InviteeTarget {
        InviteeTarget::Email(format!("{name}@example.com").parse().unwrap())
    }

    fn invitation(people: &[&str]) -> Invitation {
        Invitation {
            id: InviteId::from_bytes([1; 12]),
            space: SpaceId::from_bytes([2; 12]),
            founds: None,
            invitees: people.iter().map(|name| Invitee { target: target(name), role: Role::Member }).collect(),
            mode: InviteMode::Meet,
            channel: Channel::Server,
            language: None,
            starts: Some(now()),
            ends: None,
            inviter: Inviter { id: UserId::from_bytes([3; 12]), name: None, email: None, zone: None },
            acted_by: None,
            creator: UserId::from_bytes([3; 12]),
            created: now(),
            updated: now(),
            expires: now() + SignedDuration::from_hours(24),
            revoked: None,
            version: 0,
            sequence: 0,
            revised: 0,
            mailing: Mailing::FIRST,
            request_hash: [0; 32],
        }
    }

    /// Returns an invitation whose meeting was moved, with a mailing of this kind.
    fn moved(people: &[&str], kind: MailKind) -> Invitation {
        let starts = Some(now() + SignedDuration::from_hours(1));
        Invitation { starts, mailing: Mailing { number: 1, kind }, ..invitation(people) }
    }

    fn resent(people: &[&str]) -> Invitation {
        Invitation { mailing: Mailing { number: 1, kind: MailKind::Resend }, ..invitation(people) }
    }

    /// Returns the people who get a delivery, and those to check: `cancel: han leia`.
    fn summarize(consequences: &Consequences<'_>) -> (Vec<String>, Vec<String>) {
        let name = |target: &InviteeTarget| match target {
            InviteeTarget::Email(address) => address.as_typed().split('@').next().unwrap_or_default().to_owned(),
            InviteeTarget::User(id) => id.to_string(),
        };
        let check = |check: &PeopleToCheck<'_>| {
            let people: Vec<String> = check.people.iter().map(|target| name(target)).collect();
            format!("{:?}: {}", check.kind, people.join(" ")).to_lowercase()
        };
        assert!(!consequences.is_revoked);
        let invited = consequences.invited.iter().map(|invitee| name(&invitee.target)).collect();
        (invited, consequences.checks.iter().map(check).collect())
    }

    fn assert_consequences(before: &Invitation, after: &Invitation, invited: &[&str], checks: &[&str]) {
        let consequences = updated(before, after, |_| true);
        assert_eq!(summarize(&consequences), (owned(invited), owned(checks)));
        // The limits count the mails before they are stored.
        let requests = consequences.checks.iter().filter(|check| check.kind != MailKind::Cancel);
        let requests: usize = requests.map(|check| check.people.len()).sum();
        assert_eq!(after.mails_since(Some(before), before.invitees.len()), requests);
    }

    fn owned(texts: &[&str]) -> Vec<String> {
        texts.iter().map(ToString::to_string).collect()
    }

    #[test]
    fn everybody_on_a_new_invitation_gets_a_delivery_and_a_mail() {
        let new = invitation(&["han", "leia"]);
        assert_eq!(summarize(&created(&new)), (owned(&["han", "leia"]), owned(&["invite: han leia"])));
    }

    #[test]
    fn an_invitation_that_the_client_mails_has_deliveries_and_no_mails() {
        for channel in [Channel::Client, Channel::Outlook] {
            let new = Invitation { channel, ..invitation(&["han"]) };
            assert_eq!(summarize(&created(&new)), (owned(&["han"]), vec![]));
            let more = Invitation { channel, ..moved(&["han", "leia"], MailKind::Update) };
            assert_consequences(&new, &more, &["leia"], &[]);
        }
    }

    #[test]
    fn an_added_person_is_invited_and_a_removed_person_is_checked() {
        let (before, after) = (invitation(&["han", "leia"]), invitation(&["leia", "rey"]));
        assert_consequences(&before, &after, &["rey"], &["cancel: han", "invite: rey"]);
    }

    #[test]
    fn a_removed_person_is_checked_whatever_the_channel() {
        let after = Invitation { channel: Channel::Client, ..invitation(&[]) };
        assert_consequences(&invitation(&["han"]), &after, &[], &["cancel: han"]);
    }

    #[test]
    fn everybody_is_mailed_new_times_and_a_new_mode() {
        let before = invitation(&["han", "leia"]);
        let later = Some(now() + SignedDuration::from_hours(1));
        for after in [
            Invitation { starts: later, ..before.clone() },
            Invitation { ends: later, ..before.clone() },
            Invitation { starts: None, ..before.clone() },
            Invitation { mode: InviteMode::Invite, ..before.clone() },
        ] {
            assert_consequences(&before, &after, &["han", "leia"], &["update: han leia"]);
        }
    }

    #[test]
    fn everybody_is_checked_when_the_times_are_removed_whatever_the_channel() {
        let before = invitation(&["han", "leia"]);
        let after = Invitation { channel: Channel::Client, starts: None, ..invitation(&["leia", "rey"]) };
        assert_consequences(&before, &after, &["rey"], &["cancel: han", "cancel: leia"]);
        assert_consequences(&after, &after, &[], &[]);
    }

    #[test]
    fn a_resend_includes_only_the_people_it_names() {
        let (before, after) = (invitation(&["han", "leia"]), resent(&["han", "leia"]));
        assert_consequences(&before, &after, &["han", "leia"], &["resend: han leia"]);
        let to_leia = updated(&before, &after, |person| *person == target("leia"));
        assert_eq!(summarize(&to_leia), (owned(&["leia"]), owned(&["resend: leia"])));
        // An earlier write made this mailing, so it is not repeated.
        assert_consequences(&after, &Invitation { language: Some("de".parse().unwrap()), ..after.clone() }, &[], &[]);
    }

    #[test]
    fn a_mailing_other_than_a_resend_repeats_nothing() {
        let after = Invitation { mailing: Mailing { number: 1, kind: MailKind::Update }, ..invitation(&["han"]) };
        assert_consequences(&invitation(&["han"]), &after, &[], &[]);
    }

    #[test]
    fn nobody_is_named_twice_in_one_change() {
        let before = invitation(&["han", "leia"]);
        let after = moved(&["leia", "rey"], MailKind::Resend);
        assert_consequences(&before, &after, &["leia", "rey"], &["cancel: han", "invite: rey", "update: leia"]);
    }

    #[test]
    fn everybody_is_invited_once_this_service_mails_the_invitation() {
        let before = Invitation { channel: Channel::Outlook, ..invitation(&["han"]) };
        assert_consequences(&before, &moved(&["han"], MailKind::Update), &["han"], &["invite: han"]);
    }

    #[test]
    fn everybody_who_stays_is_checked_once_the_client_mails_the_invitation() {
        let after = Invitation { channel: Channel::Outlook, ..invitation(&["leia", "rey"]) };
        assert_consequences(&invitation(&["han", "leia"]), &after, &["rey"], &["cancel: han", "cancel: leia"]);
        assert_consequences(&after, &after, &[], &[]);
    }

    #[test]
    fn a_revocation_concerns_everybody_and_happens_once() {
        let before = invitation(&["han"]);
        let revoked = Invitation { revoked: Some(now()), ..invitation(&["leia"]) };
        let everybody = Consequences { is_revoked: true, ..Consequences::default() };
        assert_eq!(updated(&before, &revoked, |_| true), everybody);
        assert_consequences(&revoked, &revoked, &[], &[]);
    }

    #[test]
    fn a_change_that_mails_do_not_show_has_no_consequences() {
        let before = invitation(&["han"]);
        let mut after = Invitation { version: 1, language: Some("de".parse().unwrap()), ..before.clone() };
        after.inviter.name = Some("Han".to_owned());
        for invitee in &mut after.invitees {
            invitee.role = Role::Admin;
        }
        assert_consequences(&before, &after, &[], &[]);
        assert_consequences(&before, &before, &[], &[]);
    }
}
