import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";

import { Fn } from "aws-cdk-lib";
import { Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import { EmailSubscription } from "aws-cdk-lib/aws-sns-subscriptions";

import { type Fields, GRADUAL, isGradual } from "../lib/template";
import { DEPLOYMENTS, FUNCTIONS, makeStack, synthesize, TEMPLATE } from "./stack";

for (const [name, parameters] of Object.entries(DEPLOYMENTS)) {
  test(`the stack has the template's resources and outputs, and none of its parameters: ${name}`, () => {
    const { template } = synthesize(makeStack(parameters));
    const expected = Object.entries(TEMPLATE.Resources).filter(([, resource]) => !isGradual(resource));
    assert.deepEqual(Object.keys(template.Resources).sort(), expected.map(([id]) => id).sort());
    for (const [id, resource] of expected) {
      for (const attribute of ["Type", "Condition", "DependsOn", "DeletionPolicy", "UpdateReplacePolicy"] as const) {
        assert.deepEqual(template.Resources[id]?.[attribute], resource[attribute], `${id}: ${attribute}`);
      }
      const shared = resource.Type === "AWS::Serverless::Function" ? TEMPLATE.Globals.Function : {};
      const properties = Object.keys({ ...shared, ...resource.Properties }).filter((name) => !GRADUAL.includes(name));
      assert.deepEqual(Object.keys(template.Resources[id]?.Properties ?? {}).sort(), properties.sort(), id);
    }
    assert.deepEqual(Object.keys(template.Outputs), Object.keys(TEMPLATE["Outputs"] as object));
    const references = JSON.stringify(template);
    for (const parameter of Object.keys(TEMPLATE.Parameters)) {
      assert.ok(!references.includes(`{"Ref":"${parameter}"}`), `a reference to ${parameter} is left`);
      assert.ok(!references.includes(`\${${parameter}}`), `a reference to ${parameter} is left`);
    }
    assert.equal(template["Transform"], "AWS::Serverless-2016-10-31");
    assert.equal(template["Globals"], undefined);
  });
}

test("every function has its own code, the shared properties and its own variables", () => {
  const { template, directory } = synthesize(makeStack({ Architecture: "x86_64" }));
  for (const { id, name } of FUNCTIONS) {
    const properties = template.Resources[id]?.Properties as {
      CodeUri: { Key: string };
      Architectures: string[];
      KmsKeyArn: object;
      Environment: { Variables: { [name: string]: unknown } };
    };
    const asset = `asset.${properties.CodeUri.Key.replace(/\.zip$/, "")}`;
    assert.equal(readFileSync(join(directory, asset, "bootstrap"), "utf8"), name);
    assert.deepEqual(properties.Architectures, ["x86_64"]);
    assert.deepEqual(properties.KmsKeyArn, { "Fn::GetAtt": ["Key", "Arn"] });
    const own = TEMPLATE.Resources[id]?.Properties["Environment"] as { Variables: object };
    const shared = TEMPLATE.Globals.Function["Environment"] as { Variables: object };
    const expected = [...Object.keys(own.Variables), ...Object.keys(shared.Variables)].sort();
    assert.deepEqual(Object.keys(properties.Environment.Variables).sort(), expected, name);
  }
});

test("files are an asset if WithFiles is set", () => {
  const { template, directory } = synthesize(makeStack(DEPLOYMENTS["production"] ?? {}));
  const { Key } = template.Resources["ConfigurationFiles"]?.Properties["ContentUri"] as { Key: string };
  assert.ok(readFileSync(join(directory, `asset.${Key.replace(/\.zip$/, "")}`, "README.md"), "utf8").length > 0);
});

test("parameters reach the resources that they configure", () => {
  const { template } = synthesize(makeStack(DEPLOYMENTS["production"] ?? {}));
  assert.equal(template.Resources["AlarmsByMail"]?.Properties["Endpoint"], "operators@example.com");
  const list = '["https://app.example.com","https://example.com"]';
  const origins = `"CORS_ALLOWED_ORIGINS":{"Fn::Join":[",",${list}]}`;
  assert.ok(JSON.stringify(template.Resources).includes(origins), "the origins are in no function's variables");
  const issuers = String.raw`"ISSUERS":"[{\"iss\":\"https://accounts.example.com\"`;
  assert.ok(JSON.stringify(template.Resources).includes(issuers), "the issuers are in no function's variables");
});

test("CloudFormation reads the client secret of introspection, by name or by a reference", () => {
  const { Introspection } = DEPLOYMENTS["production"] ?? {};
  assert.ok(Introspection);
  const variable = (IntrospectionSecret: string): string => {
    const { template } = synthesize(makeStack({ Introspection, IntrospectionSecret }));
    const environments = FUNCTIONS.map(({ id }) => template.Resources[id]?.Properties["Environment"] as { Variables: Fields });
    const secrets = environments.flatMap(({ Variables }) => Variables["INTROSPECTION_CLIENT_SECRET"] ?? []);
    return JSON.stringify(secrets[0]);
  };
  assert.match(variable("accounts/introspection"), /\{\{resolve:secretsmanager:accounts\/introspection:SecretString\}\}/);
  assert.match(variable(Fn.importValue("AccountsSecret")), /\{\{resolve:secretsmanager:.*"Fn::ImportValue":"AccountsSecret"/);
});

test("an app can use table, topic, secret and functions", () => {
  const stack = makeStack({});
  const { invites } = stack;
  const role = new Role(stack, "Role", { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
  invites.table.grantReadData(role);
  invites.signingSecret.grantRead(role);
  for (const each of Object.values(invites.functions)) each.grantInvoke(role);
  invites.alarmTopic.addSubscription(new EmailSubscription("more@example.com"));
  invites.queues["MailQueue"]?.grantPurge(role);

  assert.deepEqual(Object.keys(invites.functions), FUNCTIONS.map(({ name }) => name));
  const { template } = synthesize(stack);
  const of = (type: string) => Object.values(template.Resources).filter(({ Type }) => Type === type);
  const granted = JSON.stringify(of("AWS::IAM::Policy").map(({ Properties }) => Properties));
  for (const id of ["Table", "Key", "MailQueue", ...FUNCTIONS.map(({ id }) => id)]) {
    assert.ok(granted.includes(`{"Fn::GetAtt":["${id}","Arn"]}`), `${id}: ${granted}`);
  }
  assert.ok(granted.includes('{"Ref":"SigningSecret"}'), granted);
  assert.equal(of("AWS::SNS::Subscription").length, 3);
  assert.deepEqual(template.Outputs["PublicUrl"], {
    ...(TEMPLATE["Outputs"] as { PublicUrl: object }).PublicUrl,
    Value: stack.resolve(invites.publicUrl),
  });
});
