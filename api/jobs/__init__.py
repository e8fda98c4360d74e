"""The face of the jobs room."""
