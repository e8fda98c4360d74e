"""The face of the risk room."""
