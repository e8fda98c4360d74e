"""Setting one's own password: who joined and who forgot, by a code sent to the address at work."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable
from datetime import timedelta

import pytest

from domain.access import resetting, sessions, signing_in
from domain.access.attempts import TRIES_AN_ACCOUNT, TRIES_AN_ORIGIN, may_try
from domain.access.evenly import ANSWER_AFTER
from domain.access.models import OneTimeCode, Session, SignInAttempt
from domain.access.refusals import SessionOver, SignInFailed
from domain.access.terms import CODE_LIFE, CodePurpose, EndReason
from domain.audit.models import AuditEntry
from domain.jobs.models import Job
from domain.kernel import clock
from domain.kernel.actor import Role
from domain.kernel.refusals import Invalid
from domain.notifications.models import Notification
from domain.staff import joining
from domain.staff.models import Staff, StaffPassword
from tests.factories.insured import staff
from tests.factories.signed_in import PASSWORD, colleague, customer_of, password_code_sent_to, signed_in
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
FRESH = "another long phrase"


async def code_for(email: str) -> str:
    await resetting.request_password(email)
    return await password_code_sent_to(email.strip().lower())


async def fails(attempt: Awaitable[object]) -> str:
    """The attempt fails, changes no password, and says this."""
    before = await StaffPassword.all().order_by("id").values()
    with pytest.raises(SignInFailed) as raised:
        await attempt
    assert await StaffPassword.all().order_by("id").values() == before
    return f"{raised.value.code} {raised.value} {raised.value.path}"


def other(code: str, step: int = 1) -> str:
    return f"{(int(code) + step) % 10**8:08}"


async def test_who_joins_sets_a_password_and_signs_in() -> None:
    email = "li.na@insurer.example"
    staff_id = await joining.join(name="Li Na", email=email, roles=[Role.SALES], actor=await staff(Role.HR))
    code = await code_for(f" {email.upper()} ")
    assert len(code) == 8
    assert code.isdigit()
    await resetting.set_own_password(f" {email.upper()} ", f" {code} ", FRESH)
    granted = await signing_in.staff_sign_in(email, FRESH)
    assert (await Session.get(id=granted.session_id)).staff_id == staff_id


async def test_who_forgot_sets_another_and_is_signed_out_everywhere() -> None:
    person, granted = await signed_in()
    code = await code_for(person.email)
    assert (await Session.get(id=granted.session_id)).revoked_at is None
    await resetting.set_own_password(person.email, code, FRESH)
    with pytest.raises(SignInFailed):
        await signing_in.staff_sign_in(person.email, PASSWORD)
    await signing_in.staff_sign_in(person.email, FRESH)
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)
    row = await Session.get(id=granted.session_id)
    assert (row.revoked_reason, row.version) == (EndReason.PASSWORD_CHANGED, 2)
    entry = await AuditEntry.filter(action="access:set_password", subject_id=person.id).order_by("-id").first()
    assert entry is not None
    assert entry.actor == f"staff:{person.id}"


async def test_the_letter_goes_to_active_staff_alone_and_the_answer_takes_as_long() -> None:
    person, gone = await colleague(), await colleague()
    await Staff.filter(id=gone.id).update(active=False)
    _, customers = await customer_of()
    durations = []
    for address in (person.email, gone.email, customers, "nobody@insurer.example", "no address at all"):
        begun = time.perf_counter()
        await resetting.request_password(address)
        durations.append(time.perf_counter() - begun)
    assert min(durations) >= ANSWER_AFTER.total_seconds()
    assert max(durations) - min(durations) < 0.05
    assert await OneTimeCode.filter(purpose=CodePurpose.STAFF_PASSWORD).count() == 5
    assert await OneTimeCode.filter(staff_id__not_isnull=True).values_list("staff_id", flat=True) == [person.id]
    letter = await Notification.get(template="STAFF_PASSWORD_CODE")
    assert (letter.party_id, letter.address_mask) == (person.id, f"{person.email[0]}***@insurer.example")
    job = await Job.get(subject_id=letter.id)
    assert job.arguments == {"notification_id": str(letter.id)}
    assert job.actor_id is None


async def test_wrong_old_used_and_foreign_codes_fail_alike() -> None:
    person, neighbour = await colleague(), await colleague()
    code, theirs = await code_for(person.email), await code_for(neighbour.email)
    answers = {await fails(resetting.set_own_password(person.email, other(code), FRESH))}
    answers.add(await fails(resetting.set_own_password(person.email, theirs, FRESH)))
    answers.add(await fails(resetting.set_own_password("nobody@insurer.example", code, FRESH)))
    with clock.at(clock.now() + CODE_LIFE):
        answers.add(await fails(resetting.set_own_password(person.email, code, FRESH)))
    await resetting.set_own_password(person.email, code, FRESH)
    answers.add(await fails(resetting.set_own_password(person.email, code, FRESH)))
    replaced, _ = await code_for(neighbour.email), await Staff.filter(id=neighbour.id).update(active=False)
    answers.add(await fails(resetting.set_own_password(neighbour.email, replaced, FRESH)))
    assert answers == {"SIGN_IN_FAILED That did not work; check what you entered, or try again in 15 minutes. ()"}


async def test_a_code_is_for_one_purpose() -> None:
    person = await colleague()
    code = await code_for(person.email)
    with pytest.raises(SignInFailed):
        await signing_in.customer_sign_in(person.email, code)
    await resetting.set_own_password(person.email, code, FRESH)


async def test_a_code_cannot_be_guessed_at_more_than_five_times_and_neither_can_an_account() -> None:
    person = await colleague()
    code = await code_for(person.email)
    for step in range(1, TRIES_AN_ACCOUNT + 1):
        await fails(resetting.set_own_password(person.email, other(code, step), FRESH))
    await SignInAttempt.all().delete()  # even if the account's own counter did not hold
    await fails(resetting.set_own_password(person.email, code, FRESH))
    for _ in range(TRIES_AN_ACCOUNT - 1):
        await fails(resetting.set_own_password(person.email, "nonsense", FRESH))
    await fails(resetting.set_own_password(person.email, await code_for(person.email), FRESH))


async def test_tries_are_counted_by_origin_too() -> None:
    person, origin = await colleague(), "203.0.113.9"
    code = await code_for(person.email)
    for number in range(TRIES_AN_ORIGIN):
        await may_try(f"staff:{number}", origin)
    before = await OneTimeCode.all().count()
    await resetting.request_password(person.email, origin=origin)
    assert await OneTimeCode.all().count() == before
    await fails(resetting.set_own_password(person.email, code, FRESH, origin=origin))
    await resetting.set_own_password(person.email, code, FRESH, origin="203.0.113.10")


async def test_of_several_uses_at_once_one_sets_the_password() -> None:
    person = await colleague()
    code = await code_for(person.email)
    phrases = [f"{FRESH} {number}" for number in range(4)]
    outcomes = await asyncio.gather(
        *(resetting.set_own_password(person.email, code, phrase) for phrase in phrases), return_exceptions=True
    )
    assert sorted(type(each).__name__ for each in outcomes) == ["NoneType"] + ["SignInFailed"] * 3
    await signing_in.staff_sign_in(person.email, phrases[outcomes.index(None)])


@pytest.mark.parametrize("weak", ["short", "x" * 11, "x" * 129])
async def test_a_weak_password_is_told_without_using_up_a_try(weak: str) -> None:
    person = await colleague()
    code = await code_for(person.email)
    async with refused(Invalid, "one_time_code", "sign_in_attempt", "staff_password", "session"):
        await resetting.set_own_password(person.email, code, weak)
    await resetting.set_own_password(person.email, code, "x" * 12)


async def test_a_password_by_mail_opens_an_account_that_others_had_locked() -> None:
    person = await colleague()
    for _ in range(TRIES_AN_ACCOUNT + 1):
        with pytest.raises(SignInFailed):
            await signing_in.staff_sign_in(person.email, "wrong wrong wrong")
    await resetting.set_own_password(person.email, await code_for(person.email), FRESH)
    await signing_in.staff_sign_in(person.email, FRESH)


async def test_at_most_five_letters_are_sent_in_fifteen_minutes() -> None:
    person = await colleague()
    await asyncio.gather(*(resetting.request_password(person.email) for _ in range(8)))
    assert await Notification.filter(template="STAFF_PASSWORD_CODE").count() == TRIES_AN_ACCOUNT
    with clock.at(clock.now() + timedelta(minutes=16)):
        await resetting.request_password(person.email)
    assert await Notification.filter(template="STAFF_PASSWORD_CODE").count() == TRIES_AN_ACCOUNT + 1
