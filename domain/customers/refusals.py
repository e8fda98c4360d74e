"""Refusals of the customers room."""

from __future__ import annotations

from dataclasses import dataclass

from domain.customers.terms import ConsentPurpose
from domain.kernel.refusals import Refusal


@dataclass(eq=False)
class DetailDiffers(Refusal):
    """The customer is known with another value here.

    No `field` is named of those that nobody may find out by trying.
    """

    field: str | None = None
    code = "DETAIL_DIFFERS"
    english = "This customer is known with another {field}."
    chinese = "该客户登记的 {field} 与此不同。"

    def message(self, language: str) -> str:
        """What differs, where that may be told."""
        if self.field is not None:
            return super().message(language)
        chinese, english = "该客户登记的信息与此不同。", "This customer is known with other details."
        return chinese if language.startswith("zh") else english


@dataclass(eq=False)
class NothingSealed(Refusal):
    """The customer has no such field."""

    code = "NOTHING_SEALED"
    english = "This customer has given no such value."
    chinese = "该客户未提供此项信息。"


@dataclass(eq=False)
class IdentityMissing(Refusal):
    """Neither identity number nor organisation code is on file, so there is nothing to check."""

    code = "IDENTITY_MISSING"
    english = "The customer's identity number or organisation code is not known yet."
    chinese = "尚未登记该客户的身份证号或统一社会信用代码。"


@dataclass(eq=False)
class ConsentMissing(Refusal):
    """The customer has not consented to what would be done."""

    purposes: tuple[ConsentPurpose, ...]
    code = "CONSENT_MISSING"
    english = "The customer's consent is needed first: {purposes}."
    chinese = "需先取得客户同意：{purposes}。"

    def message(self, language: str) -> str:
        """What is missing, one after another."""
        template, mark = (self.chinese, "、") if language.startswith("zh") else (self.english, ", ")
        return template.format(purposes=mark.join(self.purposes))


@dataclass(eq=False)
class ConsentTextOutdated(Refusal):
    """The customer was shown a text that is not the present one, so what was agreed to is something else."""

    purpose: ConsentPurpose
    code = "CONSENT_TEXT_OUTDATED"
    english = "The text for {purpose} has changed; show the customer the present one."
    chinese = "{purpose} 的告知文本已更新，请向客户出示现行文本。"


@dataclass(eq=False)
class NoConsent(Refusal):
    """There is no consent to take back."""

    purpose: ConsentPurpose
    code = "NO_CONSENT"
    english = "There is no consent to {purpose} that could be taken back."
    chinese = "没有可撤回的同意：{purpose}。"
