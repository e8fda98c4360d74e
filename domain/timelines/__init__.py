"""Timelines 理赔进程: what happened to a claim, its payouts and its repairs, told to each reader in a measure.

Nothing is written here: every verb records its change in the audit, and the view `claim_event` finds what belongs to
a claim. `events.py` says which of it is told, to whom and in which words. Source: Measures 二(五) (guiding customers).
"""
