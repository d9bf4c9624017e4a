import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { SpacesInvitesStack } from "./stack";

/**
 * The service in two stacks, for development and production: an example to copy, and the app that the checks synthesize.
 * Set your own values with `-c name=value`.
 */
const app = new App();

const MailFrom = context("mailFrom") ?? "invitations@example.com";
// Prebuilt functions, for example from `cargo lambda build --release --arm64`: `-c code=../../target/lambda`.
const code = context("code");
const built = code === undefined ? {} : { code };

new SpacesInvitesStack(app, "SpacesInvitesDev", {
  stackName: "spaces-invitations-dev",
  invites: { ...built, parameters: { MailFrom } },
});

const DomainName = context("domainName");
const CertificateArn = context("certificateArn");
new SpacesInvitesStack(app, "SpacesInvitesProd", {
  stackName: "spaces-invitations",
  terminationProtection: true,
  invites: {
    ...built,
    parameters: {
      MailFrom,
      Stage: "prod",
      AlarmEmail: context("alarmEmail") ?? "operators@example.com",
      Issuers: [
        { iss: "https://accounts.example.com", jwks_url: "https://accounts.example.com/jwks.json", audience: "spaces" },
      ],
      AccountsSignInUrl: "https://accounts.example.com/sign-in",
      CorsAllowedOrigins: ["https://app.example.com"],
      ...(DomainName !== undefined && CertificateArn !== undefined && { DomainName, CertificateArn }),
    },
  },
});

// Every synthesis runs cdk-nag. The construct acknowledges the rules that don't apply, with reasons.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
