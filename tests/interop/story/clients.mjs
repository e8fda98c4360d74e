// Clients that ask and watch, each in its own way: `await ask(document, variables, token)` gives the data or throws,
// `watch(document, variables, token)` gives the data of each event. A document is {name, text}; where there are hashes,
// only the hash is sent. `note` is told every payload that goes over a socket, as `fetch` sees every other request.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';
import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

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

async function first(results) {
  for await (const result of results) return dataOf(result);
  throw new Error('no answer came');
}

// A source that calls back, as one to be iterated.
async function* called(subscribe) {
  const heard = [];
  let wake = () => {};
  const subscription = subscribe((result) => { heard.push(result); wake(); });
  try {
    while (true) {
      while (heard.length) yield heard.shift();
      await new Promise((resolve) => { wake = resolve; });
    }
  } finally { subscription.unsubscribe(); }
}

export function urql({ url, fetch, hashes }) {
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
    watch: (...asked) => each(called((hear) => begin(...asked).subscribe(hear))),
  };
}

// One socket for each token, since a socket has one caller.
function sockets(url, note) {
  const open = new Map();
  return (token) => {
    if (!open.has(token)) {
      open.set(token, createSocketClient({
        url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0,
        connectionParams: token ? { Authorization: `Bearer ${token}` } : {},
      }));
    }
    const client = open.get(token);
    const noting = (payload) => { note(payload); return payload; };
    return {
      subscribe: (payload, sink) => client.subscribe(noting(payload), sink),
      iterate: (payload) => client.iterate(noting(payload)),
    };
  };
}

export function apollo({ url, fetch, hashes, note }) {
  const socketOf = sockets(url, note);
  const sign = new ApolloLink((operation, forward) => {
    operation.setContext(({ token }) => ({ headers: bearer(token) }));
    return forward(operation);
  });
  const persisted = new PersistedQueryLink({
    generateHash: async (tree) => hashes.get(nameOf(tree)), disable: () => false, retry: () => false,
  });
  const overSocket = new ApolloLink((operation, forward) => {
    const socket = socketOf(operation.getContext().token);
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
      each(called((hear) => client.subscribe({ query: gql(text), variables, context: { token } }).subscribe(hear))),
  };
}

// Both of these send everything by their own transport, and name registered documents by the key `documentId`.
const asked = (hashes, { name, text }, variables) =>
  hashes.size ? { documentId: hashes.get(name), variables } : { query: text, variables };

export function socket({ url, hashes, note }) {
  const socketOf = sockets(url, note);
  const begin = (document, variables, token) =>
    socketOf(token).iterate({ query: '', ...asked(hashes, document, variables) }); // it insists on a text
  return { ask: (...given) => first(begin(...given)), watch: (...given) => each(begin(...given)) };
}

export function events({ url, fetch, hashes }) {
  const begin = (document, variables, token) =>
    createEventClient({ url, fetchFn: fetch, headers: bearer(token), retryAttempts: 0 })
      .iterate(asked(hashes, document, variables));
  return { ask: (...given) => first(begin(...given)), watch: (...given) => each(begin(...given)) };
}
