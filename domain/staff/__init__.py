"""Staff 人员: who works for the insurer, in which roles, and up to which amounts each may decide.

Source: Measures 一(二), 三(三)3.
"""
