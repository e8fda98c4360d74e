"""Quotes 报价: what a cover would cost, which covers fit a customer's needs and means, and why.

Source: Measures 二(二); NFRA Order 2025-7 (suitability); Insurance Law Art. 17.
"""
