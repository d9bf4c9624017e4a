// The table.

import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";

export const TableName = process.env.TABLE_NAME;
export const table = DynamoDBDocumentClient.from(new DynamoDBClient({}), { marshallOptions: { removeUndefinedValues: true } });

/** Opens the connection before the first request. */
export const warmUp = () => get({ pk: "WARM_UP", sk: "WARM_UP" }).catch(() => undefined);

export const get = async (Key) => (await table.send(new GetCommand({ TableName, Key, ConsistentRead: true }))).Item;

const remembered = new Map();

/** Keeps what the token says about a user, if it differs from what is known; not again within ten minutes. */
export async function remember({ kind, id, name, email }) {
  if (kind !== "userId" || !email || remembered.get(id) > Date.now()) return;
  const facts = { id, email, name, gsi1pk: `EMAIL#${email}`, gsi1sk: id };
  const names = Object.keys(facts).filter((name) => facts[name] !== undefined);
  try {
    await table.send(
      new UpdateCommand({
        TableName,
        Key: { pk: `USER#${id}`, sk: "USER" },
        UpdateExpression: `SET ${names.map((name) => `#${name} = :${name}`).join(", ")}`,
        ConditionExpression: ["attribute_not_exists(pk)", ...names.map((name) => `#${name} <> :${name}`)].join(" OR "),
        ExpressionAttributeNames: Object.fromEntries(names.map((name) => [`#${name}`, name])),
        ExpressionAttributeValues: Object.fromEntries(names.map((name) => [`:${name}`, facts[name]])),
      }),
    );
  } catch (error) {
    if (error.name !== "ConditionalCheckFailedException") console.warn(error.name);
  }
  if (remembered.size >= 1000) remembered.clear();
  remembered.set(id, Date.now() + 600_000);
}
