"""Service levels 服务时效: what is promised to customers, and the clocks that measure whether it is kept.

Source: Measures 四(一) (time limits of every link, green channel, monitoring); Insurance Law Art. 22-25 (limits of time
in claims, which stand still while the customer is waited for).
"""
