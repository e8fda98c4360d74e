"""Customers 客户: who is insured; sealed personal fields, exact search by blind index, audited reveal.

A partner's customer is a row of that partner's book: the same person with another partner is another row, so that no
partner learns of another's customers; staff are told who may be the same. What a customer consents to is kept with the
text that was shown, and a register is asked who he or she is. Source: Measures 二(三), 五(一), PIPL Art. 6, 14, 15, 28,
29, 51; AML Law Art. 34.
"""
