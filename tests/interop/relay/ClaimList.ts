// A list of claims that grows page by page, and grows at once by a claim that is reported.
import { graphql } from 'react-relay';

export const query = graphql`
  query ClaimListQuery($count: Int!, $cursor: String, $state: ClaimState!) {
    ...ClaimList_claims @arguments(count: $count, cursor: $cursor, state: $state)
  }
`;

export const claims = graphql`
  fragment ClaimList_claims on Query
  @argumentDefinitions(count: { type: "Int!" }, cursor: { type: "String" }, state: { type: "ClaimState!" })
  @refetchable(queryName: "ClaimListPageQuery") {
    claims(
      first: $count
      after: $cursor
      where: { state: { eq: $state } }
      orderBy: { by: REPORTED_AT, direction: ASC }
    ) @connection(key: "ClaimList_claims", filters: ["where"]) {
      totalCount
      edges {
        node {
          id
          ...ClaimRow_claim
        }
      }
    }
  }
`;
