"""The second factor of staff 动态口令: codes of an app that shares a secret with us, each of them worth one use.

Source: RFC 6238 (30 seconds, six digits, SHA-1, as every such app does it; one step of tolerance to either side).
"""

from __future__ import annotations

import hmac
from uuid import UUID

import pyotp

from domain.access.attempts import forget_tries, may_try
from domain.access.models import StaffTotp
from domain.access.passwords import judge_password
from domain.access.refusals import SecondFactorThere, SignInFailed
from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, NotFound
from domain.kernel.rows import lock_row
from domain.kernel.sealing import seal, unseal
from domain.kernel.subject import Subject, SubjectKind
from domain.staff.models import Staff

ISSUER = "Aftercare"
SECRET_PLACE = "staff_totp:secret"  # noqa: S105 - a place, not a secret
STEP = 30  # seconds
TOLERANCE = (-1, 0, 1)  # steps


async def start(password: str, *, actor: Actor, origin: str | None = None) -> str:
    """Makes a secret for oneself, once one's password is proven anew: the URI that an app reads, told once.

    It counts when `confirm` has seen a code of it; one that was started before and not confirmed is replaced.

    Raises: Forbidden for whoever is not staff; SignInFailed for a wrong password and after five tries in 15 minutes;
    SecondFactorThere.
    """
    staff_id = _oneself(actor)
    staff = await Staff.filter(id=staff_id).first()
    if staff is None:
        raise NotFound(kind="Staff")
    allowed = await may_try(f"staff:{staff.email}", origin)
    _, verdict = await judge_password(staff_id, password, allowed=allowed)
    if not verdict.fits:
        raise SignInFailed
    secret = pyotp.random_base32()
    async with transaction():
        await lock_row(Staff, staff_id)
        await _replace(staff_id, secret)
        await forget_tries(f"staff:{staff.email}")
        await record("access:start_totp", Subject(SubjectKind.STAFF, staff_id), actor)
    return pyotp.TOTP(secret).provisioning_uri(name=staff.email, issuer_name=ISSUER)


async def _replace(staff_id: UUID, secret: str) -> None:
    if await StaffTotp.filter(staff_id=staff_id, confirmed_at__not_isnull=True).exists():
        raise SecondFactorThere
    await StaffTotp.filter(staff_id=staff_id).delete()
    row_id = new_id()
    await StaffTotp.create(id=row_id, staff_id=staff_id, secret_sealed=seal(SECRET_PLACE, row_id, secret))


async def confirm(code: str, *, actor: Actor, origin: str | None = None) -> None:
    """Lets one's second factor count from now on, by a first code of it.

    Raises: Forbidden for whoever is not staff; SecondFactorThere; SignInFailed for a wrong code, without a secret to
    confirm, and after five tries in 15 minutes.
    """
    staff_id = _oneself(actor)
    if not await may_try(f"totp:{staff_id}", origin):
        raise SignInFailed
    async with transaction():
        await lock_row(Staff, staff_id)
        row = await StaffTotp.filter(staff_id=staff_id).first()
        if row is not None and row.confirmed_at is not None:
            raise SecondFactorThere
        if row is None or not await _use(row, code):
            raise SignInFailed
        row.confirmed_at = clock.now()
        await row.save(update_fields=["confirmed_at"])
        await forget_tries(f"totp:{staff_id}")
        await record("access:confirm_totp", Subject(SubjectKind.STAFF, staff_id), actor)


async def remove(staff_id: UUID, *, reason: str, actor: Actor) -> None:
    """Takes the second factor from somebody who lost it; one administrator suffices, for anybody but oneself.

    Raises: Forbidden; NotFound for whoever has none.
    """
    if not actor.has(Role.ADMIN) or actor.staff_id == staff_id:
        raise Forbidden(permission="access:remove_totp")
    async with transaction():
        await lock_row(Staff, staff_id)
        if not await StaffTotp.filter(staff_id=staff_id).delete():
            raise NotFound(kind="StaffTotp")
        await record("access:remove_totp", Subject(SubjectKind.STAFF, staff_id), actor, reason=reason)


async def prove(staff_id: UUID, code: str | None) -> bool:
    """Whether a locked member of staff has no second factor, or this is a fresh code of it, which is used up by this.

    In the current transaction: whoever refuses the sign-in for another reason rolls the use back.
    """
    row = await StaffTotp.filter(staff_id=staff_id, confirmed_at__not_isnull=True).first()
    return row is None or await _use(row, code or "")


async def _use(row: StaffTotp, code: str) -> bool:
    step = _step_of(unseal(SECRET_PLACE, row.id, row.secret_sealed), "".join(code.split()))
    if step is None or step <= row.last_step:
        return False
    row.last_step = step
    await row.save(update_fields=["last_step"])
    return True


def _step_of(secret: str, code: str) -> int | None:
    """The step that a code is of, or None; every step is looked at, so that none shows in the time it takes."""
    now, codes = int(clock.now().timestamp()) // STEP, pyotp.TOTP(secret)
    fitting = [
        now + shift
        for shift in TOLERANCE
        if hmac.compare_digest(codes.generate_otp(now + shift).encode(), code.encode())
    ]
    return max(fitting, default=None)


def _oneself(actor: Actor) -> UUID:
    if actor.staff_id is None or not actor.has(*STAFF_ROLES):
        raise Forbidden(permission="access:own_totp")
    return actor.staff_id
