"""Where partners are called: added, given new secrets and removed by the partner itself or by administration."""

from __future__ import annotations

import asyncio
import base64
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.audit.models import AuditEntry
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.refusals import Forbidden, Invalid, NotFound, StaleVersion
from domain.partners import webhooks
from domain.partners.models import WebhookEndpoint
from domain.partners.refusals import TooManyWebhooks, WebhookRemoved
from domain.partners.terms import WebhookEvent
from tests.factories.insured import partner_with_a_book, staff
from tests.factories.unchanged import refused
from tests.factories.webhooks import URL, called_at, endpoint_of

pytestmark = pytest.mark.usefixtures("database")
OTHERS = sorted(set(Role) - {Role.PARTNER, Role.ADMIN, Role.SYSTEM})
EVENTS = [WebhookEvent.POLICY_ISSUED]


async def test_a_partner_and_administration_add_an_endpoint_whose_secret_is_sealed_and_told_once() -> None:
    partner, admin = await partner_with_a_book(), await staff(Role.ADMIN)
    assert partner.partner_id is not None
    for actor in (partner, admin):
        told = await webhooks.add(partner.partner_id, url=URL, events=[*EVENTS, *EVENTS], actor=actor)
        row = await endpoint_of(told)
        assert (row.partner_id, row.url, row.events, row.active, row.version) == (
            partner.partner_id, URL, ["POLICY_ISSUED"], True, 1,
        )  # fmt: skip
        assert told.secret.startswith("whsec_") and len(base64.b64decode(told.secret[6:])) == 32
        assert told.secret.encode() not in row.secret_sealed and told.secret not in repr(told)
        assert webhooks.secrets_of(row) == [told.secret]
        entry = await AuditEntry.get(subject_id=row.id)
        assert (entry.action, entry.actor) == ("webhook:add", actor.label)
        assert entry.after == {"partner_id": str(partner.partner_id), "url": URL, "events": ["POLICY_ISSUED"]}


@pytest.mark.parametrize("role", OTHERS)
async def test_nobody_else_keeps_endpoints(role: Role) -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner)
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in STAFF_ROLES else None)
    assert partner.partner_id is not None
    given = {"reason": "x", "expected_version": 1}
    for attempt in (
        lambda: webhooks.add(partner.partner_id, url=URL, events=EVENTS, actor=actor),
        lambda: webhooks.rotate_secret(told.endpoint_id, actor=actor, **given),  # type: ignore[arg-type]
        lambda: webhooks.remove(told.endpoint_id, actor=actor, **given),  # type: ignore[arg-type]
    ):
        async with refused(Forbidden):
            await attempt()


async def test_the_endpoints_of_another_partner_are_out_of_sight() -> None:
    mine, other = await partner_with_a_book(), await partner_with_a_book()
    told = await called_at(mine)
    assert mine.partner_id is not None
    async with refused(NotFound):
        await webhooks.add(mine.partner_id, url="nonsense", events=EVENTS, actor=other)
    async with refused(NotFound):
        await webhooks.rotate_secret(told.endpoint_id, reason="x", expected_version=9, actor=other)
    async with refused(NotFound):
        await webhooks.remove(told.endpoint_id, reason="x", expected_version=9, actor=other)


@pytest.mark.parametrize(
    "url",
    [
        "http://hooks.shop.example/", "ftp://hooks.shop.example/", "hooks.shop.example", "https://", "https:///x",
        "https://localhost.", "https://intranet/", "https://10.0.0.1/", "https://[fd00::1]/", "https://2130706433/",
        "https://0177.0.0.1/", "https://127.1/", "https://0x7f000001/", "https://u:p@hooks.shop.example/",
        "https://hooks.shop.example/#x", "https://hooks.shop.example:99999/", "https://hooks.shop.example/a b",
        "https://hooks.shop.example\\@10.0.0.1/", "https://hooks.shop.example/\n", "https://钩子.example/",
        "http://169.254.169.254/latest", "http://127.0.0.1.evil.example/",
    ],
)  # fmt: skip
async def test_an_address_that_is_not_called_is_refused(url: str) -> None:
    partner = await partner_with_a_book()
    async with refused(Invalid) as raised:
        await called_at(partner, url)
    assert raised.value.path == ("input", "url") and "An https address" in str(raised.value)


@pytest.mark.parametrize(
    "url",
    ["https://hooks.shop.example", "https://hooks.shop.example:8443/a?b=c", "https://93.184.216.34/",
     "http://127.0.0.1:8080/hook", "http://localhost/x", "https://[::1]/"],
)  # fmt: skip
async def test_https_to_the_internet_and_this_machine_while_it_is_no_production_are_taken(url: str) -> None:
    assert (await endpoint_of(await called_at(await partner_with_a_book(), url))).url == url


async def test_an_endpoint_is_for_one_event_at_least_and_its_address_is_not_too_long() -> None:
    partner = await partner_with_a_book()
    async with refused(Invalid) as raised:
        await called_at(partner, events=[])
    assert raised.value.path == ("input", "events")
    async with refused(Invalid) as raised:
        await called_at(partner, f"{URL}/{'x' * 500}")
    assert raised.value.path == ("input", "url") and str(raised.value) == "At most 500 characters."


async def test_a_partner_has_five_live_endpoints_at_most_even_if_they_are_added_at_once() -> None:
    partner = await partner_with_a_book()
    outcomes = await asyncio.gather(*(called_at(partner) for _ in range(7)), return_exceptions=True)
    assert sum(isinstance(each, TooManyWebhooks) for each in outcomes) == 2
    async with refused(TooManyWebhooks):
        await called_at(partner)
    row = (await WebhookEndpoint.all())[0]
    await webhooks.remove(row.id, reason="moved", expected_version=1, actor=partner)
    await called_at(partner)
    await called_at(await partner_with_a_book())


async def test_a_new_secret_signs_beside_the_former_one_for_a_day() -> None:
    partner = await partner_with_a_book()
    first = await called_at(partner)
    second = await webhooks.rotate_secret(first.endpoint_id, reason="yearly", expected_version=1, actor=partner)
    row = await endpoint_of(first)
    assert webhooks.secrets_of(row) == [second.secret, first.secret]
    with clock.at(clock.now() + timedelta(days=1, seconds=1)):
        assert webhooks.secrets_of(row) == [second.secret]
    entry = await AuditEntry.get(action="webhook:rotate_secret")
    assert (entry.subject_id, entry.reason, list(entry.after)) == (row.id, "yearly", ["former_until"])


async def test_a_removed_endpoint_stays_and_is_changed_no_more() -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner)
    async with refused(StaleVersion):
        await webhooks.remove(told.endpoint_id, reason="x", expected_version=2, actor=partner)
    await webhooks.remove(told.endpoint_id, reason="moved", expected_version=1, actor=partner)
    row = await endpoint_of(told)
    assert (row.active, row.version) == (False, 2)
    entry = await AuditEntry.get(action="webhook:remove")
    assert (entry.subject_id, entry.after, entry.reason) == (row.id, {"active": False}, "moved")
    for verb in (webhooks.remove, webhooks.rotate_secret):
        async with refused(WebhookRemoved):
            await verb(told.endpoint_id, reason="x", expected_version=2, actor=partner)
