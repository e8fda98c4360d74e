"""Changing contact details and the account: who may, what is told to whom, and that a new account waits."""

from __future__ import annotations

import asyncio
import json
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.customers import changes
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.customers.payee import payee_of
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import AlreadyExists, Forbidden, Invalid, NotFound, Refusals, StaleVersion
from domain.kernel.sealing import unseal
from domain.notifications.models import Notification
from domain.notifications.outbox import PARAMETERS_PLACE
from tests.customers.planted import MASKS, PLAIN, introduced, open_connections, signed_in
from tests.factories.insured import partner_with_a_book, person, staff
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
PHONE, MAIL, ACCOUNT = "13987654321", "new@elsewhere.example", "4111111111111111"


async def letters() -> list[tuple[str, str, dict[str, str]]]:
    """The template, the plain address and the parameters of every letter, oldest first."""
    return [
        (
            row.template,
            unseal(row.address_place, row.party_id, row.address_sealed),
            json.loads(unseal(PARAMETERS_PLACE, row.id, row.parameters_sealed)),
        )
        for row in await Notification.all().order_by("id")
    ]


@pytest.mark.parametrize("by_service", [False, True])
async def test_the_customer_and_service_staff_change_phone_and_mail(by_service: bool) -> None:
    row = await introduced()
    actor = await staff(Role.CUSTOMER_SERVICE) if by_service else signed_in(row.id)
    await changes.change_contact(row.id, phone=f" {PHONE} ", mail=MAIL.title(), expected_version=1, actor=actor)
    now = await Customer.get(id=row.id)
    assert unseal("customer:phone", row.id, now.phone_sealed) == PHONE
    assert unseal("customer:mail", row.id, now.mail_sealed) == MAIL
    assert (now.phone_mask, now.mail_mask, now.version) == ("139****4321", "n***@elsewhere.example", 2)
    assert now.bank_account_mask == MASKS["bank_account"]


async def test_a_new_phone_lets_payouts_cool_down_and_a_new_mail_does_not() -> None:
    row = await introduced()
    await changes.change_contact(row.id, phone=None, mail=MAIL, expected_version=1, actor=signed_in(row.id))
    assert (await Customer.get(id=row.id)).payee_changed_at is None
    await changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=2, actor=signed_in(row.id))
    changed = (await Customer.get(id=row.id)).payee_changed_at
    payee = await payee_of(row.id)
    assert payee is not None and changed is not None
    assert payee.changed_at == changed


async def test_a_change_is_audited_with_the_masks_before_and_after() -> None:
    row = await introduced()
    await changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=signed_in(row.id))
    entry = await AuditEntry.get(action="customer:change")
    assert (entry.subject_id, entry.actor) == (row.id, f"customer:{row.id}")
    assert (entry.before, entry.after) == ({"phone": MASKS["phone"]}, {"phone": "139****4321"})


async def test_a_new_mail_is_told_to_the_old_address_and_to_the_new_one() -> None:
    row = await introduced()
    await changes.change_contact(row.id, phone=None, mail=MAIL, expected_version=1, actor=signed_in(row.id))
    told = {"phone": MASKS["phone"], "mail": "n***@elsewhere.example"}
    assert await letters() == [("CONTACT_CHANGED", PLAIN["mail"], told), ("CONTACT_CHANGED", MAIL, told)]


@pytest.mark.parametrize("mail", [None, PLAIN["mail"], PLAIN["mail"].upper()])
async def test_a_change_that_leaves_the_mail_as_it_was_is_told_once(mail: str | None) -> None:
    row = await introduced()
    await changes.change_contact(row.id, phone=PHONE, mail=mail, expected_version=1, actor=signed_in(row.id))
    assert [(template, address) for template, address, _ in await letters()] == [("CONTACT_CHANGED", PLAIN["mail"])]


async def test_a_new_account_is_marked_told_and_waits_for_a_day() -> None:
    row = await introduced()
    before = clock.now()
    await changes.change_bank_account(row.id, bank_account=f" {ACCOUNT}", expected_version=1, actor=signed_in(row.id))
    now = await Customer.get(id=row.id)
    assert (now.bank_account_mask, now.version) == ("************1111", 2)
    assert now.payee_changed_at is not None
    assert before - timedelta(milliseconds=1) <= now.payee_changed_at <= clock.now()
    payee = await payee_of(row.id)
    assert payee is not None
    assert (payee.account(), payee.changed_at) == (ACCOUNT, now.payee_changed_at)
    assert await letters() == [("BANK_ACCOUNT_CHANGED", PLAIN["mail"], {"account": "************1111"})]
    entry = await AuditEntry.get(action="customer:change")
    assert entry.before == {"bank_account": MASKS["bank_account"]}
    assert entry.after == {"bank_account": "************1111"}


async def test_a_first_account_told_after_the_introduction_waits_as_well() -> None:
    row = await introduced(details=person())
    assert await payee_of(row.id) is None
    await changes.change_bank_account(row.id, bank_account=ACCOUNT, expected_version=1, actor=signed_in(row.id))
    payee = await payee_of(row.id)
    assert payee is not None
    assert payee.changed_at is not None


async def test_an_account_named_at_the_introduction_does_not_wait() -> None:
    payee = await payee_of((await introduced()).id)
    assert payee is not None
    assert (payee.name, payee.account(), payee.changed_at) == ("王五", PLAIN["bank_account"], None)


