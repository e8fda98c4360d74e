"""Words of the documents room."""

from __future__ import annotations

from enum import StrEnum


class PaperKind(StrEnum):
    """Kinds of papers that are given out 单证类型."""

    POLICY_DOCUMENT = "POLICY_DOCUMENT"
    """保险单: the proof of the contract. Source: Insurance Law Art. 13."""
    REGISTRATION_RESULT = "REGISTRATION_RESULT"
    """批量承保结果: what became of each row of a file of sales; it names no customer."""
    PREMIUM_BORDEREAU = "PREMIUM_BORDEREAU"
    """保费清单: what a partner sold and took back in a month; customers stand in it by their ids."""
    CLAIMS_BORDEREAU = "CLAIMS_BORDEREAU"
    """理赔清单: what was paid and came back on a partner's claims in a month; it names no customer."""
