"""Signs somebody in without asking for anything: for scripts of developers."""

from __future__ import annotations

from domain.access.sessions import open_session
from domain.access.terms import Granted, Principal
from domain.connections import database
from domain.customers.models import Customer
from domain.kernel.actor import Role
from domain.kernel.database import transaction
from domain.kernel.sealing import blind_index
from domain.kernel.settings import Environment, settings
from domain.staff.models import Staff


class NobodyThere(SystemExit):
    """Nobody has this mail address, or this is no place to sign somebody in."""


async def token_for(mail: str) -> str:
    """An access token of a new session of a member of staff, or of a customer.

    Raises: NobodyThere, also in production.
    """
    configured = settings()
    if configured.env is Environment.PRODUCTION:
        raise NobodyThere("aftercare token is for development only.")
    async with database(configured.database_url, pool=2), transaction():
        return (await _session_of(mail.strip().lower())).access_token


async def _session_of(mail: str) -> Granted:
    staff = await Staff.filter(email=mail, active=True).first()
    if staff is not None:
        return await open_session(Principal.STAFF, [Role(each) for each in staff.roles], staff_id=staff.id)
    customer = await Customer.filter(mail_blind=blind_index("mail", mail)).order_by("mail_since", "id").first()
    if customer is not None:
        return await open_session(Principal.CUSTOMER, [Role.CUSTOMER], customer_id=customer.id)
    raise NobodyThere(f"Neither a member of staff nor a customer has the address {mail}.")
