"""The face of the inquiries room."""
