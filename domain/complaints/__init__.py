"""Complaints 投诉: investigated by somebody who is not their subject, answered in time, reviewed when asked.

Source: Measures 二(四)3; CBIRC Order 2020-3 (handling of consumer complaints in banking and insurance).
"""
