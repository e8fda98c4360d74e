"""Whatever is wrong with a sign-in of staff, it costs the same number of password checks."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import uuid4

import pytest
from argon2 import PasswordHasher

from domain.access import passwords, signing_in
from domain.access.attempts import TRIES_AN_ACCOUNT
from domain.access.models import SignInAttempt
from domain.access.refusals import SignInFailed
from domain.access.signing import secrets_text
from domain.kernel.actor import Role
from domain.kernel.settings import settings
from domain.staff.models import Staff, StaffPassword
from tests.access.test_totp import code_at, with_second_factor
from tests.factories.signed_in import PASSWORD, colleague

pytestmark = pytest.mark.usefixtures("database")
SAMPLES = 200


class CountingHasher(PasswordHasher):
    """Counts what it is asked for; it is made cheap, since what is counted does not depend on what it costs."""

    def __init__(self, memory_cost: int = 64) -> None:
        super().__init__(time_cost=1, memory_cost=memory_cost, parallelism=1)
        self.verified = self.hashed = 0

    def verify(self, hash: str | bytes, password: str | bytes) -> bool:  # type: ignore[override]  # noqa: A002 - its name there
        self.verified += 1
        return super().verify(hash, password)

    def hash(self, password: str | bytes, *, salt: bytes | None = None) -> str:
        self.hashed += 1
        return super().hash(password, salt=salt)


@pytest.fixture
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[CountingHasher]:
    """The hasher of passwords, counted."""
    hasher = CountingHasher()
    monkeypatch.setattr(passwords, "HASHER", hasher)
    passwords._nobodys_hash.cache_clear()
    passwords._nobodys_hash()
    yield hasher
    passwords._nobodys_hash.cache_clear()


async def cost(hasher: CountingHasher, email: str, password: str, code: str | None = None) -> tuple[int, int]:
    """How many verifications and hashes a failing try costs."""
    before = hasher.verified, hasher.hashed
    with pytest.raises(SignInFailed):
        await signing_in.staff_sign_in(email, password, code)
    return hasher.verified - before[0], hasher.hashed - before[1]


async def costs(hasher: CountingHasher, samples: int) -> set[tuple[int, int]]:
    """What every way to fail costs: unknown, inactive, wrong password, locked, wrong code, no password at all."""
    person, (guarded, app), gone = await colleague(), await with_second_factor(), await colleague()
    await Staff.filter(id=gone.id).update(active=False)
    bare = await Staff.create(name="Bare", email=f"{uuid4().hex}@insurer.example", roles=[Role.HR])
    wrong = f"{(int(code_at(app)) + 500_000) % 10**6:06}"
    ways = [
        (f"{uuid4().hex}@insurer.example", PASSWORD, None), (person.email, "wrong wrong wrong", None),
        (gone.email, PASSWORD, None), (guarded.email, PASSWORD, None), (guarded.email, PASSWORD, wrong),
        (person.email, "x" * 300, None), (bare.email, PASSWORD, None),
    ]  # fmt: skip
    found = set()
    for number in range(samples):
        if number % TRIES_AN_ACCOUNT == 0:
            await SignInAttempt.all().delete()
        found |= {await cost(hasher, *way) for way in ways}
    await SignInAttempt.all().delete()
    for _ in range(TRIES_AN_ACCOUNT):
        await cost(hasher, person.email, "wrong wrong wrong")
    return found | {await cost(hasher, person.email, PASSWORD) for _ in range(samples)}


async def test_unknown_wrong_locked_and_lacking_the_code_cost_one_check_each(counting: CountingHasher) -> None:
    assert await costs(counting, SAMPLES) == {(1, 0)}


async def test_while_secrets_are_rotated_each_costs_one_check_for_every_secret(
    counting: CountingHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AFTERCARE_SECRET_KEY", f"{uuid4().hex}{uuid4().hex},{secrets_text()}")
    settings.cache_clear()
    try:
        assert await costs(counting, 10) == {(2, 0)}
    finally:
        monkeypatch.undo()
        settings.cache_clear()


async def test_a_password_whose_hash_is_out_of_date_is_not_shown_by_a_hash_that_is_made_anew(
    counting: CountingHasher, monkeypatch: pytest.MonkeyPatch
) -> None:
    person, app = await with_second_factor()
    assert counting.hashed > 0
    stricter = CountingHasher(memory_cost=128)
    monkeypatch.setattr(passwords, "HASHER", stricter)
    assert await cost(stricter, person.email, PASSWORD) == (1, 0)
    await signing_in.staff_sign_in(person.email, PASSWORD, code_at(app))
    assert (stricter.verified, stricter.hashed) == (2, 1)
    assert not stricter.check_needs_rehash((await StaffPassword.get(staff_id=person.id)).hash)
