// One client tells the whole story: node tell.mjs <client> <base url> <ordinary documents | manifest>. Prints one JSON
// line: the steps that were told, and how its requests named their documents.
import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import * as clients from './clients.mjs';
import { STEPS, Story } from './steps.mjs';

const [kind, base, ...paths] = process.argv.slice(2);
const files = paths.map((path) => readFileSync(path, 'utf8'));
const manifest = paths[0].endsWith('.json') ? Object.entries(JSON.parse(files[0])) : [];
const hashes = new Map(manifest.map(([hash, text]) => [parse(text).definitions[0].name.value, hash]));
const texts = manifest.length ? manifest.map(([, text]) => text) : files;
const operations = texts.flatMap((text) => parse(text).definitions);
const documents = new Map(
  operations
    .filter((node) => node.kind === Kind.OPERATION_DEFINITION)
    .map((node) => [node.name.value, { name: node.name.value, text: print(node) }]),
);

const sent = { byText: 0, byHash: 0, byGet: 0 };
const note = (asked) => { sent[asked.query ? 'byText' : 'byHash'] += 1; };
const counted = (url, init = {}) => {
  note(init.body ? JSON.parse(init.body) : Object.fromEntries(new URL(url).searchParams));
  sent.byGet += init.body ? 0 : 1;
  return fetch(url, init);
};

const client = clients[kind]({ url: `${base}/graphql`, fetch: counted, hashes, note });
const by = (how) => (name, variables, token) => how(documents.get(name), variables, token);
const story = new Story(by(client.ask), by(client.watch), base);
const told = [];
for (const step of STEPS) {
  await step(story).catch((error) => {
    throw new Error(`${step.name}: ${error.message}`, { cause: error });
  });
  told.push(step.name);
}
console.log(JSON.stringify({ told, sent }));
process.exit(0);
