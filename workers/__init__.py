"""The workers: they move due jobs to where somebody carries them out, and carry them out, a few lines for each kind.

Redis and Dramatiq are the way between relay and worker, nothing more: a message is a job's id and the fence it was
dispatched under, and may be lost, doubled or forged without harm.
"""
