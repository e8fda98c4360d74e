"""Ledger 总账: every movement of money as a balanced, unchangeable posting in double entry.

A mistake is reversed by another posting, never corrected. Source: Measures 五(二) (sales, claim and finance data are
recorded and traceable).
"""
