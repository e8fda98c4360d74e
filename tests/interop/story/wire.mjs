// What goes over the wire, whatever a client makes of it. One exchange for each operation: how its document was named
// (`by`), over what it was answered, and its talk in order. That is the status over HTTP; on a socket and in a stream
// the server's `next`, `error` and `complete`, then `stopped` where the client ended it. A stream's body has an `end`,
// too, or was `cut`.
import { parse } from 'graphql';
import WebSocket from 'ws';

const STREAM = 'text/event-stream';
const JSON_ANSWER = 'application/graphql-response+json';

function payloadOf(url, { body }) {
  if (body) return JSON.parse(body);
  const asked = Object.fromEntries(new URL(url).searchParams);
  return { ...asked, extensions: JSON.parse(asked.extensions ?? '{}') };
}

function overOf(response) {
  const type = response.headers.get('content-type') ?? 'nothing';
  return { [JSON_ANSWER]: 'http', [STREAM]: 'sse' }[type.split(';')[0]] ?? type;
}

// Notes each whole event of a stream; the part of one that is left.
function noteEvents(exchange, text) {
  const events = text.split('\n\n');
  const rest = events.pop();
  for (const event of events.filter((one) => !one.startsWith(':'))) {
    const [, type] = event.match(/^event: (.*)$/m) ?? [null, 'nameless'];
    exchange.talk.push(type);
    if (type === 'next') exchange.data.push(JSON.parse(event.match(/^data: (.*)$/m)[1]).data);
  }
  return rest;
}

export class Wire {
  // `documents` are texts by name, `hashes` their hashes by name.
  constructor(documents, hashes) {
    const named = new Map([...hashes].map(([name, hash]) => [hash, documents.get(name)]));
    Object.assign(this, { named, exchanges: [], closings: [], open: [] });
    this.fetch = this.fetch.bind(this);
    this.WebSocket = socketOn(this);
  }

  begin({ query, documentId, extensions }, way) {
    const hash = extensions?.persistedQuery?.sha256Hash;
    const names = Object.entries({ text: query, documentId, persistedQuery: hash }).filter(([, given]) => given);
    if (names.length !== 1) throw new Error(`a document is named by ${JSON.stringify(names)}`);
    const [[by, given]] = names;
    const text = by === 'text' ? given : this.named.get(given);
    const { name, operation } = parse(text).definitions.find((definition) => definition.operation);
    const exchange = { operation: name.value, kind: operation, by, ...way, talk: [], data: [] };
    this.exchanges.push(exchange);
    return exchange;
  }

  // `fetch` as clients are given it. A stream is heard to its end even where the client goes after `complete`.
  async fetch(url, init = {}) {
    const exchange = this.begin(payloadOf(url, init), { over: null, method: init.method ?? 'GET' });
    const hold = new AbortController();
    const stop = () => {
      if (exchange.talk.some((said) => ['complete', 'stopped', 'end'].includes(said))) return;
      exchange.talk.push('stopped');
      hold.abort();
    };
    init.signal?.addEventListener('abort', stop);
    const response = await fetch(url, { ...init, signal: hold.signal });
    exchange.over = overOf(response);
    if (exchange.over === 'sse') return new Response(this.heard(exchange, response.body, stop), response);
    const text = await response.text();
    init.signal?.removeEventListener('abort', stop);
    exchange.talk.push(String(response.status));
    return new Response(text, response);
  }

  // A stream for the client, as it comes from the server.
  heard(exchange, body, stop) {
    let isRead = true;
    const start = (client) => this.open.push(this.pump(exchange, body, (does) => { if (isRead) does(client); }));
    return new ReadableStream({ start: (client) => { start(client); }, cancel: () => { isRead = false; stop(); } });
  }

  async pump(exchange, body, tell) {
    const decoder = new TextDecoder();
    let rest = '';
    try {
      for await (const chunk of body) {
        rest = noteEvents(exchange, rest + decoder.decode(chunk, { stream: true }));
        tell((client) => client.enqueue(chunk));
      }
      exchange.talk.push(rest ? 'cut' : 'end');
      tell((client) => client.close());
    } catch (error) {
      if (!exchange.talk.includes('stopped')) exchange.talk.push('cut');
      tell((client) => client.error(error));
    }
  }

  // Resolves once the server has ended every stream and every socket is closed.
  async over() {
    await Promise.all(this.open);
  }
}

// The class of sockets that are noted on a wire.
const socketOn = (wire) => class extends WebSocket {
  constructor(...given) {
    super(...given);
    this.operations = new Map();
    this.on('message', (text) => this.note(JSON.parse(text)));
    wire.open.push(new Promise((resolve) => { this.on('close', (code) => { wire.closings.push(code); resolve(); }); }));
  }

  note({ id, type, payload }) {
    if (id === undefined) return; // of the connection, not of an operation
    const exchange = this.operations.get(id);
    if (!exchange) throw new Error(`${type} of ${id}, which nobody asked`);
    exchange.talk.push(type);
    if (type === 'next') exchange.data.push(payload.data);
  }

  send(text, ...more) {
    const { id, type, payload } = JSON.parse(text);
    if (type === 'subscribe') this.operations.set(id, wire.begin(payload, { over: 'ws', method: null }));
    if (type === 'complete') this.operations.get(id).talk.push('stopped');
    super.send(text, ...more);
  }
};
