// One client tells the whole story: node tell.mjs <client> <base url> <ordinary documents | manifest>. Prints one JSON
// line: the steps that were told, and how its requests named their documents.
import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import * as clients from './clients.mjs';
import { STEPS, Story } from './steps.mjs';

const [kind, base, path] = process.argv.slice(2);
const file = readFileSync(path, 'utf8');
const manifest = path.endsWith('.json') ? Object.entries(JSON.parse(file)) : [];
const hashes = new Map(manifest.map(([hash, text]) => [parse(text).definitions[0].name.value, hash]));
const operations = manifest.length ? manifest.flatMap(([, text]) => parse(text).definitions) : parse(file).definitions;
const documents = new Map(
  operations.filter((node) => node.kind === Kind.OPERATION_DEFINITION).map((node) => [node.name.value, print(node)]),
);

const sent = { byText: 0, byHash: 0, byGet: 0 };
const counted = (url, init = {}) => {
  const get = !init.body;
  const asked = get ? Object.fromEntries(new URL(url).searchParams) : JSON.parse(init.body);
  sent[asked.query === undefined ? 'byHash' : 'byText'] += 1;
  sent.byGet += get ? 1 : 0;
  return fetch(url, init);
};

const ask = clients[kind](`${base}/graphql`, counted, hashes);
const story = new Story((name, variables, token) => ask({ name, text: documents.get(name) }, variables, token), base);
const told = [];
for (const step of STEPS) {
  await step(story).catch((error) => {
    throw new Error(`${step.name}: ${error.message}`, { cause: error });
  });
  told.push(step.name);
}
console.log(JSON.stringify({ told, sent }));
process.exit(0);
