"""The face of the applications room."""
