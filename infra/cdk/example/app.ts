import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { SpacesInvitesStack } from "./stack";

/**
 * The service twice, for development and for production: an example to copy from, and what the checks synthesize. Values
 * that are somebody's own come by `-c name=value`.
 */
const app = new App();

const mailFrom = context("mailFrom") ?? "invitations@example.com";
// Built elsewhere, for example by `cargo lambda build --release --arm64`: `-c code=../../target/lambda`.
const code = context("code");
const built = code === undefined ? {} : { code };

new SpacesInvitesStack(app, "SpacesInvitesDev", {
  stackName: "spaces-invitations-dev",
  invites: { ...built, mailFrom },
});

const domainName = context("domainName");
const certificateArn = context("certificateArn");
new SpacesInvitesStack(app, "SpacesInvitesProd", {
  stackName: "spaces-invitations",
  terminationProtection: true,
  ...(domainName !== undefined && certificateArn !== undefined && { domain: { domainName, certificateArn } }),
  invites: {
    ...built,
    mailFrom,
    stage: "prod",
    alarmEmail: context("alarmEmail") ?? "operators@example.com",
    issuers: [
      { iss: "https://accounts.example.com", jwks_url: "https://accounts.example.com/jwks.json", audience: "spaces" },
    ],
    accountsSignInUrl: "https://accounts.example.com/sign-in",
    corsAllowedOrigins: ["https://app.example.com"],
  },
});

// Every synthesis asks cdk-nag. What it is not asked about is acknowledged, with the reason, where the construct is made.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
