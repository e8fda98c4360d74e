// Two clients of single-page apps walk the same few steps: sign in, list, a refused change, a request error.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';

const [url, email, password] = process.argv.slice(2);
const SIGN_IN = 'mutation ($input: StaffSignInInput!) { staffSignIn(input: $input) { accessToken errors { code } } }';
const CLAIMS = 'query ($first: Int) { claims(first: $first) { nodes { id state customer { fullName } } pageInfo { hasNextPage } } }';
const REFUSED = 'mutation ($input: ClaimWithdrawInput!) { claimWithdraw(input: $input) { claim { id } errors { __typename code } } }';
const WRONG = 'query { claims(first: 1000) { nodes { id } } }';
const input = { email, password };
const missing = { claimId: 'clm_' + '0'.repeat(32), reason: 'gone', expectedVersion: 1 };

async function urql() {
  let token;
  const client = new Client({
    url, exchanges: [fetchExchange], preferGetMethod: false,
    fetchOptions: () => ({ headers: token ? { authorization: `Bearer ${token}` } : {} }),
  });
  const signed = await client.mutation(SIGN_IN, { input });
  token = signed.data.staffSignIn.accessToken;
  const listed = await client.query(CLAIMS, { first: 2 });
  const refused = await client.mutation(REFUSED, { input: missing });
  const wrong = await client.query(WRONG, {});
  return {
    nodes: listed.data.claims.nodes.length, refused: refused.data.claimWithdraw.errors,
    wrong: wrong.error.graphQLErrors.map((error) => error.extensions.code),
  };
}

async function apollo() {
  let token;
  const sign = new ApolloLink((operation, forward) => {
    if (token) operation.setContext({ headers: { authorization: `Bearer ${token}` } });
    return forward(operation);
  });
  const client = new ApolloClient({ link: sign.concat(new HttpLink({ uri: url })), cache: new InMemoryCache() });
  const signed = await client.mutate({ mutation: gql(SIGN_IN), variables: { input } });
  token = signed.data.staffSignIn.accessToken;
  const listed = await client.query({ query: gql(CLAIMS), variables: { first: 2 } });
  const refused = await client.mutate({ mutation: gql(REFUSED), variables: { input: missing } });
  const wrong = await client.query({ query: gql(WRONG), errorPolicy: 'all' });
  return {
    nodes: listed.data.claims.nodes.length,
    refused: refused.data.claimWithdraw.errors.map(({ __typename, code }) => ({ __typename, code })),
    wrong: wrong.error.errors.map((error) => error.extensions.code),
  };
}

console.log(JSON.stringify({ urql: await urql(), apollo: await apollo() }));
