"""Clients of the outside world; what each does is declared by the room that needs it."""
