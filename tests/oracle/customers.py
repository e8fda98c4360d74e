"""Who may be the same customer, and what customers are told, over plainly loaded rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from domain.customers.consent_texts import TEXTS
from tests.oracle.writing import Values

DETAILS = {
    "PHONE": "phone_blind", "MAIL": "mail_blind", "IDENTITY_NUMBER": "identity_number_blind",
    "BANK_ACCOUNT": "bank_account_blind", "ORGANISATION_CODE": "organisation_code",
}  # fmt: skip


def duplicates_over(tables: Mapping[str, list[Values]]) -> Callable[..., list[Values]]:
    """The other customers, of whatever book, who have a telling detail in common with a row."""

    def duplicates(row: Values, *_: object) -> list[Values]:
        found = [(each, _same(row, each)) for each in tables["customer"] if each["id"] != row["id"]]
        alike = [(each, same, _is_same_name(row, each)) for each, same in found if same]
        alike.sort(key=lambda one: (-len(one[1]), not one[2], one[0]["id"]))
        return [
            {
                "customerId": f"cus_{each['id'].hex}", "partnerId": f"par_{each['partner_id'].hex}", "same": same,
                "isSameName": is_same_name,
            }
            for each, same, is_same_name in alike[:20]
        ]  # fmt: skip

    return duplicates


def _same(one: Values, other: Values) -> list[str]:
    return [name for name, at in DETAILS.items() if one[at] is not None and one[at] == other[at]]


def _is_same_name(one: Values, other: Values) -> bool:
    return bool(one["full_name"].lower() == other["full_name"].lower())


def consent_text(row: Values, *_: object) -> str:
    """The text that was shown for a consent."""
    text = next(each for purpose, texts in TEXTS.items() if purpose == row["purpose"] for each in texts
                if each.version == row["text_version"])  # fmt: skip
    return text.zh if row["language"] == "zh" else text.en


def consent_texts(_row: Values, _actor: Any, language: str) -> list[Values]:
    """The newest text of every purpose, in their order."""
    newest = {purpose: texts[-1] for purpose, texts in TEXTS.items()}
    return [
        {"purpose": purpose.value, "textVersion": text.version, "text": text.zh if language == "zh" else text.en}
        for purpose, text in newest.items()
    ]
