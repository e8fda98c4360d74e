"""Products 保险产品: what is sold, in versions that never change once sold, with perils, limits, exclusions and rates.

Source: Measures 二(二); Insurance Law Art. 17 (exclusions must be drawn to the buyer's attention).
"""
