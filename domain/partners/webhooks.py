"""Where a partner's system is called: endpoints added, their secrets told once, and endpoints removed."""

from __future__ import annotations

import base64
import os
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta
from uuid import UUID

from domain.audit.entries import record
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id
from domain.kernel.refusals import Forbidden, Invalid
from domain.kernel.rows import expect_version, lock_visible, save_changes
from domain.kernel.sealing import seal, unseal
from domain.kernel.settings import Environment, settings
from domain.kernel.subject import Subject, SubjectKind
from domain.partners.models import Partner, WebhookEndpoint
from domain.partners.reading import PARTNER, WEBHOOK_ENDPOINT
from domain.partners.refusals import TooManyWebhooks, WebhookRemoved
from domain.partners.rules import SECRET_PREFIX, may_be_called
from domain.partners.terms import MAX_URL, WebhookEvent

MOST = 5
"""Live endpoints of one partner."""
SECRET_PLACE = "webhook_endpoint.secret"  # noqa: S105 - where it is sealed for
SECRET_BYTES = 32
OVERLAP = timedelta(days=1)
"""How long a secret that was replaced signs as well, so that the partner's system can change over."""
KEEPERS = (Role.PARTNER, Role.ADMIN)


@dataclass(frozen=True, slots=True)
class ToldSecret:
    """An endpoint with its new secret; `secret` is told once."""

    endpoint_id: UUID
    secret: str = field(repr=False)


async def add(partner_id: UUID, *, url: str, events: Iterable[WebhookEvent], actor: Actor) -> ToldSecret:
    """Lets a partner's system be called for some events, by the partner itself or by an administrator.

    Raises: Forbidden, NotFound; Invalid for an address that is not called, and without any event; TooManyWebhooks.
    """
    if not actor.has(*KEEPERS):
        raise Forbidden(permission="webhook:add")
    given, secret = sorted(set(events)), _new_secret()
    async with transaction():
        partner = await lock_visible(Partner, PARTNER, partner_id, actor)
        _expect_sensible(url, given)
        if await WebhookEndpoint.filter(partner_id=partner.id, active=True).count() >= MOST:
            raise TooManyWebhooks(most=MOST)
        endpoint_id = new_id()
        row = await WebhookEndpoint.create(
            id=endpoint_id, partner_id=partner.id, url=url, events=[each.value for each in given],
            secret_sealed=seal(SECRET_PLACE, endpoint_id, secret),
        )  # fmt: skip
        after: dict[str, object] = {"partner_id": partner.id, "url": url, "events": given}
        await record("webhook:add", subject_of(row), actor, after=after)
    return ToldSecret(row.id, secret)


async def rotate_secret(endpoint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> ToldSecret:
    """Gives an endpoint a new secret; for a day calls are signed by the former one, too.

    Raises: Forbidden, NotFound, StaleVersion, WebhookRemoved.
    """
    if not actor.has(*KEEPERS):
        raise Forbidden(permission="webhook:rotate_secret")
    secret = _new_secret()
    async with transaction():
        row = await _take(endpoint_id, expected_version, actor)
        row.former_sealed, row.former_until = row.secret_sealed, clock.now() + OVERLAP
        row.secret_sealed = seal(SECRET_PLACE, row.id, secret)
        await save_changes(row, "secret_sealed", "former_sealed", "former_until")
        after: dict[str, object] = {"former_until": row.former_until}
        await record("webhook:rotate_secret", subject_of(row), actor, after=after, reason=reason)
    return ToldSecret(row.id, secret)


async def remove(endpoint_id: UUID, *, reason: str, expected_version: int, actor: Actor) -> None:
    """Calls an endpoint no more; what was to be told there is given up.

    Raises: Forbidden, NotFound, StaleVersion, WebhookRemoved.
    """
    if not actor.has(*KEEPERS):
        raise Forbidden(permission="webhook:remove")
    async with transaction():
        row = await _take(endpoint_id, expected_version, actor)
        await deactivate(row, actor, reason=reason)


async def deactivate(row: WebhookEndpoint, actor: Actor, *, reason: str) -> None:
    """Calls a locked endpoint no more."""
    row.active = False
    await save_changes(row, "active")
    await record("webhook:remove", subject_of(row), actor, after={"active": False}, reason=reason)


def subject_of(row: WebhookEndpoint) -> Subject:
    """The endpoint as other rooms name it."""
    return Subject(SubjectKind.WEBHOOK_ENDPOINT, row.id)


def secrets_of(row: WebhookEndpoint) -> list[str]:
    """The secrets that calls are signed by now, the present one first. Never shown."""
    sealed = [row.secret_sealed]
    if row.former_sealed is not None and row.former_until is not None and clock.now() < row.former_until:
        sealed.append(row.former_sealed)
    return [unseal(SECRET_PLACE, row.id, each) for each in sealed]


async def _take(endpoint_id: UUID, expected_version: int, actor: Actor) -> WebhookEndpoint:
    row = await lock_visible(WebhookEndpoint, WEBHOOK_ENDPOINT, endpoint_id, actor)
    expect_version(row, expected_version)
    if not row.active:
        raise WebhookRemoved
    return row


def _expect_sensible(url: str, events: list[WebhookEvent]) -> None:
    if len(url) > MAX_URL:
        raise Invalid("max_length", str(MAX_URL), path=("input", "url"))
    if not may_be_called(url, loopback=settings().env is not Environment.PRODUCTION):
        raise Invalid("webhook_url", path=("input", "url"))
    if not events:
        raise Invalid("required", path=("input", "events"))


def _new_secret() -> str:
    return SECRET_PREFIX + base64.b64encode(os.urandom(SECRET_BYTES)).decode()
