"""The face of the evidence room: what its files show, and where their bytes come in and go out."""
