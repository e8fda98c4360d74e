"""Documents 单证: papers that were made of rows and given out, kept as they are, behind links that end after minutes.

Source: Insurance Law Art. 13 (the policy document is issued promptly), Art. 17 (exclusions are drawn to attention).
"""
