// GET /api/spaces/invites/{inviteId}/join

import { PutCommand, TransactWriteCommand } from "@aws-sdk/lib-dynamodb";
import { answering, Problem } from "./http.mjs";
import { bySpaces, get, hashOf, membersOf, remember, table, TableName, warmUp } from "./table.mjs";
import { callerOf } from "./tokens.mjs";
import { facts, shown } from "./wire.mjs";

const RANK = { guest: 0, member: 1, admin: 2 };
const FRESH = 5_000;
const invitations = new Map();
await warmUp();

export const handler = answering(async (event) => {
  const caller = await callerOf(event);
  const id = event.rawPath.split("/")[4] ?? "";
  if (!/^[0-9a-f]{24}$/.test(id)) throw new Problem(404, "not_found", "There is no such invitation.");
  const invitation = await openInvitation(id);
  const pk = `SPACE#${invitation.space}`;
  const sk = `MEMBER#${caller.kind}#${caller.id}`;
  const [space, page, held] = await Promise.all([
    get({ pk, sk: "SPACE" }), membersOf(pk), get({ pk, sk }), remember(caller),
  ]);
  if (!space) throw new Problem(404, "not_found", "There is no such space.");
  const [member, reason] = await admit({ pk, sk }, caller, invitation, held);
  const members = [...page.filter((other) => other.sk !== sk).slice(0, 99), member];
  members.sort((one, other) => (one.joined < other.joined ? -1 : 1));
  return {
    topic: { ...facts(space), members: members.map((member) => shown(member, caller)) },
    role: member.role, roleReason: reason, inviteId: invitation.id, inviteMode: invitation.mode,
    startDateTime: invitation.starts && time(invitation.starts), endDateTime: invitation.ends && time(invitation.ends),
  };
});

async function openInvitation(id) {
  let kept = invitations.get(id);
  if (!kept || kept.until < Date.now()) {
    const invitation = await get({ pk: `INVITE#${hashOf(id)}`, sk: "INVITE" });
    if (!invitation) throw new Problem(404, "not_found", "There is no such invitation.");
    if (invitations.size >= 1000) invitations.clear();
    kept = { invitation, until: Date.now() + FRESH };
    invitations.set(id, kept);
  }
  if (kept.invitation.revoked) throw new Problem(410, "invite_revoked", "The invitation was withdrawn.");
  if (Date.parse(kept.invitation.expires) < Date.now()) throw new Problem(410, "invite_expired", "The invitation has expired.");
  return kept.invitation;
}

function given(caller, invitation) {
  if (caller.kind === "anonymousId") return ["guest", "anonymous"];
  const email = caller.email?.toLowerCase();
  const invitee = invitation.invitees.find((invitee) => invitee.user === caller.id || (email && invitee.email?.toLowerCase() === email));
  return invitee ? [invitee.role, "invited"] : ["guest", "not_invited"];
}

async function admit(Key, caller, invitation, held) {
  const [role, reason] = given(caller, invitation);
  const isPresent = held && !held.left && !held.removed;
  if (isPresent && RANK[held.role] >= RANK[role]) return [held, "already_member"];
  if (held?.removed && !(reason === "invited" && invitation.created > held.removed.at)) {
    throw new Problem(403, "forbidden", "You were removed from this space.");
  }
  const who = caller.kind === "userId" ? { user: caller.id } : { guest: caller.id };
  const joined = new Date().toISOString();
  const newcomer = {
    ...Key, ...bySpaces(caller, invitation.space, joined), ...who, display_name: caller.name ?? "User", joined,
    own_act: true, invite: invitation.id,
  };
  const Item = { ...(isPresent ? held : newcomer), role, version: held ? held.version + 1 : 0 };
  const condition = held
    ? {
        ConditionExpression: "#version = :held",
        ExpressionAttributeNames: { "#version": "version" }, ExpressionAttributeValues: { ":held": held.version },
      }
    : { ConditionExpression: "attribute_not_exists(pk)" };
  const Put = { TableName, Item, ...condition };
  if (role !== "admin") {
    await table.send(new PutCommand(Put));
  } else {
    // The space counts its admins, so that the last one stays.
    const Update = {
      TableName, Key: { pk: Key.pk, sk: "SPACE" }, UpdateExpression: "ADD admins :one",
      ConditionExpression: "attribute_exists(pk)", ExpressionAttributeValues: { ":one": 1 },
    };
    await table.send(new TransactWriteCommand({ TransactItems: [{ Put }, { Update }] }));
  }
  return [Item, reason];
}

const time = (text) => new Date(text).toISOString();
