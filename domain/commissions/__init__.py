"""Commission statements 手续费结算单: what a partner earned in a month, as the ledger has it, approved and paid once.

Source: Insurance Law Art. 130 (commission to licensed agents and brokers); terms of the partners' agreements.
"""
