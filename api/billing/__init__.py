"""The face of the billing room."""
