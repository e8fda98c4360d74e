"""The face of the partners room."""
