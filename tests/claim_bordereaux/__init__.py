"""Claims bordereaux."""
