import { type CfnResource, Stack, Validations } from "aws-cdk-lib";
import { CfnRole } from "aws-cdk-lib/aws-iam";

/** The rules of cdk-nag's AwsSolutions that resources of a type don't keep, and why. */
const REASONS: { readonly [type: string]: { readonly [rule: string]: string } } = {
  "AWS::ApiGatewayV2::Route": { APIG4: "Anybody may ask; the functions read and check the credentials." },
  "AWS::SecretsManager::Secret": { SMG4: "A rotation has to reach the functions' environment, so it is a deployment." },
  "AWS::SQS::Queue": {
    SQS3: "It keeps what failed.",
    SQS4: "SQS takes requests for an encrypted queue by TLS alone.",
  },
  "AWS::IAM::Role": {
    "IAM5[Resource::*]": "dynamodb:ListStreams and ses:GetAccount take no resource.",
  },
};

/** What CloudFormation's validation says of parts that are not reached: that they are not, and that a schedule is empty. */
const NOT_REACHED = ["W1028", "E3027"];

/** Acknowledges to cdk-nag, for those who run it (the tests here do), which rules a resource does not keep. */
export function acknowledge(resource: CfnResource): void {
  const reasons = { ...REASONS[resource.cfnResourceType], ...ofTheSandbox(resource) };
  for (const [rule, reason] of Object.entries(reasons)) {
    Validations.of(resource).acknowledge({ id: `AwsSolutions-${rule}`, reason });
  }
  // "Not reachable": parameters are written in, so a resource that has a condition has parts that are decided.
  const reason = "The parameters are written in, so conditions are decided.";
  for (const rule of NOT_REACHED) {
    Validations.of(resource).acknowledge({ id: `CloudFormation-Validate::${rule}`, reason });
  }
}

/**
 * SES's sandbox checks the recipient's identity too, so outside production it may be any. cdk-nag names such a finding by
 * the whole expression.
 */
function ofTheSandbox(resource: CfnResource): { readonly [rule: string]: string } {
  if (!CfnRole.isCfnRole(resource)) return {};
  const policies = Stack.of(resource).resolve(resource.policies ?? []) as Array<{
    policyDocument: { Statement: Array<{ Resource: unknown }> };
  }>;
  const resources = policies.flatMap(({ policyDocument }) => policyDocument.Statement.flatMap(({ Resource }) => Resource));
  const ofAnyIdentity = resources.map((each) => JSON.stringify(each)).filter((each) => each.includes(":identity/*"));
  const reason = "In the sandbox SES checks the recipient's identity too.";
  return Object.fromEntries(ofAnyIdentity.map((each) => [`IAM5[Resource::${each}]`, reason]));
}
