"""Access 访问控制: signing in, sessions, API keys; short tokens name a session, and its row is the truth.

Source: Measures 三(三)3 (who operates is known and may be stopped), 五(一) (customer data only for those entitled).
"""
