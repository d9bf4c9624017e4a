// GET /api/spaces/invites/{inviteId}/join

import { PutCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import { answering, Problem } from "./http.mjs";
import { get, remember, table, TableName, warmUp } from "./table.mjs";
import { callerOf } from "./tokens.mjs";

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
  const query = new QueryCommand({
    TableName, KeyConditionExpression: "pk = :space", ExpressionAttributeValues: { ":space": pk },
    ScanIndexForward: false, Limit: 101, ConsistentRead: true,
  });
  const [page, held] = await Promise.all([table.send(query), get({ pk, sk }), remember(caller)]);
  const [space, ...others] = page.Items;
  if (space?.sk !== "SPACE") throw new Problem(404, "not_found", "There is no such space.");
  const [member, reason] = await admit({ pk, sk }, caller, invitation, held);
  const members = [...others.filter((other) => other.sk !== sk).slice(0, 99), member];
  members.sort((one, other) => (one.joined < other.joined ? -1 : 1));
  return {
    topic: {
      _id: space.id, title: space.title, description: space.description, type: "group",
      status: space.status === "active" ? 0 : 1, created: time(space.created), members: members.map(shown),
    },
    role: member.role, roleReason: reason, inviteId: invitation.id, inviteMode: invitation.mode,
    startDateTime: invitation.starts && time(invitation.starts), endDateTime: invitation.ends && time(invitation.ends),
  };
});

async function openInvitation(id) {
  let kept = invitations.get(id);
  if (!kept || kept.until < Date.now()) {
    const invitation = await get({ pk: `INVITE#${id}`, sk: "INVITE" });
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
  if (held && RANK[held.role] >= RANK[role]) return [held, "already_member"];
  if (held) {
    await table.send(
      new UpdateCommand({
        TableName, Key, UpdateExpression: "SET #role = :role", ConditionExpression: "#role = :held",
        ExpressionAttributeNames: { "#role": "role" }, ExpressionAttributeValues: { ":role": role, ":held": held.role },
      }),
    );
    return [{ ...held, role }, reason];
  }
  const who = caller.kind === "userId" ? { user: caller.id } : { guest: caller.id };
  const Item = { ...Key, ...who, role, display_name: caller.name ?? "", joined: new Date().toISOString(), invite: invitation.id };
  await table.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
  return [Item, reason];
}

const time = (text) => new Date(text).toISOString();

const shown = ({ user, guest, role, display_name, joined }) =>
  ({ member: user ?? guest, memberType: user ? "userId" : "anonymousId", role, displayname: display_name, joinTime: time(joined) });
