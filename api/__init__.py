"""The face: one typed GraphQL endpoint over HTTP. Shapes and words; the rules stand in `domain`."""
