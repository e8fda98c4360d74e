"""The face of the complaints room."""
