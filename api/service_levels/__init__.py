"""The face of the service levels room."""
