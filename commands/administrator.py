"""`aftercare administrator`: takes an administrator on, so that a fresh system has two, who confirm everybody else."""

from __future__ import annotations

from domain.connections import database
from domain.customers.details import MAX_NAME, SEALED
from domain.kernel.actor import Actor, Role
from domain.kernel.settings import settings
from domain.staff.joining import join

OPERATOR = Actor.system("operator")
"""Whoever may run commands on the machine; the audit says so."""


class CannotTakeOn(SystemExit):
    """The address or the name is not fit to be somebody's."""


async def take_on(mail: str, name: str) -> str:
    """Takes an administrator on, who sets a password by a code sent to the address; says so in a sentence.

    Raises: AlreadyExists for a known address; CannotTakeOn for what is no address, and for a name out of bounds.
    """
    kind = SEALED["mail"]
    address = kind.normalise(mail)
    if not kind.fits(address):
        raise CannotTakeOn(f"aftercare: {mail} is no mail address that can be written to.")
    if not 0 < len(name.strip()) <= MAX_NAME:
        raise CannotTakeOn(f"aftercare: a name has 1 to {MAX_NAME} characters.")
    async with database(settings().database_url, pool=2):
        await join(name=name, email=address, roles=[Role.ADMIN], actor=OPERATOR)
    return f"{address} is an administrator now; `staffRequestPassword` sends the code that sets a password."
