"""The face of the policies room."""
