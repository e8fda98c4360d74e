"""Payouts 支付: money that leaves the insurer, made ready by one person and released by others, at most once.

What the bank did is never guessed: an answer that was lost is asked for by the payment's number.
Source: Measures 二(五)4 (finance pays what was decided); Insurance Law Art. 23.
"""
