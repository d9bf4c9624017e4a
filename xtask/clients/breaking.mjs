// Lists the changes of the API's description that break clients: `node breaking.mjs BEFORE AFTER`. With `--try DESCRIPTION`, it tests
// itself with changes that do and that do not break clients.
import { readFileSync } from 'node:fs';
import { apiCompare } from 'api-smart-diff';

const read = (file) => JSON.parse(readFileSync(file, 'utf8'));

function breaking(before, after) {
  const { diffs } = apiCompare(before, after);
  // api-smart-diff regards every new parameter as optional.
  const isParameter = (path) => path.at(-1) === 'parameters' || path.at(-2) === 'parameters';
  const isNewlyRequired = ({ action, path, after }) => action === 'add' && isParameter(path) && [after].flat().some((added) => added?.required);
  // A schema is compared at each of its uses, too, so places repeat.
  const places = diffs.filter((diff) => diff.type === 'breaking' || isNewlyRequired(diff)).map(({ action, path }) => `${action} ${path.join('/')}`);
  return [...new Set(places)].sort();
}

const BREAKS = {
  'a path is removed': (api) => delete api.paths['/api/users/me'],
  'a method is removed': (api) => delete api.paths['/api/spaces/{id}'].delete,
  'a response is removed': (api) => delete api.paths['/api/users/me'].get.responses['200'],
  'a field of a response is removed': (api) => delete api.components.schemas.Me.properties.timezone,
  'a field of a request becomes required': (api) => api.components.schemas.NewSpace.required.push('description'),
  'a required parameter is added': (api) =>
    (api.paths['/api/users/me'].get.parameters = [{ name: 'q', in: 'query', required: true, schema: { type: 'string' } }]),
  'a type changes': (api) => (api.components.schemas.Me.properties.timezone.type = 'integer'),
};

const KEEPS = {
  'nothing changes': () => {},
  'a text changes': (api) => (api.info.description = 'Other words'),
  'a path is added': (api) => (api.paths['/api/new'] = api.paths['/api/users/me']),
  'a field of a response is added': (api) => (api.components.schemas.Me.properties.nick = { type: 'string' }),
  'an optional field of a request is added': (api) => (api.components.schemas.NewSpace.properties.nick = { type: 'string' }),
  'an optional parameter is added': (api) =>
    (api.paths['/api/users/me'].get.parameters = [{ name: 'q', in: 'query', schema: { type: 'string' } }]),
};

function tryAll(api) {
  for (const [changes, breaks] of [[BREAKS, true], [KEEPS, false]]) {
    for (const [name, change] of Object.entries(changes)) {
      const changed = structuredClone(api);
      change(changed);
      if (breaking(api, changed).length > 0 !== breaks) throw new Error(`${name}: classified as ${breaks ? 'compatible' : 'breaking'}`);
    }
  }
}

const [first, second] = process.argv.slice(2);
if (first === '--try') {
  tryAll(read(second));
} else {
  const found = breaking(read(first), read(second));
  found.forEach((place) => console.log(place));
  // Not 1, the exit code of Node.js for uncaught errors.
  process.exitCode = found.length > 0 ? 3 : 0;
}
