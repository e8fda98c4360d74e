"""The face of the commissions room."""
