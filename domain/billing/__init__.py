"""Billing 保费收缴: what customers owe for a cover and in which instalments, what came in, what the seller earns by it.

Lower than policies and quotes: what an invoice is for is known by its kind and id only, and amounts come as values.
A room that has an invoice issued for its cover posts no premium of its own beside it.
Source: Insurance Law Art. 14 (premium as agreed); Measures 二(五) (finance).
"""
