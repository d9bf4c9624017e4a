import assert from "node:assert/strict";
import { test } from "node:test";

import { differences } from "./difference";
import { SCENARIOS } from "./parameters";
import { samDeployment, template } from "./sam";
import type { Json, Template } from "./template";

/** What a template may say in its own words: names of statements and policies, the version of the policy language. */
const NOT_COMPARED = /\.(Sid|PolicyName|PolicyDocument\.Version|AssumeRolePolicyDocument\.Version|KeyPolicy\.Version)$/;

/** The ids of alarms' own expressions. */
const EXPRESSION_ID = /Alarm\.Properties\.Metrics\.0\.Id$/;

const SCENES = Object.values(SCENARIOS).map(({ parameters }) => ({ parameters, before: samDeployment(parameters) }));

/** Whether the comparison sees that a template isn't this one, in any scenario. */
function sees(other: Template): boolean {
  return SCENES.some(({ parameters, before }) => {
    try {
      return differences(before, samDeployment(parameters, other)).length > 0;
    } catch {
      return true;
    }
  });
}

/** Every text, number and truth value below, with its path and a way to put another one there. */
function* places(value: Json, path: string): Generator<{ path: string; change: () => () => void }> {
  if (value === null || typeof value !== "object") return;
  for (const [name, field] of Object.entries(value)) {
    const place = `${path}.${name}`;
    if (field !== null && typeof field === "object") {
      yield* places(field, place);
      continue;
    }
    const into = value as { [name: string]: Json };
    const change = () => {
      into[name] = typeof field === "boolean" ? !field : typeof field === "number" ? field + 1 : `${field}x`;
      return () => void (into[name] = field);
    };
    yield { path: place, change };
  }
}

test("whatever is changed in a resource of the template, the comparison sees it", () => {
  const other = structuredClone(template);
  const unseen: string[] = [];
  for (const [id, { Properties = {} }] of Object.entries(other.Resources)) {
    for (const { path, change } of places(Properties, `${id}.Properties`)) {
      const undo = change();
      if (!sees(other)) unseen.push(path);
      undo();
    }
  }
  const unexpected = unseen.filter((path) => !NOT_COMPARED.test(path) && !EXPRESSION_ID.test(path));
  assert.deepEqual(unexpected, []);
});

for (const field of ["Type", "DeletionPolicy", "UpdateReplacePolicy", "DependsOn", "Condition"] as const) {
  test(`the ${field} of a resource is compared`, () => {
    for (const [id, resource] of Object.entries(template.Resources)) {
      if (resource[field] === undefined) continue;
      const { [field]: _, ...rest } = resource;
      const without = { ...rest, ...(field === "Type" ? { Type: "AWS::SSM::Parameter" } : {}) } as typeof resource;
      assert.ok(sees({ ...template, Resources: { ...template.Resources, [id]: without } }), id);
    }
  });
}

test("a resource that only one of the two has is seen", () => {
  for (const id of Object.keys(template.Resources)) {
    const { [id]: _, ...rest } = template.Resources;
    assert.ok(sees({ ...template, Resources: rest }), id);
  }
});

test("what the functions share is compared", () => {
  const other = structuredClone(template);
  for (const { path, change } of places(other.Globals.Function, "Globals.Function")) {
    const undo = change();
    assert.ok(sees(other), path);
    undo();
  }
});
