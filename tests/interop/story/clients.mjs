// Clients that ask one operation, each in its own way: `await ask(document, variables, token)` gives the data or throws.
// A document is {name, text, hash}; with a hash, only the hash is sent.
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import { Client, fetchExchange } from '@urql/core';
import { persistedExchange } from '@urql/exchange-persisted';

const bearer = (token) => (token ? { authorization: `Bearer ${token}` } : {});
const nameOf = (tree) => tree.definitions.find((definition) => definition.kind === 'OperationDefinition').name.value;

export function urql(url, fetch, hashes) {
  const persisted = persistedExchange({
    enforcePersistedQueries: true, enableForMutation: true, generateHash: async (_, tree) => hashes.get(nameOf(tree)),
  });
  const client = new Client({
    url, fetch, exchanges: hashes.size ? [persisted, fetchExchange] : [fetchExchange], preferGetMethod: false,
  });
  return async ({ text }, variables, token) => {
    const context = { fetchOptions: { headers: bearer(token) } };
    const result = await client[text.startsWith('mutation') ? 'mutation' : 'query'](text, variables, context);
    if (result.error) throw result.error;
    return result.data;
  };
}

export function apollo(url, fetch, hashes) {
  const sign = new ApolloLink((operation, forward) => {
    operation.setContext(({ token }) => ({ headers: bearer(token) }));
    return forward(operation);
  });
  const persisted = new PersistedQueryLink({
    generateHash: async (tree) => hashes.get(nameOf(tree)), disable: () => false, retry: () => false,
  });
  const links = [sign, ...(hashes.size ? [persisted] : []), new HttpLink({ uri: url, fetch })];
  const client = new ApolloClient({ link: ApolloLink.from(links), cache: new InMemoryCache() });
  return async ({ text }, variables, token) => {
    const [tree, context] = [gql(text), { token }];
    const asked = text.startsWith('mutation')
      ? client.mutate({ mutation: tree, variables, context })
      : client.query({ query: tree, variables, context, fetchPolicy: 'network-only' });
    return (await asked).data;
  };
}

// A client of nobody's, with the request key `documentId`.
export function plain(url, fetch, hashes) {
  return async ({ name, text }, variables, token) => {
    const body = hashes.size ? { documentId: hashes.get(name), variables } : { query: text, variables };
    const headers = { 'content-type': 'application/json', accept: 'application/graphql-response+json', ...bearer(token) };
    const { data, errors } = await (await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) })).json();
    if (errors) throw new Error(JSON.stringify(errors));
    return data;
  };
}
