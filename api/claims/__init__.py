"""The face of the claims room."""
