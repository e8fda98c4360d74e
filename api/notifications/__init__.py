"""The face of the notifications room."""
