"""Why staff says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal
from domain.staff.terms import ProductGrade


@dataclass(eq=False)
class SecondAdministratorNeeded(Refusal):
    """A change is confirmed neither by whoever proposed it nor by whom it is about."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Another administrator must confirm this: you proposed it, or it is about you."
    chinese = "须由另一位管理员复核：您是提出人或变更对象。"


@dataclass(eq=False)
class OwnQualification(Refusal):
    """Nobody grants himself or herself the right to sell."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Somebody else must grant your own qualification."
    chinese = "本人的销售资质须由他人授予。"


@dataclass(eq=False)
class NotQualified(Refusal):
    """Whoever sells a product is qualified for its grade on the day of the sale."""

    grade: ProductGrade
    code = "NOT_QUALIFIED"
    english = "Selling a product of grade {grade} needs a qualification that is valid on this day."
    chinese = "销售 {grade} 级产品须具备当日有效的销售资质。"
