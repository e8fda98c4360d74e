// Clients that ask and watch, each in its own way: `await ask(document, variables, token)` gives the data or throws,
// `watch(document, variables, token)` gives the data of each event until the server ends it; `close()` ends what is
// left open. A document is {name, text}; where there are hashes, only the hash is sent. All goes through the
// `fetch` and the `WebSocket` that are given.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';

const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});
const nameOf = (tree) => tree.definitions.find((definition) => definition.kind === 'OperationDefinition').name.value;
const kindOf = (text) => text.match(/^(query|mutation|subscription)/)[0];
const isSubscription = ({ query }) => query.definitions.some(({ operation }) => operation === 'subscription');

function dataOf({ data, error, errors }) {
  if (error) throw error;
  if (errors) throw new Error(JSON.stringify(errors));
  return data;
}

async function* each(results) {
  for await (const result of results) yield dataOf(result);
}

// The one answer of a query or mutation, once its end was told, too.
async function only(results) {
  const answers = [];
  for await (const data of each(results)) answers.push(data);
  if (answers.length !== 1) throw new Error(`${answers.length} answers came`);
  return answers[0];
}

// What an observer is told, as something to be iterated.
async function* called(subscribe) {
  const heard = [];
  let wake = () => {};
  const hear = (told) => { heard.push(told); wake(); };
  const subscription = subscribe({
    next: (result) => hear({ result }), error: (error) => hear({ error }), complete: () => hear({ isOver: true }),
  });
  try {
    while (true) {
      while (heard.length) {
        const { result, error, isOver } = heard.shift();
        if (error) throw error;
        if (isOver) return;
        yield result;
      }
      await new Promise((resolve) => { wake = resolve; });
    }
  } finally { subscription.unsubscribe(); }
}

function urql({ url, fetch, hashes }) {
  const persisted = persistedExchange({
    enforcePersistedQueries: true, enableForMutation: true, enableForSubscriptions: true,
    generateHash: async (_, tree) => hashes.get(nameOf(tree)),
  });
  const client = new Client({
    url, fetch, exchanges: hashes.size ? [persisted, fetchExchange] : [fetchExchange], preferGetMethod: false,
    fetchSubscriptions: true,
  });
  const begin = ({ text }, variables, token) => {
    const context = { fetchOptions: { headers: bearer(token) } };
    return client[kindOf(text)](text, variables, context);
  };
  return {
    ask: async (...asked) => dataOf(await begin(...asked)),
    // It tells the end by a last result without news.
    watch: (...asked) => each(called(({ next, complete }) => begin(...asked).subscribe((result) => {
      if (result.hasNext || result.error) next(result);
      else complete();
    }))),
    close: async () => {},
  };
}

// One socket for each token, since a socket has one caller.
function sockets(url, WebSocket) {
  const open = new Map();
  return {
    of: (token) => {
      if (!open.has(token)) {
        open.set(token, createSocketClient({
          url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0,
          connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
        }));
      }
      return open.get(token);
    },
    close: async () => { for (const client of open.values()) await client.dispose(); },
  };
}

function apollo({ url, fetch, WebSocket, hashes }) {
  const opened = sockets(url, WebSocket);
  const sign = new ApolloLink((operation, forward) => {
    operation.setContext(({ token }) => ({ headers: bearer(token) }));
    return forward(operation);
  });
  const persisted = new PersistedQueryLink({
    generateHash: async (tree) => hashes.get(nameOf(tree)), disable: () => false, retry: () => false,
  });
  const overSocket = new ApolloLink((operation, forward) => {
    const socket = opened.of(operation.getContext().token);
    const named = (payload) => (payload.extensions?.persistedQuery ? { ...payload, query: '' } : payload);
    const subscribe = (payload, sink) => socket.subscribe(named(payload), sink);
    return new GraphQLWsLink({ subscribe }).request(operation, forward);
  });
  const transport = ApolloLink.split(isSubscription, overSocket, new HttpLink({ uri: url, fetch }));
  const links = [sign, ...(hashes.size ? [persisted] : []), transport];
  const client = new ApolloClient({ link: ApolloLink.from(links), cache: new InMemoryCache() });
  return {
    ask: async ({ text }, variables, token) => {
      const [tree, context] = [gql(text), { token }];
      return dataOf(await (kindOf(text) === 'mutation'
        ? client.mutate({ mutation: tree, variables, context })
        : client.query({ query: tree, variables, context, fetchPolicy: 'network-only' })));
    },
    watch: ({ text }, variables, token) =>
      each(called((sink) => client.subscribe({ query: gql(text), variables, context: { token } }).subscribe(sink))),
    close: async () => {
      client.stop();
      await opened.close();
    },
  };
}

// Both of these send everything by their own transport, and name registered documents by the key `documentId`.
const asked = (hashes, { name, text }, variables) =>
  hashes.size ? { documentId: hashes.get(name), variables } : { query: text, variables };

function socket({ url, WebSocket, hashes }) {
  const opened = sockets(url, WebSocket);
  const begin = (document, variables, token) =>
    opened.of(token).iterate({ query: '', ...asked(hashes, document, variables) }); // it insists on a text
  return { ask: (...given) => only(begin(...given)), watch: (...given) => each(begin(...given)), close: opened.close };
}

function events({ url, fetch, hashes }) {
  const made = [];
  const begin = (document, variables, token) => {
    const client = createEventClient({ url, fetchFn: fetch, headers: bearer(token), retryAttempts: 0 });
    made.push(client);
    return client.iterate(asked(hashes, document, variables));
  };
  return {
    ask: (...given) => only(begin(...given)),
    watch: (...given) => each(begin(...given)),
    close: async () => made.forEach((client) => client.dispose()),
  };
}

export const CLIENTS = { urql, apollo, 'graphql-ws': socket, 'graphql-sse': events };
