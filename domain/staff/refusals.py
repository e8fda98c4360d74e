"""Why staff says no."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class SecondAdministratorNeeded(Refusal):
    """A change is confirmed neither by whoever proposed it nor by whom it is about."""

    code = "DUTIES_NOT_SEPARATE"
    english = "Another administrator must confirm this: you proposed it, or it is about you."
    chinese = "须由另一位管理员复核：您是提出人或变更对象。"
