"""Signing in: by password, by one-time code, and everything that fails alike."""

from __future__ import annotations

import asyncio
import statistics
import time
from collections.abc import Awaitable
from datetime import timedelta
from uuid import UUID, uuid4

import pytest

from domain.access import signing_in
from domain.access.attempts import TRIES_AN_ACCOUNT, TRIES_AN_ORIGIN, WINDOW, may_try, purge
from domain.access.jobs import PurgeSignIns
from domain.access.models import OneTimeCode, Session, SignInAttempt
from domain.access.refusals import SignInFailed
from domain.access.terms import CODE_LIFE, Granted, Principal
from domain.access.tokens import read_token
from domain.audit.models import AuditEntry
from domain.customers import changes
from domain.customers.introduction import introduce
from domain.customers.models import Customer
from domain.jobs.execution import Ending
from domain.jobs.queue import enqueue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.notifications.models import Notification
from domain.partners.models import Partner
from domain.staff.models import Staff
from tests.factories.insured import partner_with_a_book, person
from tests.factories.signed_in import PASSWORD, code_sent_to, colleague, customer_of
from tests.factories.working import work_off

pytestmark = pytest.mark.usefixtures("database")


async def fails(attempt: Awaitable[object]) -> str:
    """The attempt fails, opens no session, and says this."""
    before = await Session.all().count()
    with pytest.raises(SignInFailed) as raised:
        await attempt
    assert await Session.all().count() == before
    return f"{raised.value.code} {raised.value} {raised.value.path}"


async def took(attempt: Awaitable[object]) -> float:
    begun = time.perf_counter()
    with pytest.raises(SignInFailed):
        await attempt
    return time.perf_counter() - begun


async def test_staff_sign_in_with_their_password_whatever_the_case_of_the_address() -> None:
    person = await colleague(Role.FINANCE, Role.FINANCE_APPROVER)
    granted = await signing_in.staff_sign_in(f" {person.email.upper()} ", PASSWORD)
    actor = read_token(granted.access_token)
    assert actor == Actor(
        frozenset({Role.FINANCE, Role.FINANCE_APPROVER}), staff_id=person.id, session_id=granted.session_id
    )
    entry = await AuditEntry.get(action="access:sign_in", subject_id=granted.session_id)
    assert entry.actor == f"staff:{person.id}"
    assert granted.access_token not in repr(granted)


async def test_unknown_wrong_inactive_and_locked_answer_alike() -> None:
    person, gone, locked, bare = await colleague(), await colleague(), await colleague(), uuid4().hex
    await Staff.filter(id=gone.id).update(active=False)
    await Staff.create(name="Bare", email=f"{bare}@insurer.example", roles=[Role.HR])
    for _ in range(TRIES_AN_ACCOUNT):
        await fails(signing_in.staff_sign_in(locked.email, "wrong wrong wrong"))
    answers = {
        await fails(signing_in.staff_sign_in(address, password))
        for address, password in [
            ("nobody@insurer.example", PASSWORD),
            (person.email, "wrong wrong wrong"),
            (person.email, PASSWORD + "x" * 200),
            (gone.email, PASSWORD),
            (locked.email, PASSWORD),
            (f"{bare}@insurer.example", "nobody has this password"),
            ("", ""),
        ]
    }
    assert len(answers) == 1


async def test_five_failures_lock_an_account_for_fifteen_minutes() -> None:
    person = await colleague()
    began = clock.now()
    for _ in range(TRIES_AN_ACCOUNT):
        await fails(signing_in.staff_sign_in(person.email, "wrong wrong wrong"))
    await fails(signing_in.staff_sign_in(person.email, PASSWORD))
    with clock.at(began + WINDOW - timedelta(seconds=5)):
        await fails(signing_in.staff_sign_in(person.email, PASSWORD))
    with clock.at(clock.now() + WINDOW):
        await signing_in.staff_sign_in(person.email, PASSWORD)


async def test_a_success_starts_the_count_anew_and_other_accounts_have_their_own() -> None:
    person, other = await colleague(), await colleague()
    for _ in range(2):
        for _ in range(TRIES_AN_ACCOUNT - 1):
            await fails(signing_in.staff_sign_in(person.email, "wrong wrong wrong"))
        await signing_in.staff_sign_in(person.email, PASSWORD)
    await signing_in.staff_sign_in(other.email, PASSWORD)


async def test_any_number_of_tries_at_once_are_five_tries() -> None:
    allowed = await asyncio.gather(*(may_try("staff:somebody", None) for _ in range(40)))
    assert sum(allowed) == TRIES_AN_ACCOUNT


async def test_one_origin_may_not_try_all_accounts() -> None:
    allowed = [await may_try(f"staff:{number}", "203.0.113.7") for number in range(TRIES_AN_ORIGIN + 5)]
    assert allowed == [True] * TRIES_AN_ORIGIN + [False] * 5
    assert await may_try("staff:1", "203.0.113.8")


async def test_an_unknown_account_takes_as_long_as_a_wrong_password() -> None:
    known: list[float] = []
    unknown: list[float] = []
    people = [await colleague() for _ in range(4)]
    for _ in range(TRIES_AN_ACCOUNT):
        for each in people:
            known.append(await took(signing_in.staff_sign_in(each.email, "wrong wrong wrong")))
            unknown.append(await took(signing_in.staff_sign_in(f"{uuid4().hex}@insurer.example", "wrong wrong wrong")))
    assert 0.6 < statistics.median(unknown) / statistics.median(known) < 1.6


