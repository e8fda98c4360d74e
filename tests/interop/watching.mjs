// Four clients watch one claim by four transports, hear of it at once, and of what is done to it afterwards.
import { ApolloClient, InMemoryCache, gql } from '@apollo/client';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import { Client, fetchExchange } from '@urql/core';
import { createClient as createEventClient } from 'graphql-sse';
import { createClient as createSocketClient } from 'graphql-ws';
import WebSocket from 'ws';

const [url, email, password, id] = process.argv.slice(2);
const WATCH = 'subscription ($id: ID!, $after: Int) { claimUpdated(id: $id, after: $after) { id state version } }';
const SIGN_IN = 'mutation ($input: StaffSignInInput!) { staffSignIn(input: $input) { accessToken } }';
const REGISTER = 'mutation ($input: ClaimRegisterInput!) { claimRegister(input: $input) { claim { state version } errors { code } } }';
let token;
const headers = () => (token ? { authorization: `Bearer ${token}` } : {});
const plain = new Client({ url, exchanges: [fetchExchange], preferGetMethod: false, fetchSubscriptions: true, fetchOptions: () => ({ headers: headers() }) });

function sockets() {
  return createSocketClient({
    url: url.replace('http', 'ws'), webSocketImpl: WebSocket, retryAttempts: 0,
    connectionParams: () => ({ Authorization: `Bearer ${token}` }),
  });
}

async function* states(results) {
  for await (const { data, errors } of results) {
    if (errors) throw new Error(JSON.stringify(errors));
    yield data.claimUpdated;
  }
}

// A source that calls back, as one to be iterated.
async function* called(subscribe) {
  const heard = [];
  let wake = () => {};
  const { unsubscribe } = subscribe((result) => { heard.push(result); wake(); });
  try {
    while (true) {
      while (heard.length) yield heard.shift();
      await new Promise((resolve) => { wake = resolve; });
    }
  } finally { unsubscribe(); }
}

const clients = {
  'graphql-ws': (variables) => states(sockets().iterate({ query: WATCH, variables })),
  'graphql-sse': (variables) => states(createEventClient({ url, headers, retryAttempts: 0 }).iterate({ query: WATCH, variables })),
  urql: (variables) => states(called((hear) => plain.subscription(WATCH, variables).subscribe(hear))),
  apollo: (variables) => {
    const client = new ApolloClient({ link: new GraphQLWsLink(sockets()), cache: new InMemoryCache() });
    return states(called((hear) => client.subscribe({ query: gql(WATCH), variables }).subscribe(hear)));
  },
};

token = (await plain.mutation(SIGN_IN, { input: { email, password } })).data.staffSignIn.accessToken;
const watched = Object.fromEntries(Object.entries(clients).map(([name, watch]) => [name, watch({ id })]));
const told = {};
for (const [name, watch] of Object.entries(watched)) told[name] = [(await watch.next()).value];
const before = told.urql[0].version;
const done = await plain.mutation(REGISTER, { input: { claimId: id, expectedVersion: before } });
if (done.data.claimRegister.errors.length) throw new Error(JSON.stringify(done.data));
for (const [name, watch] of Object.entries(watched)) told[name].push((await watch.next()).value);
const resumed = clients['graphql-ws']({ id, after: before });
told.resumed = [(await resumed.next()).value];
const shown = Object.entries(told).map(([name, events]) => [name, events.map(({ state }) => state)]);
console.log(JSON.stringify(Object.fromEntries(shown)));
process.exit(0);
