// One client tells the whole story: node tell.mjs <client> <base url> <ordinary documents | manifest>. Prints one JSON
// line: the steps that were told, the operations that were asked, what the client told of each subscription, and what
// went over the wire.
import { readFileSync } from 'node:fs';
import { Kind, parse, print } from 'graphql';
import { CLIENTS } from './clients.mjs';
import { STEPS, Story, inTime } from './steps.mjs';
import { Wire } from './wire.mjs';

const NAMED_AFTER = 2_000; // ms

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

const wire = new Wire(new Map([...documents].map(([name, { text }]) => [name, text])), hashes);
const client = CLIENTS[kind]({ url: `${base}/graphql`, fetch: wire.fetch, WebSocket: wire.WebSocket, hashes });
const asked = [];
const watched = [];

function ask(name, variables, token) {
  asked.push(name);
  return client.ask(documents.get(name), variables, token);
}

async function* watch(name, variables, token) {
  const data = [];
  asked.push(name);
  watched.push(data);
  for await (const news of client.watch(documents.get(name), variables, token)) {
    data.push(news);
    yield news;
  }
}

const story = new Story(ask, watch, base);
const told = [];
for (const step of STEPS) {
  await step(story).catch((error) => {
    throw new Error(`${step.name}: ${error.message}`, { cause: error });
  });
  told.push(step.name);
}
await client.close();
await inTime(wire.over(), 'the end of every connection');
console.log(JSON.stringify({ told, asked, watched, exchanges: wire.exchanges, closings: wire.closings }));
// The process ends here unless something is left open, which is named then.
setTimeout(() => console.error('left open:', process.getActiveResourcesInfo()), NAMED_AFTER).unref();
