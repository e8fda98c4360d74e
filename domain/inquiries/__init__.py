"""Inquiries 咨询: asked over any channel, answered in time, handed to a specialist, turned into what they lead to.

Source: Measures 二(一) (channels, record, first answer, hand-over with a promised time).
"""
