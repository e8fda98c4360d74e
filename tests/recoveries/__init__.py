"""recoveries."""
