"""A notification is written with the change that causes it, and nobody reads from it what it says."""

from __future__ import annotations

import json
from uuid import uuid4

import pytest
from tortoise import Tortoise

from domain.customers import contacts
from domain.customers.introduction import introduce
from domain.jobs.models import Job
from domain.jobs.terms import Priority
from domain.kernel.actor import Actor, Role
from domain.kernel.database import NoTransaction, transaction
from domain.kernel.sealing import CannotUnseal, unseal
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE, notify
from domain.notifications.terms import Channel, NotificationState
from domain.staff.contacts import recipient_of as staff_recipient
from domain.staff.models import Staff
from tests.factories.insured import insured, partner_with_a_book, person
from tests.factories.notices import tell

pytestmark = pytest.mark.usefixtures("database")


async def test_the_row_and_the_job_stand_with_the_change_that_causes_them() -> None:
    covered = await insured()
    before = await Notification.all().count()

    async def failing_change() -> None:
        async with transaction():
            await tell(covered.customer_id)
            raise RuntimeError("the change failed")

    with pytest.raises(RuntimeError, match="the change failed"):
        await failing_change()
    assert await Notification.all().count() == before
    async with transaction():
        notification_id = await tell(covered.customer_id)
    row = await Notification.get(id=notification_id)
    assert (row.state, row.channel, row.attempts) == (NotificationState.QUEUED, Channel.MAIL, 0)
    job = await Job.get(subject_id=notification_id)
    assert (job.kind, job.customer_id) == ("notifications.send", covered.customer_id)


async def test_outside_of_a_transaction_nobody_is_notified() -> None:
    covered = await insured()
    with pytest.raises(NoTransaction):
        await tell(covered.customer_id)


async def test_what_a_letter_says_and_where_it_goes_is_not_stored_in_plain() -> None:
    partner = await partner_with_a_book()
    assert partner.partner_id is not None
    details = person(mail="planted@example.com")
    customer_id = await introduce(details, partner.partner_id, actor=partner)
    async with transaction():
        notification_id = await tell(customer_id, reason="a planted reason")
    tables = await Tortoise.get_connection("default").execute_query_dict(
        "SELECT n::text || j::text AS everything FROM notification n JOIN job j ON j.subject_id = n.id"
    )
    assert len(tables) == 1
    assert "planted" not in tables[0]["everything"]
    assert b"planted".hex() not in tables[0]["everything"]
    row = await Notification.get(id=notification_id)
    assert row.address_mask == "p***@example.com"
    assert unseal(row.address_place, row.party_id, row.address_sealed) == "planted@example.com"
    assert json.loads(unseal(PARAMETERS_PLACE, row.id, row.parameters_sealed))["reason"] == "a planted reason"
    with pytest.raises(CannotUnseal):
        unseal(PARAMETERS_PLACE, uuid4(), row.parameters_sealed)


async def test_a_code_to_sign_in_overtakes_other_letters() -> None:
    covered = await insured()
    async with transaction():
        usual = await tell(covered.customer_id)
        urgent = await tell(covered.customer_id, template="SIGN_IN_CODE")
    assert (await Job.get(subject_id=usual)).priority == Priority.NORMAL
    assert (await Job.get(subject_id=urgent)).priority == Priority.URGENT


async def test_customers_are_written_to_in_their_language_and_staff_at_work() -> None:
    covered = await insured()
    async with transaction():
        found = await contacts.recipient_of(covered.customer_id)
    assert (found.party.kind, found.language) == (SubjectKind.CUSTOMER, "zh")
    person_ = await Staff.create(name="Li", email="li@insurer.example", roles=[Role.COMPLIANCE])
    colleague = staff_recipient(person_)
    assert colleague.party == Subject(SubjectKind.STAFF, person_.id)
    assert unseal(colleague.address_place, person_.id, colleague.address_sealed) == "li@insurer.example"
    assert "li@" not in repr(colleague)
    async with transaction():
        notification_id = await notify(
            template="COMPLAINT_TIME_PASSING",
            recipient=colleague,
            parameters={"complaint_number": "CP1", "percent": "80"},
            subject=Subject(SubjectKind.COMPLAINT, uuid4()),
            scope=Scope(),
            actor=Actor.system("complaints.watch"),
        )
    assert (await Notification.get(id=notification_id)).address_mask == "l***@insurer.example"
