"""Why quotes says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class NotJudged(Refusal):
    """Only what was judged is chosen."""

    code = "NOT_JUDGED"
    english = "This recommendation says nothing of this product."
    chinese = "该推荐未涉及此产品。"


@dataclass(eq=False)
class AdvisedAgainst(Refusal):
    """Whoever is advised not to buy says why he or she does all the same, and it is written down."""

    code = "ADVISED_AGAINST"
    english = "The customer was advised against this product; record why he or she wants it all the same."
    chinese = "该产品经评估不适合客户，坚持投保的，须记录客户的理由。"


@dataclass(eq=False)
class ChosenAlready(Refusal):
    """A recommendation leads to one choice."""

    code = "CHOSEN_ALREADY"
    english = "A product was chosen already; make another recommendation."
    chinese = "已选择产品，请重新评估。"
