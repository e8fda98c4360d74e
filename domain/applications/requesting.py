"""Asking the applicant for what is missing, and taking in what is given; our time stands still meanwhile."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from domain.applications import limits
from domain.applications.deciding import expect_underwriter
from domain.applications.locks import subject_of, take
from domain.applications.models import Application
from domain.applications.notices import tell_applicant, tell_underwriters
from domain.applications.terms import ApplicationAction
from domain.kernel import clock
from domain.kernel.actor import Actor
from domain.kernel.database import transaction
from domain.service_levels import clocks
from domain.service_levels.terms import PauseReason


async def request_info(
    application_id: UUID, *, items: Sequence[str], expected_version: int, actor: Actor
) -> Application:
    """Asks the applicant for everything that is missing at once.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden; OwnSale, AboveUnderwritingAuthority.
    """
    async with transaction():
        action = ApplicationAction.REQUEST_INFO
        found = await take(application_id, action, expected_version=expected_version, actor=actor)
        application, now = found.application, clock.now()
        await expect_underwriter(application, actor)
        asked = {"at": now.isoformat(), "items": list(items), "answer": None, "answered_at": None}
        application.requests = [*application.requests, asked]
        application.reminded = 0
        application.expires_on = await limits.last_day(clock.day_of(now))
        await found.write("requests", "reminded", "expires_on", actor=actor, items=len(items))
        await clocks.pause(subject_of(application), PauseReason.CUSTOMER)
        await tell_applicant(
            application, "APPLICATION_INFO_REQUESTED", actor, items=asked_for(application),
            last_day=application.expires_on.isoformat(),
        )  # fmt: skip
    return application


async def supply_info(application_id: UUID, *, answer: str, expected_version: int, actor: Actor) -> Application:
    """Takes in what was asked for; the underwriters go on.

    Raises: NotFound, StaleVersion, IllegalStep, Forbidden.
    """
    async with transaction():
        action = ApplicationAction.SUPPLY_INFO
        found = await take(application_id, action, expected_version=expected_version, actor=actor)
        application = found.application
        answered = {**application.requests[-1], "answer": answer, "answered_at": clock.now().isoformat()}
        application.requests = [*application.requests[:-1], answered]
        application.expires_on = None
        await found.write("requests", "expires_on", actor=actor)
        await clocks.resume(subject_of(application), PauseReason.CUSTOMER)
        await tell_underwriters(application, actor)
    return application


def asked_for(application: Application) -> str:
    """What was asked for last, as letters list it."""
    return "\n".join(f"- {each}" for each in application.requests[-1]["items"])
