"""Customers 客户: who is insured; sealed personal fields, exact search by blind index, audited reveal.

A partner's customer is a row of that partner's book: the same person with another partner is another row, so that no
partner learns of another's customers. Source: Measures 五(一), PIPL Art. 6, 28, 29, 51.
"""
