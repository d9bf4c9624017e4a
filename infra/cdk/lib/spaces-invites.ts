import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

import { CfnResource, Stack, Validations } from "aws-cdk-lib";
import { HttpApi, type IHttpApi } from "aws-cdk-lib/aws-apigatewayv2";
import { type CfnTable, type ITable, Table } from "aws-cdk-lib/aws-dynamodb";
import { Role } from "aws-cdk-lib/aws-iam";
import { type CfnKey, type IKey, Key } from "aws-cdk-lib/aws-kms";
import { Code, Function, type IFunction } from "aws-cdk-lib/aws-lambda";
import type { CfnFunction, CfnLayerVersion } from "aws-cdk-lib/aws-sam";
import { type ISecret, Secret } from "aws-cdk-lib/aws-secretsmanager";
import { type ITopic, Topic } from "aws-cdk-lib/aws-sns";
import { type CfnQueue, type IQueue, Queue } from "aws-cdk-lib/aws-sqs";
import { CfnInclude } from "aws-cdk-lib/cloudformation-include";
import { Construct } from "constructs";

import { acknowledge } from "./acknowledge";
import { builtCode, sourceCode } from "./code";
import { parameterValues } from "./parameters";
import type { SpacesInvitesParameters } from "./props";
import { type FunctionInTemplate, functionsOf, includable, readTemplate, type Template } from "./template";

export interface SpacesInvitesProps {
  /** The template's parameters. Only `MailFrom` has no default. */
  readonly parameters: SpacesInvitesParameters;
  /** The checkout whose functions cargo-lambda builds at synthesis. @default - the one that contains this package */
  readonly source?: string;
  /**
   * A directory with a prebuilt `<function>/bootstrap` for each function, as `cargo lambda build` creates it in
   * `target/lambda`. Then nothing is built at synthesis.
   * @default - built from `source`
   */
  readonly code?: string;
  /** The files that are deployed with the functions if `WithFiles` is `true`. @default - `infra/config` of the checkout */
  readonly files?: string;
}

/**
 * The whole service: includes `infra/template.yaml`. Resources and outputs have the template's names, so a stack can have only
 * one of these.
 */
export class SpacesInvites extends Construct {
  /** Everything without a property of its own: `included.getResource("Dashboard")`, `included.getOutput("ApiId")`. */
  readonly included: CfnInclude;
  /** The URL at which clients reach the service. */
  readonly publicUrl: string;
  /** The key that encrypts all data. It outlives the stack, like the table. */
  readonly key: IKey;
  readonly table: ITable;
  /** The secret with the values `current` and `previous`, from which the keys of guest tokens are derived. */
  readonly signingSecret: ISecret;
  readonly api: IHttpApi;
  /** The topic of alarms about failures that users notice. */
  readonly alarmTopic: ITopic;
  /** The topic of alarms that can wait until the next working day. */
  readonly warningTopic: ITopic;
  /** The queues by name in the template: `MailQueue`, `MailDeadLetters`. */
  readonly queues: { readonly [name: string]: IQueue };
  /** The functions by package name. */
  readonly functions: { readonly [name: string]: IFunction };

  constructor(scope: Construct, id: string, props: SpacesInvitesProps) {
    super(scope, id);
    // The build copies it next to this file.
    const template = readTemplate(join(__dirname, "template.yaml"));
    const { values, faults } = parameterValues(Stack.of(this), template, props.parameters);
    if (faults.length > 0) throw new Error(`SpacesInvites ${this.node.path}: ${faults.join("; ")}`);
    this.included = this.include(includable(template), values);
    this.included.node.findAll().filter(CfnResource.isCfnResource).forEach(acknowledge);
    for (const rule of ["W8003", "W9053"]) {
      const reason = "Parameters are replaced by values, so conditions of the template are constant in a stack.";
      Validations.of(Stack.of(this)).acknowledge({ id: `CloudFormation-Validate::${rule}`, reason });
    }

    const resource = (name: string) => this.included.getResource(name);
    const [key, table] = [resource("Key") as CfnKey, resource("Table") as CfnTable];
    this.publicUrl = String(this.included.getOutput("PublicUrl").value);
    this.key = Key.fromCfnKey(key);
    this.table = Table.fromTableAttributes(this, "TableReference", {
      tableArn: table.attrArn,
      tableStreamArn: table.attrStreamArn,
      encryptionKey: this.key,
      grantIndexPermissions: true,
    });
    this.signingSecret = Secret.fromSecretAttributes(this, "SigningSecretReference", {
      secretCompleteArn: resource("SigningSecret").ref,
      encryptionKey: this.key,
    });
    this.api = HttpApi.fromHttpApiAttributes(this, "ApiReference", { httpApiId: resource("Api").ref });
    this.alarmTopic = Topic.fromTopicArn(this, "AlarmsReference", resource("Alarms").ref);
    this.warningTopic = Topic.fromTopicArn(this, "WarningsReference", resource("Warnings").ref);
    const queues = Object.entries(template.Resources).filter(([, { Type }]) => Type === "AWS::SQS::Queue");
    this.queues = Object.fromEntries(queues.map(([name]) => [name, this.queue(name)]));
    const functions = functionsOf(template).map((each) => [each.name, this.function(each, props, values)] as const);
    this.functions = Object.fromEntries(functions);
    if (values["WithFiles"] === "true") this.deployFiles(props.files ?? join(this.checkout(props), "infra/config"));
  }

  private include(template: Template, parameters: { [name: string]: unknown }): CfnInclude {
    const folder = mkdtempSync(join(tmpdir(), "spaces-invites-"));
    try {
      const templateFile = join(folder, "template.json");
      writeFileSync(templateFile, JSON.stringify(template));
      return new CfnInclude(this, "Template", { templateFile, parameters });
    } finally {
      rmSync(folder, { recursive: true });
    }
  }

  private deployFiles(directory: string): void {
    const layer = this.included.getResource("ConfigurationFiles") as CfnLayerVersion;
    const { s3Location } = Code.fromAsset(directory).bind(this);
    if (s3Location === undefined) throw new Error("ConfigurationFiles: the asset has no location in S3");
    layer.contentUri = { bucket: s3Location.bucketName, key: s3Location.objectKey };
  }

  private checkout({ source }: SpacesInvitesProps): string {
    return source ?? join(__dirname, "../../../..");
  }

  private queue(name: string): IQueue {
    const { attrArn: queueArn } = this.included.getResource(name) as CfnQueue;
    return Queue.fromQueueAttributes(this, `${name}Reference`, { queueArn, keyArn: this.key.keyArn });
  }

  /** Sets a function's code and returns a construct that refers to the function. */
  private function(each: FunctionInTemplate, props: SpacesInvitesProps, values: { [name: string]: unknown }): IFunction {
    const resource = this.included.getResource(each.id) as CfnFunction;
    const architecture = String(values["Architecture"]);
    const code =
      props.code === undefined ? sourceCode(this.checkout(props), each, architecture) : builtCode(props.code, each);
    const { s3Location } = code.bind(resource);
    if (s3Location === undefined) throw new Error(`${each.name}: the asset has no location in S3`);
    resource.codeUri = { bucket: s3Location.bucketName, key: s3Location.objectKey };
    const role = this.included.getResource(each.id.replace(/Function$/, "Role"));
    return Function.fromFunctionAttributes(this, `${each.id}Reference`, {
      functionArn: resource.getAtt("Arn").toString(),
      role: Role.fromRoleArn(this, `${role.node.id}Reference`, role.getAtt("Arn").toString()),
      sameEnvironment: true,
    });
  }
}
