"""Bordereaux 保费清单: what a partner sold and took back in a month, line by line, as the ledger has it.

Source: Measures 二(三)2 (the premium is written with the policy); terms of the partners' agreements (monthly account).
"""
