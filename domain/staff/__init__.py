"""Staff 人员: who works for the insurer, in which roles, up to which amounts each may decide, and what each may sell.

Source: Measures 一(二), 三(三)3.
"""
