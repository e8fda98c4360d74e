"""Signing in: staff by password, customers by a one-time code to their mail. All that can go wrong is one refusal.

Whether an account exists is told neither by the answer nor by how long it takes: a password is checked against a hash
that nobody has, every step is taken in every case, and what customers ask is answered after the same time.
"""

from __future__ import annotations

from uuid import UUID

from domain.access.attempts import forget_tries, may_try
from domain.access.codes import MINUTES, add_code, use_code
from domain.access.evenly import answering_evenly
from domain.access.passwords import hash_password, judge_password, renew_hash
from domain.access.refusals import SignInFailed
from domain.access.sessions import open_session
from domain.access.terms import CodePurpose, Granted, Principal
from domain.access.totp import prove
from domain.access.turns import turn
from domain.customers.contacts import recipient
from domain.customers.details import SEALED
from domain.customers.models import Customer
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.rows import lock_row
from domain.kernel.sealing import blind_index
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.outbox import notify
from domain.partners.models import Partner
from domain.staff.models import Staff, StaffPassword

CODE_DIGITS = 6
NOBODY = UUID(int=0)


async def staff_sign_in(email: str, password: str, code: str | None = None, *, origin: str | None = None) -> Granted:
    """Signs a member of staff in, by the password and, where there is a second factor, a code of it.

    `origin` is the address that the request came from, where it is known.

    Raises: SignInFailed for an unknown or inactive account, a wrong password, a wrong, used or missing code, and after
    five tries in 15 minutes; TooManyAttempts while too many others sign in.
    """
    address = email.strip().lower()
    async with turn():
        allowed = await may_try(f"staff:{address}", origin)
        staff = await Staff.filter(email=address, active=True).first()
        staff_id = staff.id if staff else NOBODY
        stored, verdict = await judge_password(staff_id, password, allowed=allowed)
        granted = await _admit(staff_id, stored if verdict.fits else None, code, f"staff:{address}")
        if stored is not None and verdict.outdated:
            await renew_hash(staff_id, stored, await hash_password(password))
    return granted


async def _admit(staff_id: UUID, verified: str | None, code: str | None, account: str) -> Granted:
    """Opens the session, unless the account was changed while its password was being checked.

    All is looked at before anything is refused, so that nobody learns from the time it takes how far he or she came.
    """
    async with transaction():
        staff = await lock_row(Staff, staff_id)
        unchanged = await StaffPassword.filter(staff_id=staff_id, hash=verified or "").exists()
        proven = await prove(staff_id, code)
        if staff is None or not (staff.active and unchanged and proven):
            raise SignInFailed
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
    async with answering_evenly():
        if not await may_try(f"code:{address}", origin):
            return
        async with transaction():
            customer = await _find_customer(address, partner_code, phone)
            customer_id = customer.id if customer else None
            code = await add_code(
                CodePurpose.CUSTOMER_SIGN_IN, address, digits=CODE_DIGITS, customer_id=customer_id
            )
            if customer is not None:
                await _send_code(customer, code)


async def _find_customer(address: str, partner_code: str | None, phone: str | None) -> Customer | None:
    found = Customer.filter(mail_blind=blind_index("mail", address)).order_by("mail_since", "id")
    if phone is not None:
        found = found.filter(phone_blind=blind_index("phone", SEALED["phone"].normalise(phone)))
    if partner_code is not None:
        partner = await Partner.filter(code=partner_code).first()
        found = found.filter(partner_id=partner.id if partner else None)
    return await found.first()


async def _send_code(customer: Customer, code: str) -> None:
    await notify(
        template="SIGN_IN_CODE",
        recipient=recipient(customer),
        parameters={"code": code, "minutes": MINUTES},
        subject=Subject(SubjectKind.CUSTOMER, customer.id),
        scope=Scope(customer_id=customer.id, partner_id=customer.partner_id),
        actor=Actor.anonymous(),
    )


async def customer_sign_in(mail: str, code: str, *, origin: str | None = None) -> Granted:
    """Signs a customer in by the newest code that was sent to an address.

    Raises: SignInFailed for a wrong, used, old or unknown code, and after five tries.
    """
    address = SEALED["mail"].normalise(mail)
    async with answering_evenly():
        allowed = await may_try(f"customer:{address}", origin)
        granted = await _use_code(address, code) if allowed else None
    if granted is None:
        raise SignInFailed
    return granted


async def _use_code(address: str, code: str) -> Granted | None:
    """The session that a code opens, or None; the try is counted either way, so nothing is raised."""
    async with transaction():
        row = await use_code(CodePurpose.CUSTOMER_SIGN_IN, address, code)
        if row is None:
            return None
        await forget_tries(f"customer:{address}")
        return await open_session(Principal.CUSTOMER, [Role.CUSTOMER], customer_id=row.customer_id)
