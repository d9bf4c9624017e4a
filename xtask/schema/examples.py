"""Validates every example in the API's description against its schema."""

import json
import sys

import jsonschema_rs

DESCRIPTION = json.load(open(sys.argv[1], encoding="utf-8"))


def contents(node):
    """Yields every object that has a schema and examples."""
    if isinstance(node, dict):
        if "schema" in node and "examples" in node:
            yield node
        for value in node.values():
            yield from contents(value)
    elif isinstance(node, list):
        for value in node:
            yield from contents(value)


checked = 0
for content in contents(DESCRIPTION):
    schema = {**content["schema"], "components": DESCRIPTION["components"]}
    validator = jsonschema_rs.Draft202012Validator(schema, validate_formats=True)
    for name, example in content["examples"].items():
        for error in validator.iter_errors(example["value"]):
            sys.exit(f"the example {name} does not match its schema: {error}")
        checked += 1
if not checked:
    sys.exit("the description has no examples")
print(f"{checked} examples match their schemas")
