"""Policies 保单: a product version sold on one device, with the premium it cost and the days it covers.

Source: Measures 二(三)2 (the policy is issued after the check); Insurance Law Art. 13, 14.
"""
