"""Jobs 作业: work that follows from a change, kept as rows that are written in the same transaction as the change.

The rows are the truth; what carries them to a worker may lose, double or forge every message without harm.
Source: Measures 二(四)、(五) (what was promised to a customer is done in time), 五(二)2 (operations are traceable).
"""
