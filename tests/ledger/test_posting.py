"""Postings balance, stand once, and stand for ever."""

from __future__ import annotations

import asyncio
from uuid import uuid4

import asyncpg
import pytest
from tortoise import Tortoise

from domain.kernel.actor import Actor, Role
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.ids import new_id
from domain.kernel.money import Currency, Money
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.balances import balances
from domain.ledger.models import LedgerLine, LedgerTransaction
from domain.ledger.posting import post
from domain.ledger.reading import LEDGER_ACCOUNT, LEDGER_LINE, LEDGER_TRANSACTION
from domain.ledger.refusals import PostedAlready, Unbalanced
from domain.ledger.terms import Account, Line
from tests.factories.readers import rows_seen

ACTOR = Actor.system("test")
SUBJECT = Subject(SubjectKind.CLAIM, uuid4())
PAID = (Line(Account.CLAIMS_PAYABLE, Money.of("9.00")), Line(Account.BANK, Money.of("-9.00")))


async def posted(key: str, lines: tuple[Line, ...] = PAID) -> None:
    async with transaction():
        await post(kind="test:paid", subject=SUBJECT, lines=lines, actor=ACTOR, key=key)


async def run(statement: str) -> None:
    await Tortoise.get_connection("default").execute_script(statement)


@pytest.mark.usefixtures("database")
class TestInTheDatabase:
    """Against the real triggers."""

    async def test_a_posting_moves_its_amount_from_one_account_to_another(self) -> None:
        await posted("a")
        async with transaction():
            assert await balances() == {
                (Account.CLAIMS_PAYABLE, Currency.CNY): Money.of("9.00"),
                (Account.BANK, Currency.CNY): Money.of("-9.00"),
            }
        assert await LedgerLine.all().count() == 2

    async def test_nothing_is_posted_twice_even_at_once(self) -> None:
        outcomes = await asyncio.gather(*(posted("once") for _ in range(4)), return_exceptions=True)
        assert sorted(type(each).__name__ for each in outcomes) == ["NoneType", *["PostedAlready"] * 3]
        with pytest.raises(PostedAlready):
            await posted("once")
        assert await LedgerTransaction.all().count() == 1
        assert await LedgerLine.all().count() == 2

    async def test_a_posting_belongs_to_the_transaction_of_its_cause(self) -> None:
        with pytest.raises(NoTransaction):
            await post(kind="test:paid", subject=SUBJECT, lines=PAID, actor=ACTOR, key="alone")
        with pytest.raises(ZeroDivisionError):
            await self._undone()
        assert await LedgerTransaction.all().count() == 0

    @pytest.mark.parametrize("lines", [
        (),
        (Line(Account.BANK, Money.of("1.00")),),
        (Line(Account.BANK, Money.of("1.00")), Line(Account.SUSPENSE, Money.of("-1.01"))),
        (Line(Account.BANK, Money.of("1.00")), Line(Account.SUSPENSE, Money.of("-1.00", Currency.USD))),
        (Line(Account.BANK, Money(0)), Line(Account.SUSPENSE, Money(0))),
    ])  # fmt: skip
    async def test_what_does_not_balance_in_each_currency_is_refused(self, lines: tuple[Line, ...]) -> None:
        with pytest.raises(Unbalanced):
            await posted("crooked", lines)
        assert await LedgerTransaction.all().count() == 0

    async def test_the_database_refuses_an_unbalanced_posting_that_the_code_let_through(self) -> None:
        with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
            async with transaction():
                await self._insert(lines=((100, "CNY"), (-99, "CNY")))
        assert await LedgerTransaction.all().count() == 0

    async def test_the_database_refuses_a_posting_that_balances_only_across_currencies(self) -> None:
        with pytest.raises(asyncpg.CheckViolationError, match="does not balance"):
            async with transaction():
                await self._insert(lines=((100, "CNY"), (-100, "USD")))

    async def test_the_database_refuses_a_posting_without_its_lines(self) -> None:
        with pytest.raises(asyncpg.CheckViolationError, match="not whole"):
            async with transaction():
                await self._insert(lines=())

    async def test_the_database_refuses_lines_that_are_added_later_though_they_balance(self) -> None:
        await posted("whole")
        transaction_id = (await LedgerTransaction.get(key="whole")).id
        with pytest.raises(asyncpg.CheckViolationError, match="not whole"):
            await self._extend(transaction_id)
        assert await LedgerLine.all().count() == 2

    @pytest.mark.parametrize("statement", [
        "UPDATE ledger_line SET amount_minor = amount_minor * 2",
        "UPDATE ledger_line SET account = 'SUSPENSE'",
        "UPDATE ledger_transaction SET key = 'other'",
        "DELETE FROM ledger_line",
        "DELETE FROM ledger_transaction",
        "TRUNCATE ledger_line",
        "TRUNCATE ledger_transaction CASCADE",
    ])  # fmt: skip
    async def test_the_database_refuses_every_change_of_what_was_posted(self, statement: str) -> None:
        await posted("kept")
        with pytest.raises(Exception, match="append-only"):
            await run(statement)
        assert [line.amount_minor for line in await LedgerLine.all().order_by("position")] == [900, -900]

    async def _undone(self) -> None:
        async with transaction():
            await post(kind="test:paid", subject=SUBJECT, lines=PAID, actor=ACTOR, key="undone")
            raise ZeroDivisionError

    async def _extend(self, transaction_id: object) -> None:
        async with transaction():
            for position, minor in ((3, 5), (4, -5)):
                await self._line(transaction_id, position, minor, "CNY")

    async def _insert(self, lines: tuple[tuple[int, str], ...]) -> None:
        row = await LedgerTransaction.create(
            kind="test", key=uuid4().hex, subject_kind=SubjectKind.CLAIM, subject_id=SUBJECT.id, line_count=2,
            actor="test",
        )  # fmt: skip
        for position, (minor, currency) in enumerate(lines, 1):
            await self._line(row.id, position, minor, currency)

    async def _line(self, transaction_id: object, position: int, minor: int, currency: str) -> None:
        await LedgerLine.create(
            id=new_id(), transaction_id=transaction_id, position=position, account=Account.BANK, amount_minor=minor,
            currency=currency,
        )  # fmt: skip

    async def test_finance_and_compliance_read_the_ledger_and_nobody_else(self) -> None:
        await posted("read")
        for role in Role:
            actor = Actor(frozenset({role}), staff_id=uuid4(), customer_id=None)
            sees = role in (Role.FINANCE, Role.FINANCE_APPROVER, Role.COMPLIANCE)
            assert len(await rows_seen(LEDGER_TRANSACTION, actor)) == (1 if sees else 0), role
            assert len(await rows_seen(LEDGER_LINE, actor)) == (2 if sees else 0), role
            shown = {row["account"]: row["balance"]["amount"] for row in await rows_seen(LEDGER_ACCOUNT, actor)}
            assert shown == ({"CLAIMS_PAYABLE": "9.00", "BANK": "-9.00"} if sees else {}), role
