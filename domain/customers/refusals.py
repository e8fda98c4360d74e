"""Refusals of the customers room."""

from __future__ import annotations

from dataclasses import dataclass

from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class DetailDiffers(Refusal):
    """The mobile number belongs to a customer who is known with another value here."""

    field: str
    code = "DETAIL_DIFFERS"
    english = "The customer of this mobile number is known with another {field}."
    chinese = "该手机号对应的客户登记的 {field} 与此不同。"


@dataclass(eq=False)
class NothingSealed(Refusal):
    """The customer has no such field."""

    code = "NOTHING_SEALED"
    english = "This customer has given no such value."
    chinese = "该客户未提供此项信息。"
