// One policy with its claims: refetched by its id, its claims page by page.
import { graphql } from 'react-relay';

export const query = graphql`
  query PolicyPageQuery($number: String!) {
    policy(by: { number: $number }) {
      ...PolicyPage_policy
      ...PolicyPage_claims
    }
  }
`;

export const policy = graphql`
  fragment PolicyPage_policy on Policy @refetchable(queryName: "PolicyPageRefetchQuery") {
    policyNumber
    state
    startsOn
    endsOn
    premium {
      amount
      currency
    }
    device {
      brand
      model
    }
  }
`;

export const claims = graphql`
  fragment PolicyPage_claims on Policy
  @argumentDefinitions(count: { type: "Int", defaultValue: 10 }, cursor: { type: "String" })
  @refetchable(queryName: "PolicyPageClaimsQuery") {
    claims(first: $count, after: $cursor) @connection(key: "PolicyPage_claims") {
      edges {
        node {
          ...ClaimRow_claim
        }
      }
    }
  }
`;

export const report = graphql`
  mutation PolicyPageReportMutation($input: ClaimReportInput!, $connections: [ID!]!) {
    claimReport(input: $input) {
      claim @appendNode(connections: $connections, edgeTypeName: "ClaimEdge") {
        ...ClaimRow_claim
      }
      errors {
        __typename
        code
        message
        path
        ... on LimitError {
          limit {
            amount
            currency
          }
        }
      }
    }
  }
`;
