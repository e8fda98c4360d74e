"""Claims bordereaux 理赔清单: what was paid and came back on a partner's claims in a month, as the ledger has it.

They stand in the states of premium bordereaux. Source: terms of the partners' agreements (monthly account).
"""
