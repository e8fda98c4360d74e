"""The second factor of staff: set up by oneself, needed at every sign-in, each code worth one use."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import datetime, timedelta
from urllib.parse import parse_qs, unquote, urlsplit

import pyotp
import pytest

from domain.access import signing_in, totp
from domain.access.attempts import TRIES_AN_ACCOUNT
from domain.access.models import Session, StaffTotp
from domain.access.refusals import SecondFactorThere, SignInFailed
from domain.access.terms import Granted
from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.refusals import Forbidden, NotFound
from tests.factories.insured import insured, staff
from tests.factories.signed_in import PASSWORD, Colleague, colleague
from tests.factories.unchanged import refused

pytestmark = pytest.mark.usefixtures("database")
SECRETS = ("staff_totp", "staff_password", "session")
STEP = timedelta(seconds=30)
# RFC 6238, appendix B: the last six of the eight digits that SHA-1 gives.
VECTORS = (
    (59, "287082"), (1111111109, "081804"), (1111111111, "050471"), (1234567890, "005924"), (2000000000, "279037"),
)  # fmt: skip
RFC_SECRET = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"


def oneself(person: Colleague) -> Actor:
    return Actor(frozenset({Role.CUSTOMER_SERVICE}), staff_id=person.id)


async def started(person: Colleague) -> pyotp.TOTP:
    """What an app reads from the URI."""
    found = pyotp.parse_uri(await totp.start(PASSWORD, actor=oneself(person)))
    assert isinstance(found, pyotp.TOTP)
    return found


async def with_second_factor() -> tuple[Colleague, pyotp.TOTP]:
    """Somebody with a second factor, none of whose codes was used in this minute."""
    person = await colleague()
    with clock.at(clock.now() - timedelta(minutes=5)):
        app = await started(person)
        await totp.confirm(app.at(clock.now()), actor=oneself(person))
    return person, app


def code_at(app: pyotp.TOTP, at: datetime | None = None, steps: int = 0) -> str:
    return app.at((at or clock.now()) + STEP * steps)


async def fails(attempt: Awaitable[object]) -> str:
    """The attempt fails, opens no session, and says this."""
    before = await Session.all().count(), await StaffTotp.all().order_by("id").values()
    with pytest.raises(SignInFailed) as raised:
        await attempt
    assert (await Session.all().count(), await StaffTotp.all().order_by("id").values()) == before
    return f"{raised.value.code} {raised.value} {raised.value.path}"


@pytest.mark.parametrize(("second", "code"), VECTORS)
def test_codes_are_those_of_the_standard(second: int, code: str) -> None:
    with clock.at(datetime.fromtimestamp(second, clock.now().tzinfo)):
        assert totp._step_of(RFC_SECRET, code) == second // 30


async def test_whoever_sets_it_up_needs_it_from_then_on() -> None:
    person = await colleague()
    app = await started(person)
    await signing_in.staff_sign_in(person.email, PASSWORD)
    with clock.at(clock.now() - timedelta(minutes=2)):
        await totp.confirm(f" {code_at(app)[:3]} {code_at(app)[3:]} ", actor=oneself(person))
    await fails(signing_in.staff_sign_in(person.email, PASSWORD))
    await signing_in.staff_sign_in(person.email, PASSWORD, code_at(app))
    entries = await AuditEntry.filter(subject_id=person.id).order_by("id")
    assert [each.action for each in entries][-2:] == ["access:start_totp", "access:confirm_totp"]


async def test_the_uri_is_told_once_and_the_secret_is_stored_sealed() -> None:
    person = await colleague()
    uri = urlsplit(await totp.start(PASSWORD, actor=oneself(person)))
    assert (uri.scheme, uri.netloc, unquote(uri.path)) == ("otpauth", "totp", f"/Aftercare:{person.email}")
    (secret,) = parse_qs(uri.query)["secret"]
    row = await StaffTotp.get(staff_id=person.id)
    assert secret.encode() not in bytes(row.secret_sealed)
    entries = await AuditEntry.filter(subject_id=person.id).values("before", "after", "reason")
    assert secret not in f"{entries}"


async def test_a_code_counts_a_step_before_and_after_its_time_and_no_longer() -> None:
    at = clock.now()
    for steps, fits in ((-2, False), (-1, True), (0, True), (1, True), (2, False)):
        person, app = await with_second_factor()
        with clock.at(at):
            attempt = signing_in.staff_sign_in(person.email, PASSWORD, code_at(app, steps=steps))
            await (attempt if fits else fails(attempt))


async def test_a_code_is_used_once_and_no_older_one_after_it() -> None:
    person, app = await with_second_factor()
    with clock.at(clock.now()):
        now = code_at(app)
        before = code_at(app, steps=-1)
        after = code_at(app, steps=1)
        await signing_in.staff_sign_in(person.email, PASSWORD, now)
        await fails(signing_in.staff_sign_in(person.email, PASSWORD, now))
        await fails(signing_in.staff_sign_in(person.email, PASSWORD, before))
        await signing_in.staff_sign_in(person.email, PASSWORD, after)


async def test_of_several_uses_of_a_code_at_once_one_opens_a_session() -> None:
    person, app = await with_second_factor()
    code = code_at(app)
    outcomes = await asyncio.gather(
        *(signing_in.staff_sign_in(person.email, PASSWORD, code) for _ in range(4)), return_exceptions=True
    )
    assert sum(isinstance(each, Granted) for each in outcomes) == 1
    assert await Session.filter(staff_id=person.id).count() == 1


async def test_a_code_is_not_used_up_by_whoever_has_not_the_password() -> None:
    person, app = await with_second_factor()
    code = code_at(app)
    await fails(signing_in.staff_sign_in(person.email, "wrong wrong wrong", code))
    await signing_in.staff_sign_in(person.email, PASSWORD, code)


async def test_missing_and_wrong_codes_fail_like_a_wrong_password_and_are_counted() -> None:
    person, app = await with_second_factor()
    wrong = f"{(int(code_at(app)) + 1) % 10**6:06}"
    tries = [(PASSWORD, None), (PASSWORD, ""), (PASSWORD, wrong), (PASSWORD, "密码"), ("wrong wrong wrong", None)]
    answers = {await fails(signing_in.staff_sign_in(person.email, *given)) for given in tries}
    assert len(answers) == 1
    assert len(answers | {await fails(signing_in.staff_sign_in(person.email, PASSWORD, code_at(app)))}) == 1
    assert TRIES_AN_ACCOUNT == 5


async def test_a_secret_that_was_not_confirmed_is_replaced_and_a_confirmed_one_is_not() -> None:
    person = await colleague()
    first, second = await started(person), await started(person)
    assert first.secret != second.secret
    await fails(totp.confirm(code_at(first), actor=oneself(person)))
    await totp.confirm(code_at(second), actor=oneself(person))
    async with refused(SecondFactorThere, *SECRETS):
        await totp.start(PASSWORD, actor=oneself(person))
    async with refused(SecondFactorThere, *SECRETS):
        await totp.confirm(code_at(second, steps=1), actor=oneself(person))


async def test_a_stolen_session_sets_up_nothing_without_the_password_and_guesses_no_code() -> None:
    person = await colleague()
    await fails(totp.start("wrong wrong wrong", actor=oneself(person)))
    await fails(totp.confirm("123456", actor=oneself(person)))
    app = await started(person)
    for _ in range(TRIES_AN_ACCOUNT - 1):
        await fails(totp.confirm("nonsense", actor=oneself(person)))
    await fails(totp.confirm(code_at(app), actor=oneself(person)))


async def test_another_administrator_takes_it_away_and_nobody_else() -> None:
    person, _ = await with_second_factor()
    admin = await staff(Role.ADMIN)
    for actor in (oneself(person), await staff(Role.HR), (await insured()).partner, Actor.anonymous()):
        async with refused(Forbidden, *SECRETS):
            await totp.remove(person.id, reason="lost", actor=actor)
    assert admin.staff_id is not None
    async with refused(Forbidden, *SECRETS):
        await totp.remove(admin.staff_id, reason="mine", actor=admin)
    await totp.remove(person.id, reason="lost the phone", actor=admin)
    await signing_in.staff_sign_in(person.email, PASSWORD)
    entry = await AuditEntry.get(action="access:remove_totp", subject_id=person.id)
    assert (entry.actor, entry.reason) == (admin.label, "lost the phone")
    async with refused(NotFound, *SECRETS):
        await totp.remove(person.id, reason="again", actor=admin)


async def test_only_staff_have_one() -> None:
    covered = await insured()
    for actor in (covered.customer, covered.partner, Actor.anonymous(), Actor.system("test")):
        async with refused(Forbidden, *SECRETS):
            await totp.start(PASSWORD, actor=actor)
        async with refused(Forbidden, *SECRETS):
            await totp.confirm("123456", actor=actor)
