import { Validations } from "aws-cdk-lib";
import type { IConstruct } from "constructs";

/** Says to cdk-nag, for those who run it (the test here does), why a rule of AwsSolutions is not kept. */
export function acknowledge(construct: IConstruct, rule: string, reason: string): void {
  Validations.of(construct).acknowledge({ id: `AwsSolutions-${rule}`, reason });
}
