"""The face of the documents room; `api.documents` is about documents of GraphQL."""
