"""Surveys 满意度调查: customers are asked how they were served once their claim is paid, and called back if badly.

Source: Measures 四(二) (satisfaction is asked for, analysed and acted on).
"""
