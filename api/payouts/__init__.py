"""The face of the payouts room."""
