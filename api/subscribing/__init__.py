"""Subscriptions: rows are watched once for each process, and every event is read anew for its reader."""
