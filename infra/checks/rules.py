"""Checks of the template that the linters lack: names, the environment's size, gradual deployments and headers of the edge; and whether
SAM can parse the `deploy` lines in the documentation.

`cargo xtask infra` runs it with the Python of the SAM CLI and of cfn-lint, whose schemas define which property names a resource.
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

# Named after something that the operator owns. If two stacks have the same one, that is the operator's conflict.
OWNED = {"AWS::SES::EmailIdentity", "AWS::ApiGatewayV2::DomainName"}
# Their names are unique per account, not per region.
GLOBAL = {"AWS::CloudWatch::Dashboard", "AWS::IAM::Role", "AWS::IAM::Policy", "AWS::Budgets::Budget"}


def names():
    """Yields explicit names that would collide between two stacks in one account or in two regions."""
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
    """Returns whether a value is the name of another resource of the stack, which makes it unique."""
    return isinstance(value, dict) and (value.get("Ref", "").split(".")[0] in RESOURCES or "Fn::GetAtt" in value)



def gradual():
    """Yields the functions behind the API whose new versions would get traffic without a check or alarms, and faults of the check itself."""
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
            yield f"{function}: its new versions are neither checked nor watched"
        # Without VersionDescription, SAM creates no new version for changed parameters, and the alias keeps the old environment. Without
        # Revision in Description, Lambda has nothing to publish if the function itself is unchanged, and the deployment fails.
        description = str(properties.get("Description", {}))
        if properties.get("VersionDescription") != {"Ref": "Revision"} or "${Revision}" not in description:
            yield f"{function}: a changed parameter creates no version"
        if f"${{{function}.Arn}}:*" not in str(RESOURCES["CheckVersionRole"]["Properties"]["Policies"]):
            yield f"{function}: the check may not invoke its versions"
    for answer, error, expected in (({"statusCode": 404}, {}, "Succeeded"), ({"statusCode": 500}, {}, "Failed"),
                                    ({"errorType": "Runtime.ExitError"}, {"FunctionError": "Unhandled"}, "Failed")):
        if (said := checked(answer, error)) != expected:
            yield f"CheckVersionFunction: {answer} is {said} instead of {expected}"


def checked(answer, error):
    """Runs the check against a version with this answer and returns its verdict. botocore validates each call against AWS's models."""
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


# Lambda's limit for all variables of a function together, measured as a JSON object.
ENVIRONMENT = 4096
# Assumed maximum lengths of values that no parameter limits: a list, the value of a secret, and a resource's name, ARN or URL.
LIST, SECRET, RESOURCE = 200, 128, 200
PSEUDO = {"AWS::NoValue": 0, "AWS::StackName": 128, "AWS::Region": 16, "AWS::AccountId": 12, "AWS::URLSuffix": 16, "Api": 10}
# An object with a private key, and two secrets as created in docs/operations.md, separated by a comma.
LONG_SECRETS = {"CANARY_CREDENTIAL": 1024, "EDGE_SECRETS": 129}
# Bytes per character if not 1: in UTF-8 text, and in JSON, where a fifth of the characters are escaped quotation marks.
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
    """Returns the maximum size of a value in bytes."""
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


# Prefixes of headers that CloudFront refuses to add for the origin and doesn't allow functions to set.
REFUSED_HEADERS = ("x-amz-", "x-amzn-", "x-edge-", "x-real-ip")


def edge():
    """Yields the headers of the edge that CloudFront rejects, and those that the functions don't read."""
    template = cfnlint.decode.decode(str(ROOT / "infra/edge.yaml"))[0]
    read = (ROOT / "shared/http/src/edge.rs").read_text()
    origins = template["Resources"]["Distribution"]["Properties"]["DistributionConfig"]["Origins"]
    headers = [header["HeaderName"] for origin in origins for header in origin["OriginCustomHeaders"]]
    headers += re.findall(r'headers\["([^"]+)"\] =', template["Resources"]["Viewer"]["Properties"]["FunctionCode"])
    for header in headers:
        if header.lower().startswith(REFUSED_HEADERS):
            yield f"edge.yaml: CloudFront rejects the header {header}"
        if f'"{header}"' not in read:
            yield f"edge.yaml: the functions do not read the header {header}"


def archive():
    """Yields a fault if the archive keeps other events than those that the rule matches."""
    patterns = [RESOURCES[name]["Properties"]["EventPattern"] for name in ("MailEventRule", "MailEventArchive")]
    if patterns[0] != patterns[1]:
        yield "MailEventArchive: its events are not those of MailEventRule"


def deployments():
    """Yields the parameters in `deploy` lines of the documentation that SAM can't parse or that the template lacks."""
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
