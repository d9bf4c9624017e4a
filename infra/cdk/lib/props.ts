import { Token } from "aws-cdk-lib";
import type { SecretValue } from "aws-cdk-lib";
import type { ICertificate } from "aws-cdk-lib/aws-certificatemanager";
import type { ApplicationLogLevel, Architecture } from "aws-cdk-lib/aws-lambda";
import type { RetentionDays } from "aws-cdk-lib/aws-logs";
import type { BundlingOptions } from "cargo-lambda-cdk";

import type { Issuer } from "./issuer";

/** What an operator decides: the parameters of infra/template.yaml, with its names and its defaults. */
export interface SpacesInvitesProps {
  /** The address in `From` of the invitations. SES must be able to verify its domain (or `mailIdentity`). */
  readonly mailFrom: string;
  /**
   * In prod the table can't be deleted by mistake, and the role of deliver-invites names one identity alone.
   * @default "dev"
   */
  readonly stage?: "dev" | "prod";
  /** Who is told about alarms. SNS asks this address to confirm. @default - nobody; `alarmTopic` is there all the same */
  readonly alarmEmail?: string;
  /** Whose users are trusted. @default - nobody's: guests alone */
  readonly issuers?: readonly Issuer[];
  /** Where the link's page sends people to sign in. @default - the page offers only the guest's way */
  readonly accountsSignInUrl?: string;

  /** Where the link's page sends people to make an account. @default - nowhere */
  readonly accountsSignUpUrl?: string;
  /** Where a browser goes after joining. @default - to a page of the service's own */
  readonly appUrl?: string;
  /**
   * Who knows opaque access tokens: the JSON object of docs/configuration.md. It holds a client's secret, so name where
   * it is kept: `SecretValue.secretsManager("…")`.
   * @default - opaque tokens are refused
   */
  readonly introspection?: SecretValue;
  /** Origins whose pages may call the API, or `*`. @default - none */
  readonly corsAllowedOrigins?: readonly string[];
  /** The name behind the inviter's in `From`, and at the head of pages. @default "Spaces" */
  readonly productName?: string;
  /** A domain for the API, in place of API Gateway's own. @default - API Gateway's own */
  readonly domain?: ApiDomain;
  /** The domain or address that SES verifies. @default - the domain of `mailFrom` */
  readonly mailIdentity?: string;
  /** false where the account has this identity already. @default true */
  readonly createMailIdentity?: boolean;

  /** The version id of the signing secret to use; set when rotating. @default - the current one */
  readonly signingSecretVersion?: string;
  /** The cookie in which the link finds a session. @default "AUTH_TOKEN" */
  readonly sessionCookieName?: string;
  /** Hours that a guest token lives. @default 24 */
  readonly guestTokenHours?: number;
  /** Minutes for which an issuer's keys are used without asking again. @default 60 */
  readonly jwksFreshMinutes?: number;
  /** Days that an invitation without an end time lives. @default 30 */
  readonly inviteLifetimeDays?: number;
  /** Hours that an invitation lives after its end time. @default 24 */
  readonly inviteGraceHours?: number;

  /** Requests a second of the whole API, beyond which API Gateway answers 429. @default 100 */
  readonly requestsPerSecond?: number;
  /** Requests at once of the whole API. @default 200 */
  readonly requestBurst?: number;
  /** Anonymous logins a second. Anybody may ask for them, so the limit is tighter. @default 10 */
  readonly guestLoginsPerSecond?: number;
  /** Anonymous logins at once. @default 50 */
  readonly guestLoginBurst?: number;
  /** Spaces that one caller may create a minute, counted by each instance. 0: no limit. @default 120 */
  readonly createsPerMinute?: number;
  /** Mails begun a second in one instance: the account's rate in SES, divided by the instances that send at once. @default 14 */
  readonly mailsPerSecond?: number;
  /** Mails on their way at once in one instance. @default 10 */
  readonly mailConcurrency?: number;
  /** Batches of invitations delivered at once from one shard of the table's stream, each by an instance of its own. @default 1 */
  readonly batchesPerShard?: number;
  /** Milliseconds for one attempt of a call of the table. @default 2000 */
  readonly tableTimeoutMs?: number;
  /** Instances reserved for each of create-space-invite, join-invite and anonymous-login. @default - none reserved, no limit */
  readonly apiConcurrency?: number;
  /** Instances reserved for deliver-invites, and so the most that send at once. @default - none reserved, `batchesPerShard` a shard */
  readonly deliverConcurrency?: number;

