"""Renewals 续保: telling customers in time that their cover ends, once for each mark before the end.

Source: Measures 二(四)2 (reminders of renewal).
"""
