"""What is said of a payment: by the gateway in a signed call, or by finance from the bank's statement."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from domain.billing.refusals import PremiumCallUnreadable
from domain.billing.terms import PremiumSource
from domain.kernel import clock
from domain.kernel.money import AMOUNT_PATTERN, Currency, Money
from domain.kernel.signed_calls import WINDOW

REFERENCE = re.compile(r"[0-9A-Za-z._-]{1,64}", re.ASCII)
NUMBER = re.compile(r"INV[0-9]{11,20}", re.ASCII)
EARLIEST = 2000  # the year before which nothing was paid


@dataclass(frozen=True, slots=True)
class Word:
    """One payment as it is told. `reference` is the teller's own number of it: one reference is one payment."""

    source: PremiumSource
    reference: str
    invoice_number: str
    amount: Money
    received_at: datetime

    @property
    def known_number(self) -> str | None:
        """The invoice number, if it has the form of one; a payer may write anything there, names too."""
        return self.invoice_number if NUMBER.fullmatch(self.invoice_number) else None


def read_word(body: bytes) -> Word:
    """The payment that the gateway tells of.

    Shape: `{"reference", "invoiceNumber", "amount": "500.01", "currency", "paidAt"}`, the last one in RFC 3339.
    Raises: PremiumCallUnreadable.
    """
    try:
        said: dict[str, Any] = json.loads(body)
        reference, number, amount = said["reference"], said["invoiceNumber"], said["amount"]
        is_told = isinstance(number, str) and bool(REFERENCE.fullmatch(reference) and AMOUNT_PATTERN.fullmatch(amount))
        money = Money.of(amount, Currency(said["currency"]))
        paid_at = datetime.fromisoformat(said["paidAt"])
        if not is_told or money.minor <= 0 or not _is_past(paid_at):
            raise PremiumCallUnreadable
        return Word(PremiumSource.GATEWAY, reference, number, money, paid_at)
    except (ValueError, KeyError, TypeError, AttributeError, ArithmeticError, RecursionError):
        raise PremiumCallUnreadable from None


def _is_past(instant: datetime) -> bool:
    return instant.tzinfo is not None and instant.year >= EARLIEST and instant <= clock.now() + WINDOW
