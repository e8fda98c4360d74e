"""Bordereaux in the situations that tests start from, made by the verbs themselves."""

from __future__ import annotations

import csv
import io
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from domain.bordereaux import answering, generating, opening
from domain.bordereaux.models import Bordereau
from domain.bordereaux.premiums import PREMIUMS
from domain.bordereaux.rules import last_month
from domain.documents.keeping import Store
from domain.documents.models import Document
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from domain.kernel.money import Currency, Money
from domain.kernel.subject import Subject, SubjectKind
from domain.ledger.posting import post
from domain.ledger.terms import Account, Line
from domain.policies.postings import WRITTEN
from gateways.store import FolderStore
from tests.factories.insured import staff

WRITER = Actor.system("bordereaux.generate")


def month_ago(months: int = 1) -> date:
    """The first day of the month that many months before this one."""
    return months_after(last_month(clock.today()), 1 - months)


@contextmanager
def on_day(month: date, day: int = 10) -> Iterator[None]:
    """Lets the code inside live at noon of a day of a month, the insurer's."""
    with clock.at(clock.start_of(month) + timedelta(days=day - 1, hours=12)):
        yield


async def bordereau_open(partner: Actor, month: date | None = None) -> Bordereau:
    """One that finance asked for, of last month or another."""
    assert partner.partner_id is not None
    return await opening.generate(
        PREMIUMS, partner.partner_id, month=month or month_ago(), currency=Currency.CNY, actor=await staff(Role.FINANCE)
    )


async def bordereau_written(partner: Actor, month: date | None = None, *, store: Store | None = None) -> Bordereau:
    """The same with its lines written and compared; its file is thrown away without a store."""
    row = await bordereau_open(partner, month)
    with tempfile.TemporaryDirectory() as folder:
        await generating.write(PREMIUMS, row.id, store=store or FolderStore(Path(folder)), actor=WRITER)
    return await Bordereau.get(id=row.id)


async def bordereau_submitted(partner: Actor, month: date | None = None, *, store: Store | None = None) -> Bordereau:
    """The same, handed over to its partner."""
    row = await bordereau_written(partner, month, store=store)
    return await answering.submit(PREMIUMS, row.id, expected_version=row.version, actor=await staff(Role.FINANCE))


async def posted_wrongly(policy_id: UUID, minor: int = 100) -> None:
    """Premium of a policy that stands in the ledger, and in none of its amounts. Units: minor units of CNY."""
    amount = Money(minor)
    lines = [Line(Account.PREMIUM_RECEIVABLE, amount), Line(Account.PREMIUM_INCOME, -amount)]
    async with transaction():
        await post(
            kind=WRITTEN, subject=Subject(SubjectKind.POLICY, policy_id), lines=lines, actor=Actor.system("test"),
            key=f"mistake:{policy_id}:{minor}",
        )  # fmt: skip


async def lines_in(row: Bordereau, store: Store) -> list[dict[str, str]]:
    """The lines of its file, by the names of its columns."""
    document = await Document.get(id=row.document_id)
    text = (await store.get(document.storage_key)).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))
