"""The face of recoveries."""
