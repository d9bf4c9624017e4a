import { Duration, RemovalPolicy, Stack } from "aws-cdk-lib";
import {
  CfnApiMapping,
  CfnIntegration,
  CfnRoute,
  CfnStage,
  CorsHttpMethod,
  DomainName,
  HttpApi,
  SecurityPolicy,
} from "aws-cdk-lib/aws-apigatewayv2";
import type { Key } from "aws-cdk-lib/aws-kms";
import { CfnPermission, type Function } from "aws-cdk-lib/aws-lambda";
import { LogGroup, RetentionDays } from "aws-cdk-lib/aws-logs";
import type { Construct } from "constructs";

import { acknowledge } from "./acknowledge";
import type { SpacesInvitesProps } from "./props";

/**
 * The ids of the routes and their paths, by function. Every method goes to the function, which answers preflights and
 * refuses what it doesn't serve with a problem of its own. A path with a slash at the end is another route to API Gateway.
 */
const ROUTES = {
  CreateSpaceInvite: {
    CreateInviteRoute: "/api/spaces/invite",
    CreateInviteSlashRoute: "/api/spaces/invite/",
    CreateTopicInviteRoute: "/api/topics/invite",
    CreateTopicInviteSlashRoute: "/api/topics/invite/",
  },
  JoinInvite: {
    JoinRoute: "/api/spaces/invites/{id}/join",
    JoinSlashRoute: "/api/spaces/invites/{id}/join/",
    JoinTopicRoute: "/api/topics/invites/{id}/join",
    JoinTopicSlashRoute: "/api/topics/invites/{id}/join/",
    JoinPageRoute: "/spaces/invites/{id}/join",
    JoinPageSlashRoute: "/spaces/invites/{id}/join/",
    MeetPageRoute: "/spaces/invites/{id}/meet",
    MeetPageSlashRoute: "/spaces/invites/{id}/meet/",
    JoinedPageRoute: "/spaces/invites/{id}/joined",
    JoinedPageSlashRoute: "/spaces/invites/{id}/joined/",
  },
  AnonymousLogin: {
    AnonymousAuthRoute: "/api/anonymous/auth",
    AnonymousAuthSlashRoute: "/api/anonymous/auth/",
    JwksRoute: "/.well-known/jwks.json",
  },
} as const;

/** The routes that anybody may ask for what costs something. */
const GUEST_LOGINS: readonly string[] = ["/api/anonymous/auth", "/api/anonymous/auth/"];

/** The route and never the path or the query: these hold invitations' ids. */
const ACCESS_LOG = {
  requestId: "$context.requestId",
  time: "$context.requestTimeEpoch",
  ip: "$context.identity.sourceIp",
  route: "$context.routeKey",
  status: "$context.status",
  latencyMs: "$context.responseLatency",
  integrationLatencyMs: "$context.integrationLatency",
  integrationStatus: "$context.integrationStatus",
  error: "$context.error.message",
  integrationError: "$context.integrationErrorMessage",
  bytes: "$context.responseLength",
  protocol: "$context.protocol",
};

export function makeApi(scope: Construct, name: string, props: SpacesInvitesProps): HttpApi {
  return new HttpApi(scope, "Api", {
    apiName: name,
    createDefaultStage: false,
    disableExecuteApiEndpoint: props.domain !== undefined,
    // The functions answer preflights and set these headers too; here they are for what API Gateway answers itself.
    ...(props.corsAllowedOrigins?.length
      ? {
          corsPreflight: {
            allowOrigins: [...props.corsAllowedOrigins],
            allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST, CorsHttpMethod.OPTIONS],
            allowHeaders: [
              "authorization",
              "content-type",
              "accept",
              "accept-version",
              "spaces-x-space-password",
              "idempotency-key",
              "x-avaya-act-as",
            ],
            exposeHeaders: ["retry-after", "www-authenticate"],
            maxAge: Duration.hours(2),
          },
        }
      : {}),
  });
}

