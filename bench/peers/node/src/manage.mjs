// GET /api/users/me/spaces and GET /api/spaces/{id}/members, the first pages

import { BatchGetCommand, QueryCommand } from "@aws-sdk/lib-dynamodb";
import { answering, Problem } from "./http.mjs";
import { get, membersOf, remember, table, TableName, warmUp } from "./table.mjs";
import { callerOf } from "./tokens.mjs";
import { list, mySpace, shown } from "./wire.mjs";

const SPACES = 10;
const COUNTED = 100;
const MEMBERS = 30;
await warmUp();

export const handler = answering(async (event) => {
  const caller = await callerOf(event);
  const [, , what, id, part] = event.rawPath.split("/");
  if (what === "users" && id === "me" && part === "spaces") return mySpaces(caller);
  if (what === "spaces" && part === "members") return members(caller, id);
  throw new Problem(404, "not_found", "There is no such resource.");
});

async function mySpaces({ kind, id }) {
  const { Items } = await table.send(new QueryCommand({
    TableName, IndexName: "gsi2", KeyConditionExpression: "gsi2pk = :owner AND begins_with(gsi2sk, :space)",
    ExpressionAttributeValues: { ":owner": `${kind === "userId" ? "USER" : "GUEST"}#${id}`, ":space": "SPACE#" },
    ScanIndexForward: false, Limit: COUNTED,
  }));
  if (Items.length === 0) return list([], 0);
  const page = Items.slice(0, SPACES);
  const Keys = page.flatMap(({ pk }) => [{ pk, sk: "SPACE" }, { pk, sk: `MEMBER#${kind}#${id}` }]);
  const { Responses } = await table.send(new BatchGetCommand({ RequestItems: { [TableName]: { Keys, ConsistentRead: true } } }));
  const found = new Map(Responses[TableName].map((item) => [`${item.pk} ${item.sk === "SPACE"}`, item]));
  const rows = page.map(({ pk }) => [found.get(`${pk} true`), found.get(`${pk} false`)]);
  const isShown = ([space, member]) => space?.status === "active" && member && !member.left && !member.removed;
  return list(rows.filter(isShown).map(([space, member]) => mySpace(space, member)), Items.length);
}

async function members(caller, id) {
  if (!/^[0-9a-f]{24}$/.test(id)) throw new Problem(404, "not_found", "There is no such space.");
  const pk = `SPACE#${id}`;
  const [held] = await Promise.all([get({ pk, sk: `MEMBER#${caller.kind}#${caller.id}` }), remember(caller)]);
  if (!held || held.left || held.removed) throw new Problem(403, "forbidden", "You are not in this space.");
  const [space, all] = await Promise.all([get({ pk, sk: "SPACE" }), membersOf(pk)]);
  if (!space || space.status === "deleted") throw new Problem(403, "forbidden", "You are not in this space.");
  return list(all.slice(0, MEMBERS).map((member) => shown(member, caller)), all.length);
}
