"""Reminders of what is due, each once, and the lapse after the days of grace."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from domain.audit.models import AuditEntry
from domain.billing import reviving, voiding, watching
from domain.billing.terms import InvoiceState
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.refusals import Forbidden
from domain.kernel.subject import Subject, SubjectKind
from domain.notifications.models import Notification
from domain.service_levels.models import TimeLimit
from tests.factories.billing import OFFICE, Billed, invoiced, invoiced_ago, paid
from tests.factories.insured import staff
from tests.factories.notices import told

pytestmark = pytest.mark.usefixtures("database")
WATCHMAN = Actor.system("billing.watch_due")


@contextmanager
def after(billed: Billed, days: int) -> Iterator[None]:
    """So many days after the issue of the invoice, at nine in the morning."""
    day = clock.day_of(billed.invoice.issued_at) + timedelta(days=days)
    with clock.at(clock.start_of(day) + timedelta(hours=9)):
        yield


async def letters(billed: Billed) -> list[str]:
    rows = await Notification.filter(subject_id=billed.invoice.id).order_by("id")
    return [row.template for row in rows]


async def test_a_customer_is_reminded_on_the_day_and_seven_days_late_each_once() -> None:
    billed = await invoiced("50.00", 1)
    for days, expected in ((0, 1), (0, 1), (6, 1), (7, 2), (8, 2), (30, 2)):
        with after(billed, days):
            await watching.watch(actor=WATCHMAN)
        assert len(await letters(billed)) == expected, days
    assert await letters(billed) == ["INSTALMENT_DUE", "INSTALMENT_LATE"]
    assert await AuditEntry.filter(subject_id=billed.invoice.id, action="invoice:remind").count() == 2


async def test_the_next_instalment_is_told_three_days_before_and_on_its_day() -> None:
    billed = await invoiced()
    await paid(billed, "R-1", "41.67")
    _, second, *_ = await billed.parts()
    days = (second.due_on - clock.day_of(billed.invoice.issued_at)).days
    for offset, expected in ((-4, 0), (-3, 1), (-1, 1), (0, 2)):
        with after(billed, days + offset):
            await watching.watch(actor=WATCHMAN)
        assert len(await letters(billed)) == expected, offset


async def test_a_letter_names_the_instalment_its_amount_and_the_last_day_of_grace() -> None:
    billed = await invoiced("50.00", 1)
    with after(billed, 7):
        await watching.watch(actor=WATCHMAN)
    (notice,) = await Notification.filter(subject_id=billed.invoice.id)
    due_on = (await billed.parts())[0].due_on
    text = told(notice)
    for expected in (billed.invoice.invoice_number, "50.00", f"{due_on}", f"{due_on + timedelta(days=30)}"):
        assert expected in text
    assert notice.template == "INSTALMENT_LATE"  # the day itself was missed, and the last mark alone is told


async def test_two_watches_at_once_remind_once() -> None:
    several = [await invoiced("50.00", 1) for _ in range(3)]
    with after(several[0], 0):
        counts = await asyncio.gather(*(watching.watch(actor=WATCHMAN, batch=2) for _ in range(3)))
    assert sum(counts) == 3
    assert [await letters(each) for each in several] == [["INSTALMENT_DUE"]] * 3


async def test_an_invoice_lapses_the_day_after_the_last_day_of_grace_and_says_so_upward() -> None:
    billed = await invoiced()
    with after(billed, 30):
        await watching.watch(actor=WATCHMAN)
        assert (await billed.now()).state is InvoiceState.OPEN
    with after(billed, 31):
        for _ in range(2):
            await watching.watch(actor=WATCHMAN)
    invoice = await billed.now()
    assert (invoice.state, invoice.lapsed_at is not None) == (InvoiceState.LAPSED, True)
    (job,) = await Job.filter(kind="billing.invoice_lapsed")
    assert job.arguments == {"invoice_id": str(invoice.id)}
    assert "INSTALMENT_LATE" not in (await letters(billed))[1:]


async def test_another_grace_that_is_set_from_a_day_on_counts_from_that_day_on() -> None:
    today = clock.today()
    await TimeLimit.create(name="BILLING_GRACE", days=60, valid_from=today, source="new terms")
    earlier, later = await invoiced_ago(31), await invoiced()
    await watching.watch(actor=WATCHMAN)
    assert (await earlier.now()).state is InvoiceState.LAPSED
    with after(later, 60):
        await watching.watch(actor=WATCHMAN)
    assert (await later.now()).state is InvoiceState.OPEN
    with after(later, 61):
        await watching.watch(actor=WATCHMAN)
    assert (await later.now()).state is InvoiceState.LAPSED
    await TimeLimit.all().delete()  # which the next test keeps


async def test_what_is_paid_or_taken_back_is_left_alone() -> None:
    settled, voided = await invoiced("50.00", 1), await invoiced("50.00", 1)
    await paid(settled, "R-1", "50.00")
    await voiding.void(voided.invoice.id, reason="r", expected_version=1, actor=OFFICE)
    with after(settled, 40):
        assert await watching.watch(actor=WATCHMAN) == 0
    assert await letters(settled) == await letters(voided) == []


async def test_a_lapsed_invoice_is_paid_and_opened_again_once_nothing_is_overdue() -> None:
    billed = await invoiced()
    subject = Subject(SubjectKind.POLICY, billed.covered.policy_id)
    with after(billed, 32):
        await watching.watch(actor=WATCHMAN)
        assert await _revived(subject, OFFICE) == Money.of("83.34")
        await paid(billed, "R-1", "41.67")
        assert await _revived(subject, OFFICE) == Money.of("41.67")
        assert (await billed.now()).state is InvoiceState.LAPSED
        await paid(billed, "R-2", "41.67")
        with pytest.raises(Forbidden):
            await _revived(subject, await staff(Role.FINANCE))
        assert await _revived(subject, OFFICE) is None
    assert (await billed.now()).state is InvoiceState.OPEN
    assert await AuditEntry.filter(subject_id=billed.invoice.id, action="invoice:revive").count() == 1


async def _revived(subject: Subject, actor: Actor) -> Money | None:
    async with transaction():
        return await reviving.revive(subject, actor=actor)
