"""The insurer's rules: what may happen, who may see it, and what it costs. Knows no GraphQL and no web."""
