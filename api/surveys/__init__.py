"""The face of surveys."""
