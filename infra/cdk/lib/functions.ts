import { existsSync } from "node:fs";
import { join, resolve } from "node:path";

import { Duration, RemovalPolicy, SecretValue, Stack, Token } from "aws-cdk-lib";
import type { Table } from "aws-cdk-lib/aws-dynamodb";
import { PolicyStatement, Role, ServicePrincipal } from "aws-cdk-lib/aws-iam";
import type { Key } from "aws-cdk-lib/aws-kms";
import * as lambda from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { ISecret } from "aws-cdk-lib/aws-secretsmanager";
import type { Queue } from "aws-cdk-lib/aws-sqs";
import { RustFunction } from "cargo-lambda-cdk";
import type { Construct } from "constructs";

import { acknowledge } from "./acknowledge";
import type { SpacesInvitesProps } from "./props";

/** The functions' packages, and the ids of their resources. */
export const FUNCTIONS = {
  "create-space-invite": "CreateSpaceInvite",
  "join-invite": "JoinInvite",
  "anonymous-login": "AnonymousLogin",
  "deliver-invites": "DeliverInvites",
} as const;

export type FunctionName = keyof typeof FUNCTIONS;

/** What cargo is told besides, as `functions/<name>/.cargo/config.toml` does where it builds in the function's folder. */
const CARGO: { readonly [name in FunctionName]?: { readonly [variable: string]: string } } = {
  "anonymous-login": { CARGO_PROFILE_RELEASE_OPT_LEVEL: "s" },
};

interface Parts {
  readonly name: string;
  readonly props: SpacesInvitesProps;
  readonly publicUrl: string;
  readonly key: Key;
  readonly table: Table;
  readonly secret: ISecret;
  /** The domain or address that mails are sent from. */
  readonly identity: string;
  readonly configurationSet: string;
}

interface Made {
  readonly description: string;
  readonly memorySize: number;
  readonly timeout: Duration;
  readonly concurrency: number | undefined;
  readonly environment: Record<string, string>;
  readonly statements: PolicyStatement[];
}

/**
 * Makes the functions, one role and one log group each.
 *
 * Memory buys CPU: 1,769 MB are one core. Roles name literal actions rather than use `grant…()`, which gives wildcards and
 * what a function doesn't call.
 */
export class Functions {
  constructor(
    private readonly scope: Construct,
    private readonly parts: Parts,
  ) {}

  createSpaceInvite(): lambda.Function {
    const { table, props } = this.parts;
    return this.make("create-space-invite", {
      description: "POST /api/spaces/invite",
      ...this.behindTheApi(20),
      environment: {
        ...this.ofTheTable(),
        ...this.ofTokens(),
        ...this.ofIssuers(),
        INVITE_LIFETIME_DAYS: String(props.inviteLifetimeDays ?? 30),
        INVITE_GRACE_HOURS: String(props.inviteGraceHours ?? 24),
        CREATES_PER_MINUTE: String(props.createsPerMinute ?? 120),
      },
      statements: [
        this.useTheKey(),
        // A transaction is allowed by what it holds: three puts.
        this.onItems("GetItem", "BatchGetItem", "PutItem", "UpdateItem"),
        allow("FindUsersByAddress", ["dynamodb:Query"], [`${table.tableArn}/index/gsi1`]),
      ],
    });
  }

  joinInvite(): lambda.Function {
    const { props } = this.parts;
    return this.make("join-invite", {
      description: "GET /api/spaces/invites/{id}/join, and the link in a browser",
      ...this.behindTheApi(20),
      environment: {
        ...this.ofTheTable(),
        ...this.ofTokens(),
        ...this.ofIssuers(),
        APP_URL: props.appUrl ?? "",
        ACCOUNTS_SIGN_IN_URL: props.accountsSignInUrl ?? "",
        ACCOUNTS_SIGN_UP_URL: props.accountsSignUpUrl ?? "",
        PRODUCT_NAME: props.productName ?? "Spaces",
      },
      statements: [this.useTheKey(), this.onItems("GetItem", "Query", "PutItem", "UpdateItem")],
    });
  }

  anonymousLogin(): lambda.Function {
    const { key } = this.parts;
    return this.make("anonymous-login", {
      description: "POST /api/anonymous/auth, GET /.well-known/jwks.json",
      ...this.behindTheApi(5),
      environment: this.ofTokens(),
      statements: [allow("ReadTheEnvironment", ["kms:Decrypt"], [key.keyArn])],
    });
  }

