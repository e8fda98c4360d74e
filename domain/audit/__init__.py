"""Audit 审计: who did what to which row, before and after, and why; append-only, one entry for every change.

Source: Measures 五(一)3 (changes of customer data are recorded), 三(三)3 (operations are checked and audited).
"""
