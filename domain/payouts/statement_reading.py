"""What a bank statement says, as values, once it was found to be whole: of our account, and adding up."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from domain.kernel.money import AMOUNT_PATTERN, Currency, Money
from domain.payouts.refusals import StatementRefused
from domain.payouts.statement_xml import MOST_ENTRIES, Node
from domain.payouts.terms import EntryDirection, StatementFault

OPENING, CLOSING = ("OPBD", "PRCD"), ("CLBD",)
"""Codes of balances: at the start of the statement, by either name, and at its end."""
DIRECTIONS = {"DBIT": EntryDirection.DEBIT, "CRDT": EntryDirection.CREDIT}
BOOKED = "BOOK"
REFERENCE = re.compile(r"[!-~]{1,35}")
"""A reference as it is kept; others are personal data before they are references."""
STATEMENT_REF = re.compile(r"[ -~]{1,35}")


@dataclass(frozen=True, slots=True)
class Movement:
    """One movement on the account, the parts of a batch one by one."""

    amount: Money
    direction: EntryDirection
    is_return: bool
    entry_ref: str | None
    end_to_end_id: str | None
    bank_ref: str | None
    reason_code: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What a statement says. Balances are below zero where the account is overdrawn."""

    statement_ref: str
    account: str = field(repr=False)
    opening: Money
    closing: Money
    day: date
    movements: tuple[Movement, ...]


def read_statement(statement: Node, *, currency: Currency) -> Said:
    """What a statement in the account's currency says.

    Raises: StatementRefused for what is missing, cannot be read, is in another currency, or does not add up.
    """
    reference = statement.told("Id")
    account = statement.told("Acct/Id/Othr/Id", "Acct/Id/IBAN")
    if not STATEMENT_REF.fullmatch(reference) or not account:
        raise StatementRefused(StatementFault.INCOMPLETE)
    opening, closing = _balance(statement, OPENING), _balance(statement, CLOSING)
    entries = [each for each in statement.all("Ntry") if each.told("Sts/Cd", "Sts") == BOOKED]
    moved = sum(_signed(each, currency).minor for each in entries)
    if _signed(opening, currency).minor + moved != _signed(closing, currency).minor:
        raise StatementRefused(StatementFault.DOES_NOT_ADD_UP)
    movements = tuple(part for each in entries for part in _movements(each, currency))
    if len(movements) > MOST_ENTRIES:
        raise StatementRefused(StatementFault.TOO_LARGE)
    return Said(
        reference, account, _signed(opening, currency), _signed(closing, currency), _day(closing), movements
    )


def _balance(statement: Node, codes: Iterable[str]) -> Node:
    """The one balance of the first of these kinds that is there. Two of a kind are the pages of a longer statement."""
    for code in codes:
        found = [each for each in statement.all("Bal") if each.told("Tp/CdOrPrtry/Cd") == code]
        if len(found) == 1:
            return found[0]
    raise StatementRefused(StatementFault.INCOMPLETE)


def _signed(node: Node, currency: Currency) -> Money:
    amount = _amount(node.one("Amt"), currency)
    return amount if _direction(node) is EntryDirection.CREDIT else Money(-amount.minor, currency)


def _amount(node: Node | None, currency: Currency) -> Money:
    text = node.text.strip() if node is not None else ""
    if node is None or not AMOUNT_PATTERN.fullmatch(text) or text.startswith("-"):
        raise StatementRefused(StatementFault.INCOMPLETE)
    if node.currency != currency:
        raise StatementRefused(StatementFault.OTHER_CURRENCY)
    try:
        return Money.of(text, currency)
    except ValueError:
        raise StatementRefused(StatementFault.INCOMPLETE) from None


def _direction(node: Node) -> EntryDirection:
    found = DIRECTIONS.get(node.told("CdtDbtInd"))
    if found is None:
        raise StatementRefused(StatementFault.INCOMPLETE)
    return found


def _day(closing: Node) -> date:
    try:
        return date.fromisoformat(closing.told("Dt/Dt", "Dt/DtTm")[:10])
    except ValueError:
        raise StatementRefused(StatementFault.INCOMPLETE) from None


def _movements(entry: Node, currency: Currency) -> list[Movement]:
    """The parts of an entry where they make its amount, else the entry as one that names no payment of its own."""
    whole, details = _amount(entry.one("Amt"), currency), entry.all("NtryDtls/TxDtls")
    if len(details) <= 1:
        return [_movement(entry, details[0] if details else None, whole)]
    parts = [_part(each, currency) for each in details]
    known = [each for each in parts if each is not None]
    same_way = all(each.told("CdtDbtInd") in {"", entry.told("CdtDbtInd")} for each in details)
    if not same_way or len(known) < len(parts) or sum(each.minor for each in known) != whole.minor:
        return [_movement(entry, None, whole)]
    return [_movement(entry, detail, amount) for detail, amount in zip(details, known, strict=True)]


def _part(detail: Node, currency: Currency) -> Money | None:
    """The amount of a part, in either version's place; None where it is not told in the account's currency."""
    found = detail.one("Amt") or detail.one("AmtDtls/TxAmt/Amt")
    if found is None or found.currency != currency:
        return None
    return _amount(found, currency)


def _movement(entry: Node, detail: Node | None, amount: Money) -> Movement:
    about = detail if detail is not None else entry
    reasons = about.told("RtrInf/Rsn/Cd", "RtrInf/Rsn/Prtry")
    return Movement(
        amount,
        _direction(entry),
        is_return=entry.told("RvslInd") in {"true", "1"} or about.one("RtrInf") is not None,
        entry_ref=_reference(entry.told("NtryRef", "AcctSvcrRef")),
        end_to_end_id=_reference(about.told("Refs/EndToEndId")) if detail is not None else None,
        bank_ref=_reference(about.told("Refs/AcctSvcrRef")) if detail is not None else None,
        reason_code=_reference(reasons),
    )


def _reference(text: str) -> str | None:
    return text if REFERENCE.fullmatch(text) and text != "NOTPROVIDED" else None
