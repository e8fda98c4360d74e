"""Refusals of the customers room."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class NothingSealed(Refusal):
    """The customer has no such field."""

    code = "NOTHING_SEALED"
    english = "This customer has given no such value."
    chinese = "该客户未提供此项信息。"
