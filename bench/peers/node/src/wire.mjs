// Spaces and members as clients see them.

const time = (text) => new Date(text).toISOString();

export const memberId = ({ user, guest }) => user ?? guest;

/** The attributes with which every space object begins. */
export const facts = ({ id, creator, title, description, type, status, settings, created }) => ({
  settings: {
    memberOnly: settings.member_only, ...(settings.invited_only && { invitedOnly: true }),
    passwordRequired: { allGuests: settings.password_for_all_guests }, allowPasswordInURL: false,
    confPin: settings.pin ? "******" : "",
  },
  type, status: status === "active" ? 0 : 1, restrict: [], _id: id, cid: creator, title, description, created: time(created),
});

/** A member, with the address if the caller is that member. */
export const shown = (member, caller) => ({
  phone_numbers: [], member: memberId(member), memberType: member.user ? "userId" : "anonymousId", role: member.role,
  joinTime: time(member.joined), username: memberId(member) === caller.id ? (caller.email ?? "") : "",
  displayname: member.display_name, picture_url: "",
});

export const mySpace = (space, { role, card }) => ({
  ...facts(space), targetId: space.id, role, isPinned: card.pinned ?? false, lastAccess: time(card.at),
});

/** A first page of a list. Only lists without further pages have no URL of the next one. */
export const list = (data, total) => ({ data, total, from: data.length && 1, to: data.length });
