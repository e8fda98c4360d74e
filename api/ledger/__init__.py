"""The face of the ledger room."""
