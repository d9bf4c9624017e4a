// POST /api/spaces/invite: three conditional puts at once; the table's stream is the outbox.

import { createHash } from "node:crypto";
import { PutCommand } from "@aws-sdk/lib-dynamodb";
import { z } from "zod";
import { answering, bodyOf, Problem } from "./http.mjs";
import { bySpaces, hashOf, remember, table, TableName, warmUp } from "./table.mjs";
import { callerOf, newId } from "./tokens.mjs";

const time = z.iso.datetime({ offset: true }).transform((text) => new Date(text));
const Invitee = z.object({
  inviteeType: z.string().toLowerCase().pipe(z.enum(["email", "userid"])),
  invitee: z.string().trim(),
  role: z.string().toLowerCase().pipe(z.enum(["admin", "member", "guest"])).default("member"),
}).refine(({ inviteeType, invitee }) => inviteeType !== "email" || z.email().safeParse(invitee).success);
const Create = z.object({
  topic: z.object({
    id: z.literal("").nullish(),
    title: z.string().trim().min(1).max(200),
    description: z.string().max(2000).default(""),
    type: z.literal("group").default("group"),
  }),
  invitees: z.array(Invitee).max(1000).default([]),
  startDateTime: time.optional(),
  endDateTime: time.optional(),
  informChannel: z.enum(["server", "client", "outlook"]).default("server"),
  inviteMode: z.enum(["invite", "join", "meet"]).default("invite"),
}).refine(({ startDateTime, endDateTime }) => !(startDateTime && endDateTime) || endDateTime > startDateTime);

const DAY = 86_400_000;
await warmUp();

export const handler = answering(async (event) => {
  const caller = await callerOf(event);
  if (caller.kind !== "userId") throw new Problem(403, "forbidden", "Guests cannot create spaces.");
  const request = Create.safeParse(bodyOf(event));
  if (!request.success) throw new Problem(400, "invalid_request", "Fields of the request are missing or wrong.");
  const { topic, invitees, startDateTime, endDateTime, informChannel, inviteMode } = request.data;
  const [space, invite, now, hash] = [newId(), newId(), new Date(), createHash("sha256").update(event.body)];
  const expires = endDateTime ? new Date(endDateTime.getTime() + DAY) : new Date(now.getTime() + 30 * DAY);
  const created = now.toISOString();
  const seen = new Map(invitees.map((invitee) => [invitee.invitee.toLowerCase(), invitee]));
  const founds = { title: topic.title, description: topic.description, creator: caller.id, creator_name: caller.name ?? "User", member_only: true };
  const items = [
    {
      pk: `INVITE#${hashOf(invite)}`, sk: "INVITE", gsi2pk: `SPACE#${space}`, gsi2sk: `INVITE#${created}#${hashOf(invite)}`,
      id: invite, space, founds,
      invitees: [...seen.values()].map(({ inviteeType, invitee, role }) =>
        inviteeType === "email" ? { email: invitee, role } : { user: invitee, role }),
      mode: inviteMode === "join" ? "invite" : inviteMode, channel: informChannel, language: caller.locale,
      starts: startDateTime?.toISOString(), ends: endDateTime?.toISOString(),
      inviter: caller.id, inviter_name: caller.name, inviter_email: caller.email, inviter_zone: caller.zone,
      created, expires: expires.toISOString(), version: 0, sequence: 0, revised: 0, mailing: { number: 0, kind: "invite" },
      request_hash: hash.digest("base64"), expires_at: Math.floor((expires.getTime() + 30 * DAY) / 1000),
    },
    {
      pk: `SPACE#${space}`, sk: "SPACE", id: space, type: "group", title: topic.title, description: topic.description,
      status: "active", creator: caller.id, created, admins: 1, first_mails: informChannel === "server" ? seen.size : undefined,
      version: 0,
      settings: { member_only: true, invited_only: false, password_for_all_guests: false },
    },
    {
      pk: `SPACE#${space}`, sk: `MEMBER#userId#${caller.id}`, ...bySpaces(caller, space, created), user: caller.id,
      role: "admin", display_name: founds.creator_name, joined: created, own_act: true, version: 0,
    },
  ];
  const put = (Item) => table.send(new PutCommand({ TableName, Item, ConditionExpression: "attribute_not_exists(pk)" }));
  await Promise.all([...items.map(put), remember(caller)]);
  return {
    data: [
      {
        topicId: space, startDateTime: startDateTime?.toISOString(), endDateTime: endDateTime?.toISOString(), _id: invite,
        invitees: [...seen.values()].map(({ inviteeType, invitee, role }) =>
          ({ inviteeType: inviteeType === "email" ? "email" : "userId", invitee, role })),
        created,
      },
    ],
  };
});
