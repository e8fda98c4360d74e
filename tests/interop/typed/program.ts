// What a single-page app does with the typed documents: every line that is wrong must be found before it runs.
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import {
  ClaimApproveDocument,
  ClaimsToDoDocument,
  PolicyDocument,
  type ClaimApproveMutation,
} from '../build/typed/graphql';

export async function ask<Result, Variables>(
  url: string,
  token: string,
  document: TypedDocumentNode<Result, Variables>,
  variables: Variables,
): Promise<Result> {
  const { hash } = (document as typeof document & { __meta__: { hash: string } }).__meta__;
  const answer = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${token}` },
    body: JSON.stringify({ documentId: hash, variables }),
  });
  const { data } = (await answer.json()) as { data: Result };
  return data;
}

type Refused = NonNullable<ClaimApproveMutation['claimApprove']>['errors'][number];

export function sentence(error: Refused): string {
  switch (error.__typename) {
    case 'LimitError':
      return `${error.message} (${error.limit?.amount} ${error.limit?.currency})`;
    case 'IllegalStateError':
      return `${error.message} (${error.allowed.join(', ')})`;
    case 'ConflictError':
      return `${error.message} (${error.currentVersion})`;
    default:
      return error.message;
  }
}

export async function approveAll(url: string, token: string): Promise<string[]> {
  const { claims } = await ask(url, token, ClaimsToDoDocument, { state: 'DECISION_PENDING', first: 10 });
  const told: string[] = [];
  for (const { id, version, claimed } of claims.nodes) {
    const amount: string = claimed.amount;
    const input = { claimId: id, expectedVersion: version, amount: { amount } };
    const { claimApprove } = await ask(url, token, ClaimApproveDocument, { input });
    told.push(...(claimApprove?.errors.map(sentence) ?? []));
  }
  return told;
}

export async function wrong(url: string, token: string): Promise<void> {
  // @ts-expect-error an amount is a text, never a binary fraction
  await ask(url, token, ClaimApproveDocument, { input: { claimId: 'x', expectedVersion: 1, amount: { amount: 1.5 } } });
  // @ts-expect-error a change names the version that it was decided on
  await ask(url, token, ClaimApproveDocument, { input: { claimId: 'x' } });
  // @ts-expect-error a claim is never in this state
  await ask(url, token, ClaimsToDoDocument, { state: 'FORGOTTEN' });
  const { policy } = await ask(url, token, PolicyDocument, { number: 'P1' });
  // @ts-expect-error a policy out of sight is null
  policy.policyNumber;
  // @ts-expect-error the document does not ask for the premium
  policy?.premium;
}
