"""Claims 理赔: from the first notice of a loss to the agreed amount, and back again when a closed case is reopened.

Deciding pays nothing: the customer's agreement requests the payout, and finance, who decided nothing, releases it.
Source: Measures 二(五) (notice, documents, decision, payment); Insurance Law Art. 22-26, 55.
"""