async def test_there_is_no_payee_without_a_customer() -> None:
    assert await payee_of(None) is None
    assert await payee_of(uuid4()) is None


@pytest.mark.parametrize(
    ("phone", "mail", "constraint", "path"),
    [
        ("123", None, "phone_form", ("input", "phone")),
        (None, "nobody", "mail_form", ("input", "mail")),
        (PHONE, "nobody", "mail_form", ("input", "mail")),
        ("", None, "phone_form", ("input", "phone")),
        (None, None, "required", ("input",)),
    ],
)
async def test_a_contact_of_another_form_or_none_at_all_changes_nothing(
    phone: str | None, mail: str | None, constraint: str, path: tuple[str, ...]
) -> None:
    row = await introduced()
    async with refused(Invalid) as raised:
        await changes.change_contact(row.id, phone=phone, mail=mail, expected_version=1, actor=signed_in(row.id))
    assert (raised.value.constraint, raised.value.path) == (constraint, path)  # type: ignore[attr-defined]


async def test_an_account_with_a_wrong_check_digit_changes_nothing() -> None:
    row = await introduced()
    async with refused(Invalid) as raised:
        await changes.change_bank_account(
            row.id, bank_account="4111111111111112", expected_version=1, actor=signed_in(row.id)
        )
    assert raised.value.path == ("input", "bankAccount")


async def test_a_change_decided_on_an_older_state_is_refused() -> None:
    row = await introduced()
    await changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=signed_in(row.id))
    async with refused(StaleVersion) as raised:
        await changes.change_bank_account(row.id, bank_account=ACCOUNT, expected_version=1, actor=signed_in(row.id))
    assert raised.value.current_version == 2  # type: ignore[attr-defined]
    async with refused(StaleVersion):
        await changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=signed_in(row.id))


async def test_of_two_changes_at_once_one_stands() -> None:
    row = await introduced()
    customer, service = signed_in(row.id), await staff(Role.CUSTOMER_SERVICE)
    outcomes = await asyncio.gather(
        changes.change_bank_account(row.id, bank_account=ACCOUNT, expected_version=1, actor=customer),
        changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=service),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [StaleVersion]
    assert (await Customer.get(id=row.id)).version == 2


async def test_a_stranger_finds_no_such_customer() -> None:
    row, stranger = await introduced(), await introduced(details=person())
    for customer_id in (row.id, uuid4()):
        async with refused(NotFound):
            await changes.change_contact(
                customer_id, phone=PHONE, mail=None, expected_version=1, actor=signed_in(stranger.id)
            )
        async with refused(NotFound):
            await changes.change_bank_account(
                customer_id, bank_account=ACCOUNT, expected_version=1, actor=signed_in(stranger.id)
            )


@pytest.mark.parametrize("role", sorted(set(Role) - {Role.CUSTOMER, Role.CUSTOMER_SERVICE}))
async def test_nobody_else_changes_a_customer(role: Role) -> None:
    row = await introduced()
    actor = Actor(
        frozenset({role}),
        staff_id=uuid4() if role in STAFF_ROLES else None,
        partner_id=row.partner_id if role is Role.PARTNER else None,
    )
    async with refused(Forbidden):
        await changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=actor)
    async with refused(Forbidden):
        await changes.change_bank_account(row.id, bank_account=ACCOUNT, expected_version=1, actor=actor)


def book_of(partner: Actor) -> UUID:
    assert partner.partner_id is not None
    return partner.partner_id


async def test_the_phone_of_another_customer_of_the_book_is_refused() -> None:
    partner = await partner_with_a_book()
    await introduced(partner)
    other = await introduced(partner, person())
    async with refused(AlreadyExists) as raised:
        await changes.change_contact(
            other.id, phone=PLAIN["phone"], mail=None, expected_version=1, actor=signed_in(other.id)
        )
    assert raised.value.path == ("input", "phone")


async def test_a_phone_that_only_another_book_knows_is_free() -> None:
    await introduced()
    other = await introduced(details=person())
    await changes.change_contact(
        other.id, phone=PLAIN["phone"], mail=None, expected_version=1, actor=signed_in(other.id)
    )
    assert (await Customer.get(id=other.id)).phone_mask == MASKS["phone"]


async def test_a_phone_that_is_taken_and_introduced_at_once_belongs_to_one_customer() -> None:
    for _ in range(5):
        partner, details = await partner_with_a_book(), person()
        known = await introduced(partner, person())
        outcomes = await asyncio.gather(
            introduce(details, book_of(partner), actor=partner),
            changes.change_contact(
                known.id, phone=details.phone, mail=None, expected_version=1, actor=signed_in(known.id)
            ),
            return_exceptions=True,
        )
        failures = {type(each) for each in outcomes if isinstance(each, BaseException)}
        assert failures in ({AlreadyExists}, {Refusals})


async def test_two_customers_that_take_one_phone_at_once_do_not_both_get_it() -> None:
    partner = await partner_with_a_book()
    rows = [await introduced(partner, person()) for _ in range(2)]
    await open_connections(2)
    outcomes = await asyncio.gather(
        *(
            changes.change_contact(row.id, phone=PHONE, mail=None, expected_version=1, actor=signed_in(row.id))
            for row in rows
        ),
        return_exceptions=True,
    )
    assert [type(outcome) for outcome in outcomes if outcome is not None] == [AlreadyExists]