async def test_a_customer_signs_in_with_the_code_that_came_by_mail() -> None:
    customer_id, mail = await customer_of()
    await signing_in.request_code(f" {mail.upper()} ")
    code = await code_sent_to(customer_id)
    assert len(code) == 6
    assert code.isdigit()
    granted = await signing_in.customer_sign_in(mail, f" {code} ")
    actor = read_token(granted.access_token)
    assert actor == Actor(frozenset({Role.CUSTOMER}), customer_id=customer_id, session_id=granted.session_id)
    assert (await Session.get(id=granted.session_id)).principal is Principal.CUSTOMER
    stored = await OneTimeCode.get(customer_id=customer_id)
    assert code.encode() not in bytes(stored.code_hash)
    await fails(signing_in.customer_sign_in(mail, code))


async def test_two_uses_of_a_code_at_once_open_one_session() -> None:
    customer_id, mail = await customer_of()
    await signing_in.request_code(mail)
    code = await code_sent_to(customer_id)
    outcomes = await asyncio.gather(
        *(signing_in.customer_sign_in(mail, code) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, Granted) for each in outcomes) == 1


async def test_wrong_old_and_replaced_codes_fail_alike() -> None:
    customer_id, mail = await customer_of()
    await signing_in.request_code(mail)
    code = await code_sent_to(customer_id)
    wrong = f"{(int(code) + 1) % 10**6:06}"
    answers = {await fails(signing_in.customer_sign_in(mail, wrong))}
    with clock.at(clock.now() + CODE_LIFE):
        answers.add(await fails(signing_in.customer_sign_in(mail, code)))
    await signing_in.request_code(mail)
    fresh = await code_sent_to(customer_id)
    if fresh != code:
        answers.add(await fails(signing_in.customer_sign_in(mail, code)))
    answers.add(await fails(signing_in.customer_sign_in("nobody@example.com", code)))
    assert len(answers) == 1
    await signing_in.customer_sign_in(mail, fresh)


async def test_a_code_cannot_be_guessed_at_more_than_five_times() -> None:
    customer_id, mail = await customer_of()
    await signing_in.request_code(mail)
    code = await code_sent_to(customer_id)
    for step in range(1, 6):
        await fails(signing_in.customer_sign_in(mail, f"{(int(code) + step) % 10**6:06}"))
    await SignInAttempt.all().delete()  # even if the account's own counter did not hold
    await fails(signing_in.customer_sign_in(mail, code))


async def test_whether_an_address_is_known_shows_neither_in_the_answer_nor_in_its_time() -> None:
    _, mail = await customer_of()
    before = await Notification.all().count()
    durations = []
    for address in (mail, "nobody@example.com", "no address at all"):
        begun = time.perf_counter()
        await signing_in.request_code(address)
        durations.append(time.perf_counter() - begun)
    assert max(durations) - min(durations) < 0.05
    assert await Notification.all().count() == before + 1
    assert await Notification.filter(template="SIGN_IN_CODE").count() == 1


async def test_at_most_five_codes_are_sent_in_fifteen_minutes() -> None:
    _, mail = await customer_of()
    await asyncio.gather(*(signing_in.request_code(mail) for _ in range(8)))
    assert await Notification.filter(template="SIGN_IN_CODE").count() == 5


async def test_of_several_entries_the_first_counts_unless_partner_or_phone_name_another() -> None:
    first, second = await partner_with_a_book(), await partner_with_a_book()
    mail = f"{uuid4().hex}@example.com"
    older, _ = await customer_of(first, mail=mail)
    newer, _ = await customer_of(second, mail=mail)
    assert first.partner_id is not None
    code_of_second = (await Partner.get(id=second.partner_id)).code
    other = await introduce(person(mail=mail, phone="13900001234"), first.partner_id, actor=first)
    asked: tuple[tuple[UUID, dict[str, str]], ...]
    asked = ((older, {}), (newer, {"partner_code": code_of_second}), (other, {"phone": " 13900001234 "}))
    for wanted, naming in asked:
        await signing_in.request_code(mail, **naming)
        granted = await signing_in.customer_sign_in(mail, await code_sent_to(wanted))
        assert (await Session.get(id=granted.session_id)).customer_id == wanted
    before = await Notification.all().count()
    await signing_in.request_code(mail, partner_code="no such partner")
    assert await Notification.all().count() == before
    assert await Customer.filter(id__in=[older, newer]).count() == 2


async def test_nobody_takes_anothers_place_by_changing_to_the_same_address() -> None:
    intruder, _ = await customer_of()
    owner, mail = await customer_of()
    actor = Actor(frozenset({Role.CUSTOMER}), customer_id=intruder)
    await changes.change_contact(intruder, phone=None, mail=mail, expected_version=1, actor=actor)
    await signing_in.request_code(mail)
    granted = await signing_in.customer_sign_in(mail, await code_sent_to(owner))
    assert (await Session.get(id=granted.session_id)).customer_id == owner
    assert await Notification.filter(template="SIGN_IN_CODE").count() == 1


async def test_what_signing_in_leaves_behind_is_removed_by_a_job() -> None:
    _, mail = await customer_of()
    with clock.at(clock.now() - timedelta(days=2)):
        await signing_in.request_code(mail)
    await signing_in.request_code(mail)
    assert (await OneTimeCode.all().count(), await SignInAttempt.all().count()) == (2, 1)
    async with transaction():
        await enqueue(PurgeSignIns(), actor=Actor.system("schedule"))
    assert await work_off("access.purge") == [Ending.ENDED]
    assert (await OneTimeCode.all().count(), await SignInAttempt.all().count()) == (1, 1)
    with clock.at(clock.now() + timedelta(days=2)):
        assert await purge() == 2
