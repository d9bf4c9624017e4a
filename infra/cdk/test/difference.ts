import type { Json } from "./template";

/** Where two values differ, one line for each place. A number and its text are the same to CloudFormation. */
export function differences(template: object, construct: object): string[] {
  const [left, right] = [leaves(template as Json), leaves(construct as Json)];
  const places = [...new Set([...left.keys(), ...right.keys()])].sort();
  const different = places.filter((place) => left.get(place) !== right.get(place));
  // Where a list has other texts in it, their order is no news.
  const told = (place: string) => different.some((other) => other.startsWith(`${place.replace(/ in order$/, "")}[`));
  return different
    .filter((place) => !place.endsWith(" in order") || !told(place))
    .map(
      (place) =>
        `${place}\n    template.yaml: ${left.get(place) ?? "-"}\n    construct:     ${right.get(place) ?? "-"}`,
    );
}

function leaves(value: Json, place = "", into = new Map<string, string>()): Map<string, string> {
  if (value === null || typeof value !== "object") return into.set(place, String(value));
  const fields = Object.entries(value);
  // An empty list or object is there, too.
  if (fields.length === 0) into.set(place, JSON.stringify(value));
  // A list of texts is clearer as a whole: with one more in the middle, all that follow would differ.
  if (Array.isArray(value) && value.every((item) => typeof item === "string")) {
    for (const item of value) into.set(`${place}[${item}]`, "there");
    into.set(`${place} in order`, new Set(value).size === value.length ? value.join() : `repeats: ${value.join()}`);
    return into;
  }
  for (const [name, field] of fields) leaves(field, place === "" ? name : `${place}.${name}`, into);
  return into;
}
