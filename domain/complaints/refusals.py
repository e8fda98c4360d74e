"""Why complaints says no."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class Recused(Refusal):
    """Whoever is complained about, or worked on what is complained about, takes no part in the answer."""

    code = "RECUSED"
    english = "This person has an interest in the matter and is recused."
    chinese = "该人员与投诉事项有利害关系，应当回避。"


@dataclass(eq=False)
class NotAssignee(Refusal):
    """Only the person assigned to a complaint answers it."""

    code = "NOT_ASSIGNEE"
    english = "This complaint is assigned to somebody else."
    chinese = "该投诉由他人经办。"


@dataclass(eq=False)
class OwnDraft(Refusal):
    """Nobody approves a reply that he or she drafted."""

    code = "OWN_DRAFT"
    english = "You drafted this reply; somebody else must approve it."
    chinese = "答复由您起草，须由他人审批。"


@dataclass(eq=False)
class ExtendedTwice(Refusal):
    """The time for the reply was extended twice, which is all the order allows."""

    code = "EXTENDED_TWICE"
    english = "The time for the reply was extended twice already."
    chinese = "处理期限已延长两次，不得再次延长。"


@dataclass(eq=False)
class ReviewTooLate(Refusal):
    """A review can be asked for only within its time after the reply."""

    until: datetime
    code = "REVIEW_TOO_LATE"
    english = "A review could be requested until {until}."
    chinese = "申请核查的期限已于 {until} 届满。"


@dataclass(eq=False)
class ReviewStillOpen(Refusal):
    """The time in which a review may be asked for is not over, so the complaint does not close by itself."""

    until: datetime
    code = "REVIEW_STILL_OPEN"
    english = "A review can be requested until {until}."
    chinese = "在 {until} 前仍可申请核查。"
