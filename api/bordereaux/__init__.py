"""The face of the bordereaux room."""
