"""Passwords: how they are kept, and who gives them."""

from __future__ import annotations

from uuid import uuid4

import pytest
from argon2 import PasswordHasher, extract_parameters
from argon2.exceptions import VerificationError

from domain.access import passwords, sessions, signing_in
from domain.access.models import Session
from domain.access.passwords import hash_password, set_password, verify_password
from domain.access.refusals import SessionOver, SignInFailed
from domain.access.signing import secrets_text
from domain.access.terms import EndReason
from domain.audit.models import AuditEntry
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound
from domain.kernel.settings import settings
from domain.staff.models import StaffPassword
from tests.factories.insured import staff
from tests.factories.signed_in import OFFICE, PASSWORD, colleague, signed_in
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")


async def test_a_hash_is_argon2id_with_19_mebibytes_and_two_passes() -> None:
    found = extract_parameters(await hash_password(PASSWORD))
    assert (found.type.name, found.memory_cost, found.time_cost, found.parallelism) == ("ID", 19 * 1024, 2, 1)


async def test_without_the_pepper_a_stolen_hash_cannot_be_guessed_at() -> None:
    stored = await hash_password(PASSWORD)
    with pytest.raises(VerificationError):
        PasswordHasher().verify(stored, PASSWORD)
    assert (await verify_password(stored, PASSWORD)).fits
    assert not (await verify_password(stored, PASSWORD + "x")).fits
    assert not (await verify_password(None, PASSWORD)).fits
    assert not (await verify_password("no hash", PASSWORD)).fits
    assert not (await verify_password(None, "nobody has this password")).fits


async def test_a_new_secret_leaves_passwords_valid_and_renews_them_at_sign_in(monkeypatch: pytest.MonkeyPatch) -> None:
    person = await colleague()
    before = (await StaffPassword.get(staff_id=person.id)).hash
    fresh = uuid4().hex + uuid4().hex
    try:
        monkeypatch.setenv("AFTERCARE_SECRET_KEY", f"{fresh},{secrets_text()}")
        settings.cache_clear()
        await signing_in.staff_sign_in(person.email, PASSWORD)
        after = (await StaffPassword.get(staff_id=person.id)).hash
        assert after != before
        monkeypatch.setenv("AFTERCARE_SECRET_KEY", fresh)
        settings.cache_clear()
        assert (await verify_password(after, PASSWORD)).fits
        assert not (await verify_password(before, PASSWORD)).fits
    finally:
        monkeypatch.undo()
        settings.cache_clear()


async def test_a_weaker_hash_of_former_days_is_renewed_at_sign_in() -> None:
    person = await colleague()
    weak = PasswordHasher(time_cost=1, memory_cost=1024, parallelism=1).hash(passwords._peppered(PASSWORD)[0])
    await StaffPassword.filter(staff_id=person.id).update(hash=weak)
    await signing_in.staff_sign_in(person.email, PASSWORD)
    renewed = await StaffPassword.get(staff_id=person.id)
    assert extract_parameters(renewed.hash).memory_cost == 19 * 1024


@pytest.mark.parametrize("role", [Role.ADMIN, Role.HR])
async def test_administration_and_personnel_give_passwords(role: Role) -> None:
    person, actor = await colleague(), await staff(role)
    await set_password(person.id, password="another long phrase", actor=actor)
    with pytest.raises(SignInFailed):
        await signing_in.staff_sign_in(person.email, PASSWORD)
    await signing_in.staff_sign_in(person.email, "another long phrase")
    entry = await AuditEntry.filter(action="access:set_password", subject_id=person.id).order_by("-id").first()
    assert entry is not None
    assert entry.actor == actor.label
    assert "phrase" not in f"{entry.before}{entry.after}{entry.reason}"


async def test_others_do_not_and_weak_ones_are_refused() -> None:
    person = await colleague()
    stored = (await StaffPassword.get(staff_id=person.id)).hash
    for actor in (await staff(Role.COMPLIANCE), Actor(frozenset({Role.CUSTOMER_SERVICE}), staff_id=person.id)):
        async with refused(Forbidden):
            await set_password(person.id, password="another long phrase", actor=actor)
    for weak in ("short", "x" * 129):
        async with refused(Invalid):
            await set_password(person.id, password=weak, actor=OFFICE)
    async with refused(NotFound):
        await set_password(uuid4(), password="another long phrase", actor=OFFICE)
    assert (await StaffPassword.get(staff_id=person.id)).hash == stored


async def test_a_new_password_ends_the_sessions_of_the_former_one() -> None:
    person, granted = await signed_in()
    await set_password(person.id, password="another long phrase", actor=OFFICE)
    session = await Session.get(id=granted.session_id)
    assert session.revoked_reason is EndReason.PASSWORD_CHANGED
    with pytest.raises(SessionOver):
        await sessions.refresh(granted.refresh_token)
