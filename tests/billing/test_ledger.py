"""Whatever happens to invoices in whatever order: the books balance, and what is owed is what is not paid yet."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field

import asyncpg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from domain.billing import paying, voiding
from domain.billing.invoices import unpaid_of
from domain.billing.models import Instalment, Invoice, PremiumException, PremiumPayment
from domain.billing.terms import InstalmentState, InvoiceState, PremiumExceptionKind
from domain.connections import database as opened
from domain.kernel.database import fetch, transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Refusal
from domain.ledger.terms import Account
from tests.factories.billing import OFFICE, Billed, called, invoiced, word
from tests.factories.insured import Insured, insured

PREMIUMS = ["500.01", "1.00", "0.12", "99.99"]
COUNTS = [1, 3, 12]
BOOKED = """
SELECT l.account, sum(l.amount_minor)::bigint AS minor
FROM ledger_line l JOIN ledger_transaction t ON t.id = l.transaction_id
WHERE t.kind LIKE 'invoice:%' OR t.kind LIKE 'premium:%' GROUP BY l.account
"""
Step = tuple[str, int, int]
TABLES = (
    "ledger_line", "ledger_transaction", "premium_payment", "premium_exception", "instalment", "invoice", "audit_entry",
)  # fmt: skip
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["issue", "next", "next", "next", "rest", "again", "contradict", "wrong", "other", "unknown", "void"]
        ),
        st.integers(0, 3),
        st.integers(0, 3),
    ),
    min_size=1,
    max_size=14,
)


@dataclass
class Books:
    """A customer's invoices, the words that the gateway has said, and how much money came in."""

    covered: Insured
    invoices: list[Billed] = field(default_factory=list)
    said: list[dict[str, object]] = field(default_factory=list)
    came: int = 0

    async def play(self, what: str, which: int, how: int) -> None:
        """One step; those that need an invoice are left out while there is none."""
        if what == "issue" or not self.invoices:
            premium, count = PREMIUMS[how], COUNTS[which % 3]
            self.invoices.append(await invoiced(premium, count, covered=self.covered))
            return
        billed = self.invoices[which % len(self.invoices)]
        if what == "void":
            await voiding.void(billed.invoice.id, reason="r", expected_version=None, actor=OFFICE)
        elif what in {"again", "contradict"}:
            for said in self.said[how:][:1]:
                await called({**said, **({"amount": "7.77"} if what == "contradict" else {})})
        else:
            await self._pay(billed, what)

    async def _pay(self, billed: Billed, what: str) -> None:
        unpaid = [each.amount_minor for each in await unpaid_of(billed.invoice.id)] or [5]
        minor = {"next": unpaid[0], "rest": sum(unpaid)}.get(what, unpaid[0] + 1)
        said = word(billed, f"R-{len(self.said)}", f"{Money(minor).amount}")
        said |= {
            "other": {"currency": "JPY", "amount": str(minor)}, "unknown": {"invoiceNumber": "INV99999999999"},
        }.get(what, {})  # fmt: skip
        self.said.append(said)
        self.came += minor if what != "other" else 0
        await called(said)

    async def check(self) -> None:
        """What must hold after every step."""
        async with transaction():
            booked = {row["account"]: row["minor"] for row in await fetch(BOOKED)}
            (trial,) = await fetch("SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM ledger_line")
            (yen,) = await fetch("SELECT coalesce(sum(amount_minor), 0)::bigint AS minor FROM ledger_line "
                                 "WHERE currency = 'JPY' AND account = 'BANK'")  # fmt: skip
        parts = await Instalment.all()
        due = sum(each.amount_minor for each in parts if each.state is InstalmentState.DUE)
        earned = sum(each.commission_minor for each in parts if each.state is InstalmentState.PAID)
        payments = sum(each.amount_minor for each in await PremiumPayment.all())
        kept = await PremiumException.exclude(kind=PremiumExceptionKind.CONTRADICTION)
        assert trial["minor"] == 0
        assert booked.get(Account.PREMIUM_RECEIVABLE, 0) == due
        assert booked.get(Account.COMMISSION_PAYABLE, 0) == -earned
        assert booked.get(Account.BANK, 0) - yen["minor"] == self.came, "money that came is never lost"
        assert booked.get(Account.SUSPENSE, 0) == -sum(each.amount_minor for each in kept)
        assert payments == sum(each.amount_minor for each in parts if each.state is InstalmentState.PAID)


async def _emptied(url: str) -> None:
    """Takes away what the play before left, with the guards off."""
    connection = await asyncpg.connect(url)
    deletes = "; ".join(f"DELETE FROM {table}" for table in TABLES)
    await connection.execute(f"SET session_replication_role = replica; {deletes}")
    await connection.close()


async def _play(url: str, steps: list[Step]) -> set[str]:
    await _emptied(url)
    async with opened(url, pool=2):
        books = Books(await insured())
        for step in steps:
            with suppress(Refusal):
                await books.play(*step)
            await books.check()
        return {each.kind for each in await PremiumException.all()} | {each.state for each in await Invoice.all()}


Played = Callable[[list[Step]], set[str]]


@pytest.fixture
def played(database_url: str) -> Played:
    """Plays steps from the start, on a loop of its own; kinds of exceptions and states of invoices at the end."""
    return lambda steps: asyncio.run(_play(database_url, steps))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_steps_the_books_balance_and_what_is_owed_is_not_paid_yet(played: Played, steps: list[Step]) -> None:
    played([("issue", 1, 0), *steps])


def test_the_play_reaches_every_state_and_every_exception(played: Played) -> None:
    """The same play with known steps, so that the property above is known to look at all of it."""
    reached = played([
        ("issue", 1, 0), ("issue", 1, 1), ("next", 0, 0), ("again", 0, 0), ("contradict", 0, 0), ("wrong", 0, 0),
        ("other", 0, 0), ("unknown", 0, 0), ("void", 0, 0), ("rest", 0, 0), ("next", 0, 0), ("void", 1, 0),
        ("next", 1, 0), ("issue", 0, 0),
    ])  # fmt: skip
    assert reached == {*PremiumExceptionKind, InvoiceState.OPEN, InvoiceState.PAID, InvoiceState.VOID}


def test_a_posting_that_is_missing_would_be_seen(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    """The check above fails when money is taken in and not posted."""

    async def not_posted(*_: object) -> None:
        return None

    monkeypatch.setattr(paying, "post_received", not_posted)
    with pytest.raises(AssertionError):
        played([("issue", 1, 0), ("next", 0, 0)])