  /** What the functions are built for. @default Architecture.ARM_64, which costs a fifth less */
  readonly architecture?: Architecture;
  /** How long logs are kept. @default RetentionDays.ONE_MONTH */
  readonly logRetentionDays?: RetentionDays;
  /** From which level on the functions log. @default ApplicationLogLevel.INFO */
  readonly logLevel?: ApplicationLogLevel;

  /**
   * Names the API, the dashboard, the log groups and the namespace of the metrics. Must be told apart from others in the
   * account and region.
   * @default - the stack's name
   */
  readonly name?: string;
  /** The checkout whose functions cargo-lambda builds at synthesis. @default - the one that this package lies in */
  readonly source?: string;
  /** How cargo-lambda builds them. @default - release, for `architecture` */
  readonly bundling?: Omit<BundlingOptions, "architecture">;
  /**
   * A directory with what is built already: `<function>/bootstrap` for each, as `cargo lambda build` leaves it in
   * `target/lambda`. Nothing is built at synthesis then.
   * @default - built from `source`
   */
  readonly code?: string;
}

/** A domain for the API. */
export interface ApiDomain {
  /** Its name, for example `invitations.example.com`. */
  readonly domainName: string;
  /** Its certificate, in ACM of the stack's region. */
  readonly certificate: ICertificate;
}

/** The limits of the parameters' values in infra/template.yaml: at least, at most. */
const RANGES = {
  guestTokenHours: [1, 65535],
  jwksFreshMinutes: [1, 65535],
  inviteLifetimeDays: [1, Infinity],
  inviteGraceHours: [0, Infinity],
  requestsPerSecond: [1, Infinity],
  requestBurst: [1, Infinity],
  guestLoginsPerSecond: [1, Infinity],
  guestLoginBurst: [1, Infinity],
  createsPerMinute: [0, Infinity],
  mailsPerSecond: [1, Infinity],
  mailConcurrency: [1, Infinity],
  batchesPerShard: [1, 10],
  tableTimeoutMs: [1, Infinity],
  apiConcurrency: [0, Infinity],
  deliverConcurrency: [0, Infinity],
} as const satisfies Partial<Record<keyof SpacesInvitesProps, readonly [number, number]>>;

const PATTERNS = {
  mailFrom: /^[^@\s]+@[^@\s]+$/,
  signingSecretVersion: /^[0-9A-Za-z-]*$/,
} as const satisfies Partial<Record<keyof SpacesInvitesProps, RegExp>>;

/**
 * What is wrong with the values, all at once. CloudFormation would say it of a template's parameters; of a construct's
 * props only a failing function would.
 */
export function faults(props: SpacesInvitesProps): string[] {
  const faults: string[] = [];
  for (const [name, [least, most]] of entries(RANGES)) {
    const value = props[name];
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (!Number.isInteger(value) || value < least || value > most) {
      faults.push(`${name} must be a whole number from ${least}${most === Infinity ? "" : ` to ${most}`}`);
    }
  }
  for (const [name, pattern] of entries(PATTERNS)) {
    const value = props[name];
    if (value === undefined || Token.isUnresolved(value)) continue;
    if (!pattern.test(value)) faults.push(`${name} must match ${pattern.source}`);
  }
  return faults;
}

function entries<T extends object>(of: T): Array<{ [K in keyof T]: [K, T[K]] }[keyof T]> {
  return Object.entries(of) as Array<{ [K in keyof T]: [K, T[K]] }[keyof T]>;
}
