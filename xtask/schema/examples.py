"""Holds every example in the description against the schema beside it."""

import json
import sys

import jsonschema_rs

DESCRIPTION = json.load(open(sys.argv[1], encoding="utf-8"))


def contents(node):
    """Everything that has a schema and examples."""
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
            sys.exit(f"the example {name} is not what its schema says: {error}")
        checked += 1
if not checked:
    sys.exit("there are no examples")
print(f"{checked} examples are what their schemas say")
