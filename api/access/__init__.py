"""The face of the access room."""
