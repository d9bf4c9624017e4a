"""Checks whether a deployed stack works, and reports what is wrong.

`cargo xtask doctor STACK` runs it with your credentials. It only reads. Each line is `ok`, `look` (may be intended) or `FAULT`; the
exit code is 1 if there is a fault.
"""

import subprocess
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

TOPICS = {"AlarmsArn": "alarms", "WarningsArn": "warnings"}
DEAD = ["MailDeadLettersUrl", "BulkMailDeadLettersUrl", "MailEventDeadLettersUrl", "RelayFailuresUrl", "PublishFailuresUrl"]


class Stack:
    """The stack as CloudFormation describes it."""

    def __init__(self, name):
        cloudformation = boto3.client("cloudformation")
        self.name = name
        self.description = cloudformation.describe_stacks(StackName=name)["Stacks"][0]
        self.outputs = {each["OutputKey"]: each["OutputValue"] for each in self.description.get("Outputs", [])}
        self.parameters = {each["ParameterKey"]: each["ParameterValue"] for each in self.description.get("Parameters", [])}
        pages = cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
        resources = [each for page in pages for each in page["StackResourceSummaries"]]
        self.resources = {each["LogicalResourceId"]: each.get("PhysicalResourceId") for each in resources}
        self.alarms = [each["PhysicalResourceId"] for each in resources if each["ResourceType"] == "AWS::CloudWatch::Alarm"]


def the_stack(stack):
    status = stack.description["StackStatus"]
    yield grade(status in ("CREATE_COMPLETE", "UPDATE_COMPLETE", "IMPORT_COMPLETE")), f"the stack's last deployment: {status}"


def the_account_in_ses(stack):
    account = boto3.client("sesv2").get_account()
    access = account["ProductionAccessEnabled"]
    yield grade(access, "look"), f"production access: {shown(access)}; without it, SES mails only verified addresses"
    enforcement = account.get("EnforcementStatus", "HEALTHY")
    sends = account["SendingEnabled"]
    yield grade(sends and enforcement == "HEALTHY"), f"SES account: sending {shown(sends)}, status {enforcement}"
    quota = account["SendQuota"]
    used = quota["SentLast24Hours"] / quota["Max24HourSend"] if quota["Max24HourSend"] > 0 else 0
    text = f"{used:.0%} of {quota['Max24HourSend']:.0f} mails per day are used; {quota['MaxSendRate']:.0f} per second"
    yield grade(used < 0.8, "look"), text


def the_identity(stack):
    identity = stack.parameters.get("MailIdentity") or stack.parameters["MailFrom"].split("@")[-1]
    found = boto3.client("sesv2").get_email_identity(EmailIdentity=identity)
    verified = found["VerifiedForSendingStatus"]
    yield grade(verified), f"verification of {identity} in SES: {shown(verified, 'done', 'missing')}"
    dkim = found.get("DkimAttributes", {}).get("Status")
    # Mail from an address identity is signed by its domain's identity, if there is one.
    yield grade(dkim == "SUCCESS", "look" if "@" in identity else "FAULT"), f"DKIM of {identity}: {dkim}"
    forwards = found.get("FeedbackForwardingStatus")
    yield grade(not forwards, "look"), f"forwarding of bounces by mail: {shown(forwards)}"
    if domain := found.get("MailFromAttributes", {}).get("MailFromDomain"):
        status = found["MailFromAttributes"]["MailFromDomainStatus"]
        yield grade(status == "SUCCESS"), f"the envelope's domain {domain}: {status}"
    else:
        yield "look", "MailFromDomain: missing, so SPF is not aligned"
    domain, record = dmarc(identity.split("@")[-1])
    if record is None:
        yield "look", "DMARC is not checked: nslookup is not installed"
    else:
        yield grade("v=DMARC1" in record), f"DMARC record of {domain}: {shown('v=DMARC1' in record, 'found', 'missing')}"
        yield grade("rua=" in record, "look"), f"recipient of DMARC reports (rua): {shown('rua=' in record, 'set', 'missing')}"


def the_configuration_set(stack):
    found = boto3.client("sesv2").get_configuration_set(ConfigurationSetName=stack.resources["MailConfiguration"])
    sends = found.get("SendingOptions", {}).get("SendingEnabled", True)
    yield grade(sends), f"sending in the configuration set: {shown(sends)}"
    suppresses = found.get("SuppressionOptions", {}).get("SuppressedReasons")
    yield grade(not suppresses), f"SES's suppression list: {shown(suppresses)}"


