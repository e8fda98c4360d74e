"""The face of the audit room."""
