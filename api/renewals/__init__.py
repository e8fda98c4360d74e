"""The face of the renewals room."""
