import { type CfnResource, Stack, Validations } from "aws-cdk-lib";
import { CfnRole } from "aws-cdk-lib/aws-iam";

/** The AwsSolutions rules of cdk-nag that don't apply to resources of a type, with the reasons. */
const REASONS: { readonly [type: string]: { readonly [rule: string]: string } } = {
  "AWS::ApiGatewayV2::Route": { APIG4: "Routes are public, because the functions check the credentials." },
  "AWS::SecretsManager::Secret": { SMG4: "A rotation changes the functions' environment, so it needs a deployment." },
  "AWS::SQS::Queue": {
    SQS3: "It is a dead-letter queue itself.",
    SQS4: "SQS accepts requests for an encrypted queue only over TLS.",
  },
  "AWS::IAM::Role": {
    "IAM5[Resource::*]": "dynamodb:ListStreams and ses:GetAccount don't support resources.",
  },
};

/** The findings of CloudFormation's validation in unreachable parts: that they are unreachable, and that a schedule is empty. */
const NOT_REACHED = ["W1028", "E3027"];

/** Acknowledges the rules that don't apply to a resource, for apps that run cdk-nag. */
export function acknowledge(resource: CfnResource): void {
  const reasons = { ...REASONS[resource.cfnResourceType], ...ofTheSandbox(resource) };
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(resource).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  }
  // "Not reachable": parameters are replaced by values, so the conditions of a resource are constant.
  const reason = "Parameters are replaced by values, so conditions are constant.";
  for (const rule of NOT_REACHED) {
    Validations.of(resource).acknowledge({ id: `CloudFormation-Validate::${rule}`, reason });
  }
}

/**
 * Returns the reason for permitting any identity outside production: SES's sandbox also checks the recipient's identity. The id
 * of such a finding contains the whole expression.
 */
function ofTheSandbox(resource: CfnResource): { readonly [rule: string]: string } {
  if (!CfnRole.isCfnRole(resource)) return {};
  const policies = Stack.of(resource).resolve(resource.policies ?? []) as Array<{
    policyDocument: { Statement: Array<{ Resource: unknown }> };
  }>;
  const resources = policies.flatMap(({ policyDocument }) => policyDocument.Statement.flatMap(({ Resource }) => Resource));
  const ofAnyIdentity = resources.map((each) => JSON.stringify(each)).filter((each) => each.includes(":identity/*"));
  const reason = "In the sandbox, SES also checks the recipient's identity.";
  return Object.fromEntries(ofAnyIdentity.map((each) => [`IAM5[Resource::${each}]`, reason]));
}
