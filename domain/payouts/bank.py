"""What the insurer needs of its bank: paying by a number of our own, asking by it, and a list for each day."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Protocol

from domain.kernel.money import Money


class BankStatus(StrEnum):
    """What the bank says of a payment (银行支付状态)."""

    PENDING = "PENDING"
    """处理中."""
    SETTLED = "SETTLED"
    """已到账."""
    FAILED = "FAILED"
    """失败."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What the bank says of one payment; `code` says why it failed."""

    request_no: str
    status: BankStatus
    amount: Money
    bank_ref: str | None = None
    code: str | None = None


class BankError(Exception):
    """The bank did not answer as hoped; its text never holds account or name."""


class BankAnswerLost(BankError):
    """The request went out and no answer came back: the bank may have paid or not."""


class BankUnavailable(BankError):
    """The request certainly had no effect: the bank was out of reach or turned it away unread."""


class NumberTaken(BankError):
    """The bank knows this number with other content: nothing may be concluded about the payment."""


@dataclass(eq=False)
class BankRefused(BankError):
    """The bank refused the payment for good, with a code."""

    code: str


class Bank(Protocol):
    """A bank that pays at most once for each request number."""

    async def pay(self, request_no: str, amount: Money, account: str, name: str) -> Receipt:
        """Pays. The same number again has no second effect.

        Raises: BankAnswerLost, BankUnavailable, BankRefused, NumberTaken.
        """
        ...

    async def find(self, request_no: str) -> Receipt | None:
        """What became of a payment, or None when the bank has never heard of it.

        Raises: BankAnswerLost, BankUnavailable.
        """
        ...

    async def list(self, day: date) -> list[Receipt]:
        """The payments that the bank settled on a day of the insurer's zone.

        Raises: BankAnswerLost, BankUnavailable.
        """
        ...


class NoBank(RuntimeError):
    """The process was put together without a bank gateway."""


_banks: list[Bank] = []


def use_bank(bank: Bank) -> None:
    """Lets this process pay by a gateway; said once, where the process is put together."""
    _banks[:] = [bank]


def bank_in_use() -> Bank:
    """The gateway of this process.

    Raises: NoBank.
    """
    if not _banks:
        raise NoBank("no bank gateway was given to this process")
    return _banks[0]