  deliverInvites(undelivered: Queue): lambda.Function {
    const { table, props, configurationSet } = this.parts;
    return this.make("deliver-invites", {
      description: "The table's stream to SES",
      memorySize: 512,
      timeout: Duration.minutes(15),
      concurrency: props.deliverConcurrency,
      environment: {
        ...this.ofTheTable(),
        MAIL_FROM: props.mailFrom,
        PRODUCT_NAME: props.productName ?? "Spaces",
        SES_CONFIGURATION_SET: configurationSet,
        MAIL_CONCURRENCY: String(props.mailConcurrency ?? 10),
        MAILS_PER_SECOND: String(props.mailsPerSecond ?? 14),
      },
      statements: [
        this.useTheKey(),
        this.onItems("GetItem", "BatchGetItem", "Query", "UpdateItem"),
        allow(
          "ReadTheStream",
          ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator"],
          [table.tableStreamArn ?? ""],
        ),
        // ListStreams takes no resource.
        allow("FindTheStream", ["dynamodb:ListStreams"], ["*"]),
        allow("PutAside", ["sqs:SendMessage"], [undelivered.queueArn]),
        this.sendFromOneAddress(),
      ],
    });
  }

  private make(name: FunctionName, made: Made): lambda.Function {
    const { scope, parts } = this;
    const id = FUNCTIONS[name];
    const log = new LogGroup(scope, `${id}Log`, {
      logGroupName: `/${parts.name}/${name}`,
      retention: parts.props.logRetentionDays ?? RetentionDays.ONE_MONTH,
      encryptionKey: parts.key,
      removalPolicy: RemovalPolicy.DESTROY,
    });
    const role = new Role(scope, `${id}Role`, { assumedBy: new ServicePrincipal("lambda.amazonaws.com") });
    role.addToPolicy(allow("Log", ["logs:CreateLogStream", "logs:PutLogEvents"], [log.logGroupArn]));
    for (const statement of made.statements) role.addToPolicy(statement);
    acknowledge(role, "IAM5[Resource::*]", "X-Ray's actions and dynamodb:ListStreams take no resource.");
    if (name === "deliver-invites") this.acknowledgeTheSandbox(role);

    const architecture = parts.props.architecture ?? lambda.Architecture.ARM_64;
    const options: lambda.FunctionOptions = {
      description: made.description,
      role,
      memorySize: made.memorySize,
      timeout: made.timeout,
      ...(made.concurrency ? { reservedConcurrentExecutions: made.concurrency } : {}),
      architecture,
      tracing: lambda.Tracing.ACTIVE,
      logGroup: log,
      loggingFormat: lambda.LoggingFormat.JSON,
      applicationLogLevelV2: parts.props.logLevel ?? lambda.ApplicationLogLevel.INFO,
      // Lambda's own lines: with INFO the report of each invocation, with its memory, its start and whether it ran out of time.
      systemLogLevelV2: lambda.SystemLogLevel.INFO,
      // The environment holds the signing secret, so it is encrypted with the stack's own key.
      environmentEncryption: parts.key,
      environment: {
        PUBLIC_URL: parts.publicUrl,
        // Apart from other stacks' in the same account.
        METRICS_NAMESPACE: `SpacesInvitations/${parts.name}`,
        ...made.environment,
      },
    };
    return this.code(name, `${id}Function`, options);
  }

  /** Built here by cargo-lambda, or taken as it was built elsewhere. */
  private code(name: FunctionName, id: string, options: lambda.FunctionOptions): lambda.Function {
    const { code, source, bundling } = this.parts.props;
    if (code !== undefined) {
      const directory = resolve(code, name);
      if (!existsSync(join(directory, "bootstrap"))) {
        throw new Error(`code: there is no ${name}/bootstrap in ${resolve(code)}`);
      }
      return new lambda.Function(this.scope, id, {
        ...options,
        runtime: lambda.Runtime.PROVIDED_AL2023,
        handler: "bootstrap",
        code: lambda.Code.fromAsset(directory),
      });
    }
    // Compiled, this file is infra/cdk/dist/lib/functions.js.
    const checkout = resolve(source ?? join(__dirname, "../../../.."));
    const manifestPath = join(checkout, "Cargo.toml");
    if (!existsSync(manifestPath)) {
      throw new Error(`source: there is no Cargo.toml in ${checkout}; name the checkout of the service, or give code`);
    }
    return new RustFunction(this.scope, id, {
      ...options,
      manifestPath,
      binaryName: name,
      bundling: {
        ...bundling,
        ...(options.architecture === undefined ? {} : { architecture: options.architecture }),
        // One package's features alone: what the local stack asks of a shared crate does not belong into a function.
        cargoLambdaFlags: ["--package", name, ...(bundling?.cargoLambdaFlags ?? [])],
        environment: { ...CARGO[name], ...bundling?.environment },
      },
    });
  }

