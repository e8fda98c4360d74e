"""The face of the customers room."""
