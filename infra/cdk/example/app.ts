import { App, Validations } from "aws-cdk-lib";
import { AwsSolutionsChecks } from "cdk-nag";

import { SpacesInvitesStack } from "./stack";

/**
 * The service twice, for development and for production: an example to copy from, and what the checks synthesize. Values
 * that are somebody's own come by `-c name=value`.
 */
const app = new App();

const MailFrom = context("mailFrom") ?? "invitations@example.com";
// Built elsewhere, for example by `cargo lambda build --release --arm64`: `-c code=../../target/lambda`.
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

// Every synthesis asks cdk-nag. The rules that it is not asked about are acknowledged, with the reason, in the construct.
Validations.of(app).addPlugins(new AwsSolutionsChecks(app));

function context(name: string): string | undefined {
  const value: unknown = app.node.tryGetContext(name);
  return typeof value === "string" && value !== "" ? value : undefined;
}
