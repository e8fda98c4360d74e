"""What can be read of claims bordereaux: as of those of premiums, and by the same."""

from __future__ import annotations

from domain.bordereaux.reading import entity_of
from domain.claim_bordereaux.lifecycle import CLAIM_BORDEREAU_LIFECYCLE
from domain.claim_bordereaux.rules import Amounts
from domain.kernel.subject import SubjectKind

CLAIM_BORDEREAU = entity_of(
    "ClaimBordereau", "cbx", SubjectKind.CLAIM_BORDEREAU, CLAIM_BORDEREAU_LIFECYCLE, Amounts()
)
