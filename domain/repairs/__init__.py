"""Repairs 维修: the network 维修网点 with its rate cards 价目表, and repair orders 维修工单 for claims in assessment.

A repairer works on its own orders; handlers dispatch them and decide estimates within their authority. What an
approved estimate comes to are the lines of the claim. Source: Measures 二(五), 三(三) (operational risk of suppliers).
"""
