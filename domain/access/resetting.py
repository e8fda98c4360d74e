"""Setting one's own password, by who joined and who forgot: with a one-time code sent to the address at work."""

from __future__ import annotations

from domain.access.attempts import forget_tries, may_try
from domain.access.codes import MINUTES, add_code, use_code
from domain.access.evenly import answering_evenly
from domain.access.passwords import expect_strong, hash_password, replace_password
from domain.access.refusals import SignInFailed
from domain.access.terms import CodePurpose
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.rows import lock_row
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.staff.contacts import recipient_of
from domain.staff.models import Staff

CODE_DIGITS = 8
"""More than a customer's code has: it opens the back office."""


async def request_password(email: str, *, origin: str | None = None) -> None:
    """Sends a member of staff a one-time code; the answer, and its time, are the same for an unknown address."""
    address = email.strip().lower()
    async with answering_evenly():
        if not await may_try(f"password code:{address}", origin):
            return
        async with transaction():
            staff = await Staff.filter(email=address, active=True).first()
            staff_id = staff.id if staff else None
            code = await add_code(CodePurpose.STAFF_PASSWORD, address, digits=CODE_DIGITS, staff_id=staff_id)
            if staff is not None:
                await _send(staff, code)


async def _send(staff: Staff, code: str) -> None:
    await notify(
        template="STAFF_PASSWORD_CODE",
        recipient=recipient_of(staff),
        parameters={"code": code, "minutes": MINUTES},
        subject=Subject(SubjectKind.STAFF, staff.id),
        scope=Scope(),
        actor=Actor.anonymous(),
    )


async def set_own_password(email: str, code: str, password: str, *, origin: str | None = None) -> None:
    """Sets a password by the newest code that was sent to an address, and ends all sessions of its owner.

    Raises: Invalid for a password shorter than 12 or longer than 128 characters; SignInFailed for a wrong, used, old
    or unknown code, and after five tries.
    """
    expect_strong(password)
    address = email.strip().lower()
    async with answering_evenly():
        allowed = await may_try(f"password:{address}", origin)
        stored = await hash_password(password)  # in every case, so that it shows in none
        done = allowed and await _set(address, code, stored)
    if not done:
        raise SignInFailed


async def _set(address: str, code: str, stored: str) -> bool:
    """Whether the code was right and the password is set; the try is counted either way, so nothing is raised."""
    async with transaction():
        row = await use_code(CodePurpose.STAFF_PASSWORD, address, code)
        staff = await lock_row(Staff, row.staff_id) if row is not None and row.staff_id is not None else None
        if staff is None or not staff.active:
            return False
        await replace_password(staff.id, stored, Actor(frozenset(map(Role, staff.roles)), staff_id=staff.id))
        for account in (f"password:{address}", f"staff:{address}"):
            await forget_tries(account)
        return True
