// Anything that has an id.
import { graphql } from 'react-relay';

export const query = graphql`
  query NodePageQuery($id: ID!, $others: [ID!]!) {
    node(id: $id) {
      ...ClaimRow_claim @alias
      ... on Policy {
        policyNumber
      }
    }
    nodes(ids: $others) {
      __typename
      id
    }
  }
`;
