// The table, its keys and the directory of users in it.

import { createHash, createHmac, hkdfSync } from "node:crypto";
import { domainToASCII } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, QueryCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

export const TableName = process.env.TABLE_NAME;
export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** Opens the connection before the first request. */
export const warmUp = () => get({ pk: "WARM_UP", sk: "WARM_UP" }).catch(() => undefined);

export const get = async (Key) => (await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

/** The hash of an invitation's id, which stands in keys in its place. */
export const hashOf = (invite) => createHash("sha256").update(invite).digest("hex").slice(0, 32);

/** The key and the card of a membership in the index of a person's spaces, by their last use. */
export const bySpaces = ({ kind, id }, space, joined) => ({
  gsi2pk: `${kind === "userId" ? "USER" : "GUEST"}#${id}`,
  gsi2sk: `SPACE#${joined.slice(0, 13)}:00:00.000Z#${space}`,
  card: { at: joined },
});

/** The first members of a space who are present. */
export async function membersOf(pk) {
  const page = await table.send(new QueryCommand({
    TableName, KeyConditionExpression: "pk = :space AND begins_with(sk, :member)",
    FilterExpression: "attribute_not_exists(#left) AND attribute_not_exists(removed)",
    ExpressionAttributeNames: { "#left": "left" }, ExpressionAttributeValues: { ":space": pk, ":member": "MEMBER#" },
    ScanIndexForward: false, Limit: 101, ConsistentRead: true,
  }));
  return page.Items;
}

const purpose = "address in a key of the table, HMAC-SHA-256";
const secret = Buffer.from(hkdfSync("sha256", process.env.INDEX_SECRET, "spaces invitation service", purpose, 32));

/** The keyed hash of an address. Each part is preceded by its length. */
function hashOfAddress(address) {
  const at = address.lastIndexOf("@") + 1;
  const hmac = createHmac("sha256", secret);
  for (const part of ["email", (address.slice(0, at) + domainToASCII(address.slice(at))).toLowerCase()]) {
    const length = Buffer.alloc(8);
    length.writeBigUInt64BE(BigInt(Buffer.byteLength(part)));
    hmac.update(length).update(part);
  }
  return hmac.digest("hex").slice(0, 32);
}

const remembered = new Map();

/** Keeps what the token says about a user and who owns the address, if either is news; not again within ten minutes. */
export async function remember(caller) {
  if (caller.kind !== "userId" || !caller.email || remembered.get(caller.id) > Date.now()) return;
  try {
    await Promise.all([putProfile(caller), claim(caller)]);
  } catch (error) {
    console.warn(error.name);
    return;
  }
  if (remembered.size >= 1000) remembered.clear();
  remembered.set(caller.id, Date.now() + 600_000);
}

function putProfile({ id, issuer, email, name, locale: language, zone }) {
  const facts = Object.entries({ issuer, email, name, language, zone }).filter(([, value]) => value !== undefined);
  return updateIf({
    Key: { pk: `USER#${id}`, sk: "USER" },
    UpdateExpression: `SET id = :id, email_proven = :now, updated = :now, ${facts.map(([name]) => `#${name} = :${name}`).join(", ")}`,
    ConditionExpression: ["attribute_not_exists(pk)", ...facts.map(([name]) => `#${name} <> :${name}`)].join(" OR "),
    ExpressionAttributeNames: Object.fromEntries(facts.map(([name]) => [`#${name}`, name])),
    ExpressionAttributeValues: Object.fromEntries([[":id", id], [":now", new Date().toISOString()], ...facts.map(([name, value]) => [`:${name}`, value])]),
  });
}

function claim({ id, issuer, email }) {
  return updateIf({
    Key: { pk: `ADDRESS#${hashOfAddress(email)}`, sk: "USER" },
    UpdateExpression: "SET #user = :user, issuer = :issuer, proven = :now",
    ConditionExpression: "attribute_not_exists(pk) OR (#user <> :user AND proven <= :now)",
    ExpressionAttributeNames: { "#user": "user" },
    ExpressionAttributeValues: { ":user": id, ":issuer": issuer, ":now": new Date().toISOString() },
  });
}

async function updateIf(update) {
  try {
    await table.send(new UpdateCommand({ TableName, ...update }));
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") throw error;
  }
}
