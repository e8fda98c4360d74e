// One claim in a list.
import { graphql } from 'react-relay';

export const claim = graphql`
  fragment ClaimRow_claim on Claim {
    claimNumber
    state
    claimed {
      amount
      currency
    }
    availableActions
    customer {
      fullName
    }
  }
`;
