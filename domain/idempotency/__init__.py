"""Idempotency 幂等: a change that a client named by a key is made once, however often it is asked for.

The key is kept with the change, in one commit; what is kept is ids and refusals, nothing of what was given.
Source: Measures 五(二)2 (operations are traceable); a payment asked for twice is made once.
"""
