//! Changes to a space by its admins, and the states in which they are allowed.

use crate::{Description, PinHash, Space, SpaceKind, SpaceStatus, Title};

/// A change to a space.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SpaceEdit {
    /// Changes the title, the description or settings.
    Update(SpaceUpdate),
    /// Closes the space to newcomers and to changes.
    Archive,
    /// Opens the space again.
    Unarchive,
    /// Deletes the space.
    Delete,
}

/// A new title, description and settings of a space. Those that are `None` stay unchanged.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SpaceUpdate {
    /// The new name.
    pub title: Option<Title>,
    /// The new description.
    pub description: Option<Description>,
    /// The new value of [`Settings::member_only`](crate::Settings::member_only).
    pub member_only: Option<bool>,
    /// The new value of [`Settings::invited_only`](crate::Settings::invited_only).
    pub invited_only: Option<bool>,
    /// The new value of [`Settings::password_for_all_guests`](crate::Settings::password_for_all_guests).
    pub password_for_all_guests: Option<bool>,
    /// The change to the PIN.
    pub pin: PinEdit,
}

/// A change to a space's PIN.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum PinEdit {
    /// Keeps the PIN.
    #[default]
    Keep,
    /// Removes the PIN.
    Remove,
    /// Sets or replaces the PIN.
    Set(PinHash),
}

impl Space {
    /// Returns the space after a change; none if its kind or its status does not allow the change.
    ///
    /// A direct space can't be changed, and only a group space can be deleted. An archived space can't be updated; a
    /// deleted one can be neither updated nor archived nor unarchived.
    #[must_use]
    pub fn edited(&self, edit: &SpaceEdit) -> Option<Self> {
        let is_allowed = match edit {
            SpaceEdit::Update(_) => self.kind != SpaceKind::Direct && self.status == SpaceStatus::Active,
            SpaceEdit::Archive | SpaceEdit::Unarchive => {
                self.kind != SpaceKind::Direct && self.status != SpaceStatus::Deleted
            }
            SpaceEdit::Delete => self.kind == SpaceKind::Group,
        };
        is_allowed.then(|| match edit {
            SpaceEdit::Update(update) => self.updated(update),
            SpaceEdit::Archive => Self { status: SpaceStatus::Archived, ..self.clone() },
            SpaceEdit::Unarchive => Self { status: SpaceStatus::Active, ..self.clone() },
            SpaceEdit::Delete => Self { status: SpaceStatus::Deleted, ..self.clone() },
        })
    }

    fn updated(&self, update: &SpaceUpdate) -> Self {
        let mut space = self.clone();
        let settings = &mut space.settings;
        for (setting, value) in [
            (&mut settings.member_only, update.member_only),
            (&mut settings.invited_only, update.invited_only),
            (&mut settings.password_for_all_guests, update.password_for_all_guests),
        ] {
            *setting = value.unwrap_or(*setting);
        }
        match &update.pin {
            PinEdit::Keep => {}
            PinEdit::Remove => settings.pin = None,
            PinEdit::Set(pin) => settings.pin = Some(pin.clone()),
        }
        if let Some(title) = &update.title {
            space.title = title.clone();
        }
        if let Some(description) = &update.description {
            space.description = description.clone();
        }
        space
    }
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::{Settings, SpaceId, UserId};

    fn space(kind: SpaceKind, status: SpaceStatus) -> Space {
        Space {
            id: SpaceId::from_bytes([1; 12]),
            kind,
            title: Title::new("Planning").unwrap(),
            description: Description::new("Who does what.").unwrap(),
            status,
            creator: UserId::from_bytes([2; 12]),
            acted_by: None,
            created: Timestamp::UNIX_EPOCH,
            settings: Settings { pin: Some(PinHash::from_bytes([3; 32])), ..Settings::of_new_space(true) },
            between: None,
            first_mails: 0,
            version: 4,
        }
    }

    #[test]
    fn an_update_changes_what_it_names() {
        let before = space(SpaceKind::Group, SpaceStatus::Active);
        let edited = |update| before.edited(&SpaceEdit::Update(update)).unwrap();
        assert_eq!(edited(SpaceUpdate::default()), before);
        let title = Title::new("Review").unwrap();
        let update = SpaceUpdate { title: Some(title.clone()), member_only: Some(false), ..SpaceUpdate::default() };
        let settings = Settings { member_only: false, ..before.settings.clone() };
        assert_eq!(edited(update), Space { title, settings, ..before.clone() });
        let unlocked = edited(SpaceUpdate { pin: PinEdit::Remove, ..SpaceUpdate::default() });
        assert_eq!(unlocked.settings, Settings::of_new_space(true));
    }

    #[test]
    fn kind_and_state_decide_which_change_is_allowed() {
        use SpaceKind::{Direct, Group, Personal};
        use SpaceStatus::{Active, Archived, Deleted};
        let edits =
            [SpaceEdit::Update(SpaceUpdate::default()), SpaceEdit::Archive, SpaceEdit::Unarchive, SpaceEdit::Delete];
        for (kind, status, expected) in [
            (Group, Active, [Some(Active), Some(Archived), Some(Active), Some(Deleted)]),
            (Group, Archived, [None, Some(Archived), Some(Active), Some(Deleted)]),
            (Group, Deleted, [None, None, None, Some(Deleted)]),
            (Personal, Active, [Some(Active), Some(Archived), Some(Active), None]),
            (Personal, Archived, [None, Some(Archived), Some(Active), None]),
            (Direct, Active, [None; 4]),
        ] {
            let space = space(kind, status);
            let statuses = edits.each_ref().map(|edit| space.edited(edit).map(|space| space.status));
            assert_eq!(statuses, expected, "{kind:?} {status:?}");
        }
    }
}
