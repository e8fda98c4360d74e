"""The face of the quotes room."""
