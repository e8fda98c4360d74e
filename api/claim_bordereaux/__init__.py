"""The face of the claims bordereaux room."""