  private behindTheApi(seconds: number) {
    // 256 MB are a seventh of a core, with which a warm request takes a few milliseconds.
    return { memorySize: 256, timeout: Duration.seconds(seconds), concurrency: this.parts.props.apiConcurrency };
  }

  private ofTheTable() {
    const { table, props } = this.parts;
    return { TABLE_NAME: table.tableName, TABLE_TIMEOUT_MS: String(props.tableTimeoutMs ?? 2000) };
  }

  private ofTokens() {
    const { props } = this.parts;
    return {
      SIGNING_SECRET: this.signingSecret("current"),
      SIGNING_SECRET_PREVIOUS: this.signingSecret("previous"),
      GUEST_TOKEN_HOURS: String(props.guestTokenHours ?? 24),
      SESSION_COOKIE_NAME: props.sessionCookieName ?? "AUTH_TOKEN",
      CORS_ALLOWED_ORIGINS: (props.corsAllowedOrigins ?? []).join(","),
    };
  }

  private ofIssuers() {
    const { props } = this.parts;
    return {
      ISSUERS: Stack.of(this.scope).toJsonString(props.issuers ?? []),
      JWKS_FRESH_MINUTES: String(props.jwksFreshMinutes ?? 60),
      INTROSPECTION: props.introspection?.unsafeUnwrap() ?? "",
    };
  }

  /** A reference that CloudFormation resolves: the secret itself is in no template. */
  private signingSecret(jsonField: string): string {
    const { secret, props } = this.parts;
    const options = { jsonField, ...(props.signingSecretVersion ? { versionId: props.signingSecretVersion } : {}) };
    return SecretValue.secretsManager(secret.secretArn, options).unsafeUnwrap();
  }

  /** DynamoDB and SQS use the key in the name of who calls. */
  private useTheKey(): PolicyStatement {
    const actions = ["Decrypt", "DescribeKey", "Encrypt", "GenerateDataKey", "ReEncryptFrom", "ReEncryptTo"];
    return allow(
      "UseTheKey",
      actions.map((action) => `kms:${action}`),
      [this.parts.key.keyArn],
    );
  }

  private onItems(...actions: string[]): PolicyStatement {
    return allow(
      "Items",
      actions.map((action) => `dynamodb:${action}`),
      [this.parts.table.tableArn],
    );
  }

  /**
   * A message that we compose ourselves needs both actions. In the sandbox SES checks the recipient's identity like the
   * sender's, so there the address in From alone is the fence.
   */
  private sendFromOneAddress(): PolicyStatement {
    const { identity, configurationSet, props } = this.parts;
    const { partition, region, account } = Stack.of(this.scope);
    const ses = `arn:${partition}:ses:${region}:${account}`;
    const identities = props.stage === "prod" ? identity : "*";
    const statement = allow(
      "SendFromOneAddress",
      ["ses:SendEmail", "ses:SendRawEmail"],
      [`${ses}:configuration-set/${configurationSet}`, `${ses}:identity/${identities}`],
    );
    statement.addCondition("StringEquals", { "ses:FromAddress": props.mailFrom });
    return statement;
  }

  private acknowledgeTheSandbox(role: Role): void {
    const { region, account } = Stack.of(this.scope);
    const known = (value: string, name: string) => (Token.isUnresolved(value) ? `<AWS::${name}>` : value);
    const identities = `arn:<AWS::Partition>:ses:${known(region, "Region")}:${known(account, "AccountId")}:identity/*`;
    acknowledge(role, `IAM5[Resource::${identities}]`, "In the sandbox SES checks the recipient's identity too.");
  }
}

function allow(sid: string, actions: string[], resources: string[]): PolicyStatement {
  return new PolicyStatement({ sid, actions, resources });
}
