"""Recoveries 追偿与残值: what comes back to the insurer after a claim was paid.

Salvage 残值 is the old device or its parts, whose rights pass to the insurer with full payment; subrogation 代位求偿 is
the insured's right against a third party. Source: Insurance Law Art. 59, 60, 61.
"""
