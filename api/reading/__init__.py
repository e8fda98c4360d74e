"""From a GraphQL selection to one compiled statement: how the schema's fields stand on what rooms let be read."""
