"""Signing in: staff by password, customers by a one-time code to their mail. All that can go wrong is one refusal.

Whether an account exists is told neither by the answer nor by how long it takes: a password is checked against a hash
that nobody has, and what customers ask is answered after the same time in every case.
"""

from __future__ import annotations

import asyncio
import hmac
import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from uuid import UUID

from domain.access.attempts import forget_tries, may_try
from domain.access.models import SignInCode
from domain.access.passwords import LONGEST, hash_password, store_hash, verify_password
from domain.access.refusals import SignInFailed
from domain.access.sessions import open_session
from domain.access.signing import signing_keys
from domain.access.terms import CODE_LIFE, Granted, Principal
from domain.customers.contacts import recipient
from domain.customers.details import SEALED
from domain.customers.models import Customer
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.rows import lock_row
from domain.kernel.sealing import blind_index
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.partners.models import Partner
from domain.staff.models import Staff, StaffPassword

CODE_DIGITS = 6
TRIES_A_CODE = 5
ANSWER_AFTER = timedelta(milliseconds=150)
"""Longer than any of a customer's requests takes."""


async def staff_sign_in(email: str, password: str, *, origin: str | None = None) -> Granted:
    """Signs a member of staff in. `origin` is the address that the request came from, where it is known.

    Raises: SignInFailed for an unknown or inactive account, a wrong password, and after five tries in 15 minutes.
    """
    address = email.strip().lower()
    allowed = await may_try(f"staff:{address}", origin)
    staff = await Staff.filter(email=address, active=True).first()
    stored = await StaffPassword.filter(staff_id=staff.id).first() if staff else None
    usable = stored is not None and allowed and len(password) <= LONGEST
    verdict = await verify_password(stored.hash if stored and usable else None, password[:LONGEST])
    if staff is None or stored is None or not verdict.fits:
        raise SignInFailed
    renewed = await hash_password(password) if verdict.outdated else None
    return await _admit(staff.id, stored.hash, renewed, f"staff:{address}")


async def _admit(staff_id: UUID, verified: str, renewed: str | None, account: str) -> Granted:
    """Opens the session, unless the account was changed while its password was being checked."""
    async with transaction():
        staff = await lock_row(Staff, staff_id)
        unchanged = await StaffPassword.filter(staff_id=staff_id, hash=verified).exists()
        if staff is None or not staff.active or not unchanged:
            raise SignInFailed
        if renewed is not None:
            await store_hash(staff_id, renewed)
        await forget_tries(account)
        return await open_session(Principal.STAFF, list(staff.roles), staff_id=staff.id)


async def request_code(
    mail: str, *, partner_code: str | None = None, phone: str | None = None, origin: str | None = None
) -> None:
    """Sends a customer a one-time code, if the address is known; the answer is the same if it is not.

    An address may stand in several entries: of the same person in the books of several partners, or of a family. The
    code signs in to the one that has had it longest, so that no later sale and no change of one's own entry to the
    address of another takes somebody's place; `partner_code` and `phone` name another. A new code replaces the one
    before.
    """
    address = SEALED["mail"].normalise(mail)
    async with _answering_evenly():
        if not await may_try(f"code:{address}", origin):
            return
        async with transaction():
            customer = await _find_customer(address, partner_code, phone)
            code = f"{secrets.randbelow(10**CODE_DIGITS):0{CODE_DIGITS}}"
            await _add_code(address, code, customer)
            if customer is not None:
                await _send_code(customer, code)


@asynccontextmanager
async def _answering_evenly() -> AsyncIterator[None]:
    """Lets what a block finds out not show in its duration."""
    loop = asyncio.get_running_loop()
    over_at = loop.time() + ANSWER_AFTER.total_seconds()
    try:
        yield
    finally:
        await asyncio.sleep(over_at - loop.time())


async def _find_customer(address: str, partner_code: str | None, phone: str | None) -> Customer | None:
    found = Customer.filter(mail_blind=blind_index("mail", address)).order_by("mail_since", "id")
    if phone is not None:
        found = found.filter(phone_blind=blind_index("phone", SEALED["phone"].normalise(phone)))
    if partner_code is not None:
        partner = await Partner.filter(code=partner_code).first()
        found = found.filter(partner_id=partner.id if partner else None)
    return await found.first()


def _code_hash(row_id: UUID, code: str) -> bytes:
    """A keyed hash: a million codes are tried in a second by whoever has the hash, but not without the key."""
    key, *_ = signing_keys(b"aftercare sign-in codes")
    return hmac.digest(key, f"{row_id}:{code}".encode(), "sha256")


async def _add_code(address: str, code: str, customer: Customer | None) -> SignInCode:
    row_id = new_id()
    return await SignInCode.create(
        id=row_id,
        mail_blind=blind_index("mail", address),
        customer_id=customer.id if customer else None,
        code_hash=_code_hash(row_id, code),
        expires_at=clock.now() + CODE_LIFE,
    )


async def _send_code(customer: Customer, code: str) -> None:
    await notify(
        template="SIGN_IN_CODE",
        recipient=recipient(customer),
        parameters={"code": code, "minutes": str(CODE_LIFE // timedelta(minutes=1))},
        subject=Subject(SubjectKind.CUSTOMER, customer.id),
        scope=Scope(customer_id=customer.id, partner_id=customer.partner_id),
        actor=Actor.anonymous(),
    )


async def customer_sign_in(mail: str, code: str, *, origin: str | None = None) -> Granted:
    """Signs a customer in by the newest code that was sent to an address.

    Raises: SignInFailed for a wrong, used, old or unknown code, and after five tries.
    """
    address = SEALED["mail"].normalise(mail)
    async with _answering_evenly():
        allowed = await may_try(f"customer:{address}", origin)
        granted = await _use_code(address, code.strip()) if allowed else None
    if granted is None:
        raise SignInFailed
    return granted


async def _use_code(address: str, code: str) -> Granted | None:
    """The session that a code opens, or None; the try is counted either way, so nothing is raised."""
    async with transaction():
        codes = SignInCode.filter(mail_blind=blind_index("mail", address)).order_by("-id")
        row = await codes.select_for_update(no_key=True).first()
        if row is None or row.used_at is not None or row.expires_at <= clock.now() or row.attempts >= TRIES_A_CODE:
            return None
        row.attempts += 1
        fits = hmac.compare_digest(bytes(row.code_hash), _code_hash(row.id, code)) and row.customer_id is not None
        row.used_at = clock.now() if fits else None
        await row.save(update_fields=["attempts", "used_at"])
        if not fits:
            return None
        await forget_tries(f"customer:{address}")
        return await open_session(Principal.CUSTOMER, [Role.CUSTOMER], customer_id=row.customer_id)