def the_key_and_secrets(stack):
    kms, key = boto3.client("kms"), stack.resources["Key"]
    state = kms.describe_key(KeyId=key)["KeyMetadata"]["KeyState"]
    yield grade(state == "Enabled"), f"the key: {state}"
    rotates = kms.get_key_rotation_status(KeyId=key)["KeyRotationEnabled"]
    yield grade(rotates), f"rotation of the key: {shown(rotates)}"
    for output in ("SigningSecretArn", "IndexSecretArn"):
        secret = boto3.client("secretsmanager").describe_secret(SecretId=stack.outputs[output])
        deletes = "DeletedDate" in secret
        yield grade(not deletes), f"{output}: {shown(deletes, 'scheduled for deletion', 'in use')}"


def the_table(stack):
    dynamodb, table = boto3.client("dynamodb"), stack.outputs["TableName"]
    backups = dynamodb.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    recovery = backups.get("PointInTimeRecoveryDescription", {}).get("PointInTimeRecoveryStatus")
    yield grade(recovery == "ENABLED"), f"point-in-time recovery of the table: {recovery}"
    protected = dynamodb.describe_table(TableName=table)["Table"].get("DeletionProtectionEnabled")
    yield grade(protected, "look"), f"deletion protection of the table: {shown(protected)}"


def the_subscriptions(stack):
    for output, name in TOPICS.items():
        pages = boto3.client("sns").get_paginator("list_subscriptions_by_topic").paginate(TopicArn=stack.outputs[output])
        subscriptions = [each["SubscriptionArn"] for page in pages for each in page["Subscriptions"]]
        confirmed = [arn for arn in subscriptions if arn.startswith("arn:")]
        # Without AlarmEmail, alarms may reach the operator in another way.
        otherwise = "FAULT" if stack.parameters.get("AlarmEmail") else "look"
        yield grade(confirmed, otherwise), f"{len(confirmed)} of {len(subscriptions)} subscriptions of the {name} are confirmed"


def the_alarms(stack):
    cloudwatch, ringing = boto3.client("cloudwatch"), []
    # By name and not by prefix, which alarms of another stack may share; at most 100 at once.
    for start in range(0, len(stack.alarms), 100):
        page = cloudwatch.describe_alarms(AlarmNames=stack.alarms[start:start + 100], StateValue="ALARM", MaxRecords=100)
        ringing += [each["AlarmName"] for each in page["MetricAlarms"]]
    yield grade(not ringing), f"alarms that are firing: {' '.join(ringing) or 'none'}"


def the_queues(stack):
    sqs = boto3.client("sqs")
    for output in DEAD:
        if url := stack.outputs.get(output):
            attributes = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["ApproximateNumberOfMessages"])["Attributes"]
            waiting = attributes["ApproximateNumberOfMessages"]
            yield grade(waiting == "0"), f"{output}: {waiting} messages to redrive"


def the_mappings(stack):
    functions = boto3.client("lambda")
    wanted = 0
    for output, name in stack.outputs.items():
        if output.endswith("Name") and output != "TableName":
            for mapping in functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
                wanted += mapping.get("ScalingConfig", {}).get("MaximumConcurrency", 1)
                yield grade(mapping["State"] == "Enabled"), f"{output}: a mapping is {mapping['State']}"
    limit = functions.get_account_settings()["AccountLimit"]["ConcurrentExecutions"]
    text = f"concurrency of the account: {limit}, of which the queues and the stream use {wanted} (new accounts have 10)"
    yield grade(limit >= 10 * wanted, "look"), text


CHECKS = [
    the_stack, the_account_in_ses, the_identity, the_configuration_set, the_key_and_secrets, the_table, the_subscriptions, the_alarms,
    the_queues, the_mappings,
]


def grade(is_good, otherwise="FAULT"):
    return "ok" if is_good else otherwise


def shown(is_on, on="enabled", off="disabled"):
    return on if is_on else off


def txt(name):
    """Returns the TXT records of a name as nslookup prints them, or None if nslookup is not installed."""
    try:
        return subprocess.run(["nslookup", "-type=TXT", name], capture_output=True, text=True, timeout=10, check=False).stdout
    except (FileNotFoundError, subprocess.TimeoutExpired):
        return None


def dmarc(domain):
    """Returns the domain whose DMARC record applies to a domain, and the record: its own, or that of a parent domain."""
    record = txt(f"_dmarc.{domain}")
    parent = domain.partition(".")[2]
    if record is None or "v=DMARC1" in record or "." not in parent:
        return domain, record
    return dmarc(parent)


def main():
    if len(sys.argv) != 2 or sys.argv[1].startswith("-"):
        sys.exit("usage: cargo xtask doctor STACK")
    stack = Stack(sys.argv[1])
    grades = []
    for check in CHECKS:
        try:
            findings = list(check(stack))
        except (ClientError, BotoCoreError, KeyError) as error:
            findings = [("FAULT", f"{check.__name__.replace('_', ' ')} cannot be checked: {error}")]
        for found, text in findings:
            grades.append(found)
            print(f"{found:5}  {text}")
    sys.exit("FAULT" in grades)


if __name__ == "__main__":
    main()