interface Behind {
  readonly api: HttpApi;
  readonly key: Key;
  readonly createSpaceInvite: Function;
  readonly joinInvite: Function;
  readonly anonymousLogin: Function;
}

/** Integrations, permissions, routes and the stage. */
export function makeRoutes(scope: Construct, name: string, props: SpacesInvitesProps, behind: Behind): CfnStage {
  const { api } = behind;
  const functions = {
    CreateSpaceInvite: behind.createSpaceInvite,
    JoinInvite: behind.joinInvite,
    AnonymousLogin: behind.anonymousLogin,
  };
  const limited: CfnRoute[] = [];
  for (const [id, paths] of Object.entries(ROUTES)) {
    const integration = integrate(scope, id, api, functions[id as keyof typeof ROUTES]);
    for (const [routeId, path] of Object.entries(paths)) {
      const route = new CfnRoute(scope, routeId, {
        apiId: api.apiId,
        routeKey: `ANY ${path}`,
        authorizationType: "NONE",
        target: `integrations/${integration.ref}`,
      });
      acknowledge(route, "APIG4", "Anybody may ask; the functions read and check the credentials.");
      if (GUEST_LOGINS.includes(path)) limited.push(route);
    }
  }
  return makeStage(scope, name, props, behind, limited);
}

/**
 * One integration and one permission for all routes of a function. `HttpLambdaIntegration` would make a permission for each
 * route, and a function's policy holds 20 KB.
 */
function integrate(scope: Construct, id: string, api: HttpApi, to: Function): CfnIntegration {
  const { partition, region, account } = Stack.of(scope);
  new CfnPermission(scope, `${id}Permission`, {
    functionName: to.functionName,
    action: "lambda:InvokeFunction",
    principal: "apigateway.amazonaws.com",
    sourceAccount: account,
    sourceArn: `arn:${partition}:execute-api:${region}:${account}:${api.apiId}/*`,
  });
  return new CfnIntegration(scope, `${id}Integration`, {
    apiId: api.apiId,
    integrationType: "AWS_PROXY",
    integrationUri: to.functionArn,
    payloadFormatVersion: "2.0",
  });
}

function makeStage(
  scope: Construct,
  name: string,
  props: SpacesInvitesProps,
  { api, key }: Behind,
  limited: CfnRoute[],
): CfnStage {
  const log = new LogGroup(scope, "AccessLog", {
    logGroupName: `/${name}/access`,
    retention: props.logRetentionDays ?? RetentionDays.ONE_MONTH,
    encryptionKey: key,
    removalPolicy: RemovalPolicy.DESTROY,
  });
  const guestLogins = {
    DetailedMetricsEnabled: true,
    ThrottlingRateLimit: props.guestLoginsPerSecond ?? 10,
    ThrottlingBurstLimit: props.guestLoginBurst ?? 50,
  };
  // The L2 stage has no limits for single routes.
  const stage = new CfnStage(scope, "ApiStage", {
    apiId: api.apiId,
    stageName: "$default",
    autoDeploy: true,
    defaultRouteSettings: {
      detailedMetricsEnabled: true,
      throttlingRateLimit: props.requestsPerSecond ?? 100,
      throttlingBurstLimit: props.requestBurst ?? 200,
    },
    routeSettings: Object.fromEntries(limited.map((route) => [route.routeKey, guestLogins])),
    accessLogSettings: { destinationArn: log.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
  });
  // A stage's settings can name only routes that are there.
  stage.node.addDependency(...limited);
  return stage;
}

export function makeDomain(
  scope: Construct,
  props: SpacesInvitesProps,
  api: HttpApi,
  stage: CfnStage,
): DomainName | undefined {
  if (props.domain === undefined) return undefined;
  const { domainName, certificate } = props.domain;
  const domain = new DomainName(scope, "ApiDomain", {
    domainName,
    certificate,
    securityPolicy: SecurityPolicy.TLS_1_2,
  });
  new CfnApiMapping(scope, "ApiDomainMapping", { apiId: api.apiId, domainName: domain.name, stage: stage.ref });
  return domain;
}
