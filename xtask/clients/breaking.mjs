// Names the changes of the API's description that break clients: `node breaking.mjs BEFORE AFTER`. With `--try DESCRIPTION` it proves
// that it tells the two kinds of changes apart.
import { readFileSync } from 'node:fs';
import { apiCompare } from 'api-smart-diff';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function breaking(before, after) {
  const { diffs } = apiCompare(before, after);
  // The package takes every new parameter for optional.
  const isParameter = (path) => path.at(-1) === 'parameters' || path.at(-2) === 'parameters';
  const demanded = ({ action, path, after }) => action === 'add' && isParameter(path) && [after].flat().some((added) => added?.required);
  // A schema is compared where it is used, as well.
  const places = diffs.filter((diff) => diff.type === 'breaking' || demanded(diff)).map(({ action, path }) => `${action} ${path.join('/')}`);
  return [...new Set(places)].sort();
}

const BREAKS = {
  'a path is gone': (api) => delete api.paths['/api/users/me'],
  'a method is gone': (api) => delete api.paths['/api/spaces/{id}'].delete,
  'an answer is gone': (api) => delete api.paths['/api/users/me'].get.responses['200'],
  'a field of an answer is gone': (api) => delete api.components.schemas.Me.properties.timezone,
  'a field of a request is demanded': (api) => api.components.schemas.NewSpace.required.push('description'),
  'a parameter is demanded': (api) =>
    (api.paths['/api/users/me'].get.parameters = [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }]),
  'a type is another one': (api) => (api.components.schemas.Me.properties.timezone.type = 'integer'),
};

const KEEPS = {
  'nothing changes': () => {},
  'a text changes': (api) => (api.info.description = 'Other words'),
  'a path is new': (api) => (api.paths['/api/new'] = api.paths['/api/users/me']),
  'a field of an answer is new': (api) => (api.components.schemas.Me.properties.nick = { type: 'string' }),
  'an optional field of a request is new': (api) => (api.components.schemas.NewSpace.properties.nick = { type: 'string' }),
  'an optional parameter is new': (api) =>
    (api.paths['/api/users/me'].get.parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }]),
};

function tryAll(api) {
  for (const [changes, breaks] of [[BREAKS, true], [KEEPS, false]]) {
    for (const [name, change] of Object.entries(changes)) {
      const changed = structuredClone(api);
      change(changed);
      if (breaking(api, changed).length > 0 !== breaks) throw new Error(`${name}: taken for ${breaks ? 'harmless' : 'breaking'}`);
    }
  }
}

const [first, second] = process.argv.slice(2);
if (first === '--try') {
  tryAll(read(second));
} else {
  const found = breaking(read(first), read(second));
  found.forEach((place) => console.log(place));
  process.exitCode = found.length > 0 ? 1 : 0;
}
