"""Who has a bordereau opened, for which month, and how often."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest

from domain.bordereaux import answering, opening
from domain.bordereaux.jobs import OpenMonth
from domain.bordereaux.models import Bordereau
from domain.bordereaux.premiums import PREMIUMS
from domain.bordereaux.terms import BordereauState as S
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.days import months_after
from domain.kernel.ids import new_id
from domain.kernel.money import Currency
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound
from domain.kernel.subject import SubjectKind
from domain.partners import introduction
from domain.partners.models import Partner
from gateways.store import FolderStore
from tests.factories.bordereaux import bordereau_open, bordereau_submitted, month_ago, on_day
from tests.factories.insured import partner_with_a_book, sold, staff
from tests.factories.unchanged import refused, unchanged
from tests.factories.work import work
from workers.schedule import TABLE

OFFICE = Actor.system("bordereaux.open_month")


@pytest.mark.usefixtures("database")
async def test_finance_has_a_bordereau_opened_and_a_job_writes_it() -> None:
    row = await bordereau_open(await partner_with_a_book())
    assert (row.state, row.month, row.line_count) == (S.OPEN, month_ago(), 0)
    assert row.bordereau_number.startswith(f"BX{clock.today():%Y}")
    job = await Job.get(kind="bordereaux.generate")
    assert (job.id, job.subject_kind, job.subject_id) == (row.job_id, SubjectKind.BORDEREAU, row.id)
    assert (job.queue, job.partner_id) == (Queue.BULK, None)


@pytest.mark.usefixtures("database")
async def test_there_is_one_of_a_month_until_the_partner_rejects_it() -> None:
    partner = await partner_with_a_book()
    row = await bordereau_submitted(partner)
    finance = await staff(Role.FINANCE)
    assert partner.partner_id is not None
    async with refused(AlreadyExists):
        await opening.generate(PREMIUMS, partner.partner_id, month=row.month, currency=row.currency, actor=finance)
    await answering.reject(
        PREMIUMS, row.id, reason="two lines are missing", expected_version=row.version, actor=partner
    )
    again = await opening.generate(PREMIUMS, partner.partner_id, month=row.month, currency=row.currency, actor=finance)
    assert (again.id != row.id, again.state) == (True, S.OPEN)


@pytest.mark.usefixtures("database")
async def test_of_many_at_once_one_is_opened() -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    assert partner.partner_id is not None

    async def attempt() -> bool:
        assert partner.partner_id is not None
        try:
            await opening.generate(
                PREMIUMS, partner.partner_id, month=month_ago(), currency=Currency.CNY, actor=finance
            )
        except AlreadyExists:
            return False
        return True

    assert sorted(await asyncio.gather(*(attempt() for _ in range(8)))) == [False] * 7 + [True]
    assert await Bordereau.all().count() == 1


@pytest.mark.usefixtures("database")
async def test_another_day_a_month_that_runs_an_unknown_partner_and_others_than_finance_are_refused() -> None:
    partner, finance = await partner_with_a_book(), await staff(Role.FINANCE)
    assert partner.partner_id is not None
    this = clock.today().replace(day=1)
    for month, constraint in ((month_ago() + timedelta(days=1), "month_first_day"), (this, "max"),
                              (date(1999, 12, 1), "min"), (date(1, 1, 1), "min")):  # fmt: skip
        async with refused(Invalid) as raised:
            await opening.generate(PREMIUMS, partner.partner_id, month=month, currency=Currency.CNY, actor=finance)
        assert raised.value.constraint == constraint  # type: ignore[attr-defined]
    async with refused(NotFound):
        await opening.generate(PREMIUMS, new_id(), month=this, currency=Currency.CNY, actor=finance)
    for actor in (partner, await staff(Role.COMPLIANCE)):
        async with refused(Forbidden):
            await opening.generate(PREMIUMS, partner.partner_id, month=month_ago(), currency=Currency.CNY, actor=actor)


@pytest.mark.usefixtures("database")
async def test_the_round_opens_one_for_every_active_partner_and_twice_opens_nothing_twice() -> None:
    idle, selling, gone, left = [await partner_with_a_book() for _ in range(4)]
    with on_day(month_ago()):
        for partner in (selling, left):
            await sold(partner=partner)
    for partner in (gone, left):
        assert partner.partner_id is not None
        await introduction.suspend(
            partner.partner_id, reason="closed", expected_version=1, actor=await staff(Role.COMPLIANCE)
        )
    assert await opening.open_month(PREMIUMS, month_ago(), actor=OFFICE, batch=2) == 3
    opened = {row.partner_id: row for row in await Bordereau.all()}
    assert set(opened) == {idle.partner_id, selling.partner_id, left.partner_id}
    assert {(row.currency, row.state) for row in opened.values()} == {(Currency.CNY, S.OPEN)}
    async with unchanged():
        assert await opening.open_month(PREMIUMS, month_ago(), actor=OFFICE) == 0
    assert await Partner.all().count() == 4


@pytest.mark.usefixtures("database")
async def test_the_round_leaves_what_was_rejected_to_finance() -> None:
    partner = await partner_with_a_book()
    row = await bordereau_submitted(partner)
    await answering.reject(PREMIUMS, row.id, reason="wrong", expected_version=row.version, actor=partner)
    assert await opening.open_month(PREMIUMS, month_ago(), actor=OFFICE) == 0


async def test_on_the_first_of_a_month_workers_make_the_bordereaux_of_the_last(
    database: str, store: FolderStore
) -> None:
    partner = await partner_with_a_book()
    await sold(partner=partner)
    month = clock.today().replace(day=1)
    with clock.at(clock.start_of(months_after(month, 1)) + timedelta(hours=6)):
        for _ in range(2):
            async with transaction():
                await enqueue(OpenMonth(), actor=Actor.system("schedule"))
            await work(database, (Queue.BULK,))
    row = await Bordereau.get()
    assert (row.month, row.state, row.line_count) == (month, S.VALIDATED, 1)
    job = await Job.get(kind="bordereaux.generate")
    assert (job.state, job.result_kind, job.result_id) == (JobState.SUCCEEDED, SubjectKind.BORDEREAU, row.id)
    assert {each.result_id for each in await Job.filter(kind="bordereaux.open_month")} == {None}


def test_the_cron_table_has_the_round_on_the_first_of_a_month() -> None:
    (line,) = [each for each in TABLE if isinstance(each.work, OpenMonth)]
    assert (line.cron, line.zone) == ("0 6 1 * *", "Asia/Shanghai")
