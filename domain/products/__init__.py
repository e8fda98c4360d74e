"""Products 保险产品: what is sold, in versions with perils, limits, exclusions and rates, and what its sellers earn.

A version is drafted by underwriting, reviewed by compliance 合规审查, and stands from its review on. It has a grade
产品分级, which says who may sell it. Commission 佣金 is agreed by partner, product and day.
Source: Measures 二(二); Insurance Law Art. 17 (exclusions must be drawn to the buyer's attention) and Art. 130
(commission goes to licensed agents and brokers); NFRA Order 2025-7 arts. 32-35 (suitability).
"""
