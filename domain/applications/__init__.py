"""Applications 投保申请: a customer applies for a cover that was priced, is checked, underwritten, billed and insured.

Inputs are locked while a price stands; what was disclosed and agreed to is kept as evidence; nobody is declined but by
a person. Source: Measures 二(三)1; Insurance Law Art. 13, 16, 17; NFRA Order 2025-7; PIPL Art. 24.
"""
