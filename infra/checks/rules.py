"""What the linters do not ask of the template: names, the environment's size, gradual deployments, headers of the edge; and what SAM reads
of the documentation's `deploy` lines.

Run by `cargo xtask infra` with the Python of the SAM CLI and of cfn-lint, whose schemas say by which property a resource is named.
"""

import contextlib
import io
import json
import pathlib
import re
import sys
from unittest import mock

import boto3
import cfnlint.decode
from botocore.response import StreamingBody
from botocore.stub import ANY, Stubber
from cfnlint.schema import PROVIDER_SCHEMA_MANAGER
from samcli.cli.types import CfnParameterOverridesType

ROOT = pathlib.Path(__file__).resolve().parents[2]
TEMPLATE = cfnlint.decode.decode(str(ROOT / "infra/template.yaml"))[0]
RESOURCES = TEMPLATE["Resources"]

# Named by what an operator owns in the world, so two stacks with the same one are a conflict of the operator's own.
OWNED = {"AWS::SES::EmailIdentity", "AWS::ApiGatewayV2::DomainName"}
# Names of these are the account's, whatever the region.
GLOBAL = {"AWS::CloudWatch::Dashboard", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Budgets::Budget"}


def names():
    """Yields faults of explicit names, by which two stacks in one account or in two regions would collide."""
    for name, resource in RESOURCES.items():
        kind = resource["Type"]
        if kind in OWNED or kind.startswith("AWS::Serverless::"):
            continue
        schema = PROVIDER_SCHEMA_MANAGER.get_resource_schema("eu-central-1", kind).schema
        settable = set(schema.get("primaryIdentifier", [])) - set(schema.get("readOnlyProperties", []))
        values = [resource.get("Properties", {}).get(pointer.rsplit("/", 1)[-1]) for pointer in settable]
        parts = [value for value in values if value is not None]
        if any(of_the_stack(value) for value in parts):
            continue
        text = " ".join(str(value) for value in parts)
        if parts and "AWS::StackName" not in text:
            yield f"{name} has the same name in two stacks: {text}"
        if parts and kind in GLOBAL and "AWS::Region" not in text:
            yield f"{name} has the same name in two regions: {text}"


def of_the_stack(value):
    """Returns whether a value is the name of a resource of the stack, by which its parts are told apart."""
    return isinstance(value, dict) and (value.get("Ref", "").split(".")[0] in RESOURCES or "Fn::GetAtt" in value)



def gradual():
    """Yields the functions behind the API whose new versions would take over unchecked or unwatched, and what the check gets wrong."""
    for name, resource in RESOURCES.items():
        if resource["Type"] != "AWS::ApiGatewayV2::Integration":
            continue
        condition, alias, function = resource["Properties"]["IntegrationUri"]["Fn::If"]
        function = function["Fn::GetAtt"][0]
        if (condition, alias) != ("IsGradual", {"Ref": f"{function}.Alias"}):
            yield f"{name}: a gradual deployment does not reach it"
        properties = RESOURCES[function]["Properties"]
        preference = properties.get("DeploymentPreference", {})
        if "PreTraffic" not in preference.get("Hooks", {}) or not preference.get("Alarms"):
            yield f"{function}: its new versions are not checked and watched"
        # Without the one SAM makes no new version for other parameters, and the alias keeps the old environment. Without the other Lambda
        # has nothing to publish where the function itself is as before, and the deployment fails.
        description = str(properties.get("Description", {}))
        if properties.get("VersionDescription") != {"Ref": "Revision"} or "${Revision}" not in description:
            yield f"{function}: another parameter makes no version"
        if f"${{{function}.Arn}}:*" not in str(RESOURCES["CheckVersionRole"]["Properties"]["Policies"]):
            yield f"{function}: the check may not invoke its versions"
    for answer, error, expected in (({"statusCode": 404}, {}, "Succeeded"), ({"statusCode": 500}, {}, "Failed"),
                                    ({"errorType": "Runtime.ExitError"}, {"FunctionError": "Unhandled"}, "Failed")):
        if (said := checked(answer, error)) != expected:
            yield f"CheckVersionFunction: {answer} is {said} instead of {expected}"


def checked(answer, error):
    """Runs the check of a version that answers this, and returns its verdict. botocore holds each call against AWS's models."""
    session = boto3.Session(aws_access_key_id="none", aws_secret_access_key="none", region_name="eu-central-1")
    clients = {name: session.client(name) for name in ("codedeploy", "lambda")}
    codedeploy, functions = Stubber(clients["codedeploy"]), Stubber(clients["lambda"])
    version = {"Name": "join", "Alias": "live", "CurrentVersion": "1", "TargetVersion": "2"}
    content = json.dumps({"version": 0, "Resources": [{"join": {"Type": "AWS::Lambda::Function", "Properties": version}}]})
    revision = {"revisionType": "AppSpecContent", "appSpecContent": {"content": content}}
    codedeploy.add_response("get_deployment", {"deploymentInfo": {"revision": revision}}, {"deploymentId": "d-1"})
    payload = StreamingBody(io.BytesIO(json.dumps(answer).encode()), len(json.dumps(answer)))
    functions.add_response("invoke", {"Payload": payload, **error}, {"FunctionName": "join", "Qualifier": "2", "Payload": ANY})
    said = {}
    clients["codedeploy"].meta.events.register(
        "provide-client-params.codedeploy.PutLifecycleEventHookExecutionStatus", lambda params, **_: said.update(params))
    codedeploy.add_response("put_lifecycle_event_hook_execution_status", {})
    code = RESOURCES["CheckVersionFunction"]["Properties"]["Code"]["ZipFile"]
    with codedeploy, functions, mock.patch("boto3.client", clients.get), contextlib.redirect_stdout(io.StringIO()):
        names = {}
        exec(compile(code, "CheckVersionFunction", "exec"), names)
        names["handler"]({"DeploymentId": "d-1", "LifecycleEventHookExecutionId": "h-1"}, None)
    return said["status"]


# Lambda's limit for all variables of a function, which it measures as a JSON object.
ENVIRONMENT = 4096
# Values that no parameter bounds, so these lengths are assumed: of a list, of what a secret holds, of a resource's name, ARN or URL.
LIST, SECRET, RESOURCE = 200, 128, 200
PSEUDO = {"AWS::NoValue": 0, "AWS::StackName": 128, "AWS::Region": 16, "AWS::AccountId": 12, "AWS::URLSuffix": 16, "Api": 10}
# An object with a private key; two secrets as docs/operations.md makes them, and a comma.
LONG_SECRETS = {"CANARY_CREDENTIAL": 1024, "EDGE_SECRETS": 129}
# Bytes of a character, where it is not 1: of any text in UTF-8, and of JSON, of which a fifth is quotes that are escaped.
CHARACTER = {"ProductName": 3, "Issuers": 1.2, "Introspection": 1.2}


def environments():
    """Yields the functions whose environment could be too long with the longest values of the parameters."""
    shared = TEMPLATE["Globals"]["Function"]["Environment"]["Variables"]
    for name, resource in RESOURCES.items():
        if resource["Type"] == "AWS::Serverless::Function":
            variables = {**shared, **resource["Properties"]["Environment"]["Variables"]}
            # `"key":"value",`
            size = 1 + sum(len(key) + 6 + LONG_SECRETS.get(key, longest(value)) for key, value in variables.items())
            if size > ENVIRONMENT:
                yield f"{name}: its environment may have {size} of {ENVIRONMENT} bytes, with lists of {LIST} and secrets of {SECRET} at most"


def longest(value):
    """Returns the bytes of a value at most."""
    if not isinstance(value, dict):
        return sum(map(longest, value)) + len(value) if isinstance(value, list) else len(str(value))
    (function, argument), = value.items()
    if function == "Ref":
        parameter = TEMPLATE["Parameters"].get(argument)
        if parameter is None:
            return PSEUDO.get(argument, RESOURCE)
        if parameter["Type"] == "Number":
            return len(str(parameter.get("MaxValue", 10**9)))
        if parameter["Type"] == "CommaDelimitedList":
            return LIST
        bound = parameter.get("MaxLength") or max(map(len, parameter.get("AllowedValues", ["x" * ENVIRONMENT])))
        return round(CHARACTER.get(argument, 1) * bound)
    if function == "Fn::If":
        return max(longest(argument[1]), longest(argument[2]))
    if function == "Fn::Join":
        return longest(argument[1])
    if function == "Fn::GetAtt":
        return RESOURCE
    text = argument
    if "{{resolve:secretsmanager" in text:
        return SECRET
    references = re.findall(r"\$\{([^}]+)\}", text)
    return len(re.sub(r"\$\{[^}]+\}", "", text)) + sum(longest({"Ref": each}) for each in references)


# What CloudFront refuses at the beginning of a header that it adds for the origin, and a function may not write.
REFUSED_HEADERS = ("x-amz-", "x-amzn-", "x-edge-", "x-real-ip")


def edge():
    """Yields the headers of the edge that CloudFront refuses, and those that the functions do not read."""
    template = cfnlint.decode.decode(str(ROOT / "infra/edge.yaml"))[0]
    read = (ROOT / "shared/http/src/edge.rs").read_text()
    origins = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    headers = [header["HeaderName"] for origin in origins for header in origin["OriginCustomHeaders"]]
    headers += re.findall(r'headers\["([^"]+)"\] =', template["Resources"]["Viewer"]["Properties"]["FunctionCode"])
    for header in headers:
        if header.lower().startswith(REFUSED_HEADERS):
            yield f"edge.yaml: CloudFront refuses the header {header}"
        if f'"{header}"' not in read:
            yield f"edge.yaml: the functions do not read the header {header}"


def archive():
    """Yields a fault if the archive keeps other events than the rule lets through."""
    patterns = [RESOURCES[name]["Properties"]["EventPattern"] for name in ("MailEventRule", "MailEventArchive")]
    if patterns[0] != patterns[1]:
        yield "MailEventArchive: its events are not those of MailEventRule"


def deployments():
    """Yields what SAM would not read, or the template does not have, of the parameters in the `deploy` lines of the documentation."""
    for path in sorted((ROOT / "docs").glob("*.md")):
        for quoted in re.findall(r"""\bdeploy\s+('[^']*'|"[^"]*"|[A-Z]\w+=[^\s`;]*)""", path.read_text()):
            text = re.sub(r"\$\([^)]*\)", "output", quoted.strip("'") if quoted[0] == "'" else quoted.strip('"'))
            read = CfnParameterOverridesType().convert(f"Revision=1 {text}", None, None)
            for name in re.findall(r"(?:^|\s)([A-Z]\w+)=", text):
                if name not in read:
                    yield f"{path.name}: deploy {quoted}: SAM does not read {name}"
                if name not in TEMPLATE["Parameters"]:
                    yield f"{path.name}: deploy {quoted}: there is no parameter {name}"


def main():
    faults = [fault for rule in (names, environments, gradual, edge, archive, deployments) for fault in rule()]
    for fault in faults:
        print(fault, file=sys.stderr)
    sys.exit(bool(faults))


if __name__ == "__main__":
    main()
