"""Notifications 通知: what the insurer writes to people, kept as sealed rows and sent by mail, each at most once.

Source: Insurance Law Art. 22-24 (notices that start or stop a time limit), Measures 五(一) (contact data stays sealed).
"""
