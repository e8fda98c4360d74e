"""The face of the staff room."""
