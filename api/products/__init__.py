"""The face of the products room."""
