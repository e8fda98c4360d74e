"""Risk 风险管理: how likely a customer is to cost more than is paid, as a credit score and a grade 信用评分与评级.

Nobody is refused by a score: the worst grade is referred to a person, and every score comes with what it is made of.
Source: Measures 三(三) (credit: score, rating, periodic refresh, guarantee or surcharge); PIPL Art. 24.
"""
