"""What partners' systems are told, and how: once it has happened, signed, by ids alone, again until it is taken."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

import orjson
import pytest

from domain.applications import agreeing, deciding
from domain.applications.deciding import Decline
from domain.applications.terms import DeclineReason, OfferChoice
from domain.audit.models import AuditEntry
from domain.jobs.models import Job
from domain.jobs.terms import JobState, Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import public_id
from domain.kernel.projection.wire import instant_text
from domain.kernel.subject import SubjectKind
from domain.partners import delivering, webhooks
from domain.partners.announcing import announce_all
from domain.partners.models import WebhookDelivery, WebhookEndpoint
from domain.partners.terms import WebhookDeliveryState, WebhookEvent, WebhookFault
from domain.policies import cancellation
from domain.policies.notices import news_of
from domain.risk.terms import DeclaredUse
from tests.factories.applications import Applied, referred, underwriter, underwritten
from tests.factories.insured import OFFICE, partner_with_a_book, sold, version_on_sale
from tests.factories.webhooks import Answers, called_at, endpoint_of
from tests.factories.work import hurry, work
from tests.partners.conftest import Called
from tests.policies.test_batches import OF_THE_DRIVER, count_statements

pytestmark = pytest.mark.usefixtures("database")
KIND = "partners.deliver_webhook"
State = WebhookDeliveryState
AROUND = (*OF_THE_DRIVER, "BEGIN", "COMMIT")


async def attempt(url: str) -> None:
    """Makes the calls that wait, due or not, once."""
    await hurry()
    await work(url, (Queue.NOTIFY,), rounds=1)


async def test_a_sale_is_told_by_ids_alone_and_signed(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner, called.url)
    policy = await sold(partner=partner)
    assert called.system.heard == []
    await attempt(database)
    (heard,) = called.system.heard
    row = await WebhookDelivery.get()
    assert heard.told == {
        "type": "policy.issued", "timestamp": instant_text(row.created_at),
        "data": {"id": public_id("pol", policy.id), "number": policy.policy_number},
    }  # fmt: skip
    assert heard.headers["webhook-id"] == public_id("whd", row.id)
    assert abs(int(heard.headers["webhook-timestamp"]) - clock.now().timestamp()) < 60
    assert heard.headers["content-type"] == "application/json"
    assert heard.is_signed_by(told.secret) and not heard.is_signed_by("whsec_" + "A" * 44)
    assert (row.state, row.attempts, row.last_status, row.last_fault) == (State.DELIVERED, 1, 204, None)
    assert row.delivered_at is not None and (row.subject_kind, row.subject_id) == (SubjectKind.POLICY, policy.id)
    job = await Job.get(kind=KIND)
    assert (job.state, job.result_kind, job.result_id) == (JobState.SUCCEEDED, SubjectKind.WEBHOOK_DELIVERY, row.id)
    assert (job.partner_id, job.customer_id, job.arguments) == (partner.partner_id, None, {"delivery_id": str(row.id)})
    await attempt(database)
    assert len(called.system.heard) == 1


async def test_a_policy_taken_back_is_told_too(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    await called_at(partner, called.url, [WebhookEvent.POLICY_CANCELLED])
    policy = await sold(partner=partner)
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=policy.customer_id)
    await cancellation.cancel(policy.id, reason="my own reasons", expected_version=policy.version, actor=customer)
    await attempt(database)
    (heard,) = called.system.heard
    assert (heard.told["type"], heard.told["data"]["id"]) == ("policy.cancelled", public_id("pol", policy.id))


async def by_itself(partner: Actor) -> Applied:
    return await underwritten(partner=partner)


async def by_agreement(partner: Actor) -> Applied:
    applied = await underwritten(partner=partner, declared_use=DeclaredUse.COMMERCIAL)
    await agreeing.agree(
        applied.id, choice=OfferChoice.SURCHARGE, expected_version=await applied.version(), actor=applied.customer
    )
    return applied


async def by_declining(partner: Actor) -> Applied:
    applied, judge = await referred(partner=partner), await underwriter()
    why = Decline(DeclineReason.OTHER, "a sad story")
    await deciding.decline(applied.id, decline=why, expected_version=await applied.version(), actor=judge)
    return applied


@pytest.mark.parametrize(("decided", "times"), [(by_itself, 1), (by_agreement, 2), (by_declining, 1)])
async def test_each_decision_on_an_application_is_told_but_not_what_it_was(
    database: str, called: Called, decided: Callable[[Actor], Awaitable[Applied]], times: int
) -> None:
    partner = await partner_with_a_book()
    await called_at(partner, called.url, [WebhookEvent.APPLICATION_DECIDED])
    applied = await decided(partner)
    await attempt(database)
    application = await applied.now()
    data = {"id": public_id("app", application.id), "number": application.application_number}
    said = [(each.told["type"], each.told["data"]) for each in called.system.heard]
    assert said == [("application.decided", data)] * times
    for each in called.system.heard:
        assert each.told.keys() == {"type", "timestamp", "data"} and b"sad" not in each.body


async def test_many_sales_are_announced_in_as_many_statements_as_one(called: Called) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    policies = [await sold(partner=partner, version_id=version_id) for _ in range(3)]
    counted = await count_statements()
    costs: list[int] = []
    for _ in range(3):
        for several in (policies[:1], policies):
            counted.clear()
            async with transaction():
                await announce_all(WebhookEvent.POLICY_ISSUED, [news_of(each) for each in several], actor=OFFICE)
            costs.append(len([each for each in counted if not any(part in each for part in AROUND)]))
        await called_at(partner, called.url)
    assert costs == [1, 1, 3, 3, 3, 3]
    assert await Job.filter(kind=KIND).count() == await WebhookDelivery.all().count() == 4 + 8


async def test_only_what_was_asked_for_of_one_s_own_book_at_live_endpoints_is_told(called: Called) -> None:
    partner, other = await partner_with_a_book(), await partner_with_a_book()
    await called_at(other, called.url)
    await called_at(partner, called.url, [WebhookEvent.POLICY_CANCELLED])
    gone = await called_at(partner, called.url)
    await webhooks.remove(gone.endpoint_id, reason="x", expected_version=1, actor=partner)
    await sold(partner=partner)
    assert await WebhookDelivery.all().count() == 0


@pytest.mark.parametrize("answer", [500, 503, 404, 302, None])
async def test_a_call_that_was_not_taken_is_made_again_under_its_id(
    database: str, called: Called, answer: int | None
) -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner, called.url)
    await sold(partner=partner)
    called.system.answers = [answer, answer]
    await attempt(database)
    row = await WebhookDelivery.get()
    fault = WebhookFault.TIMED_OUT if answer is None else WebhookFault.STATUS
    assert (row.state, row.attempts, row.last_status, row.last_fault) == (State.QUEUED, 1, answer, fault)
    job = await Job.get(kind=KIND)
    assert (job.state, job.run_at) == (JobState.AVAILABLE, row.next_attempt_at)
    assert timedelta(0) < job.run_at - clock.now() < timedelta(seconds=7)
    await attempt(database)
    await attempt(database)
    row = await WebhookDelivery.get()
    assert (row.state, row.attempts, row.last_status, row.last_fault) == (State.DELIVERED, 3, 204, None)
    first, *others = called.system.heard
    assert {each.headers["webhook-id"] for each in others} == {first.headers["webhook-id"]}
    assert {each.body for each in called.system.heard} == {first.body}
    assert all(each.is_signed_by(told.secret) for each in called.system.heard)
    assert (await Job.get(kind=KIND)).state is JobState.SUCCEEDED


async def test_after_a_day_a_call_is_given_up(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    await called_at(partner, called.url)
    await sold(partner=partner)
    called.system.answers = [500]
    with clock.at(clock.now() + timedelta(days=1)):
        await attempt(database)
    row = await WebhookDelivery.get()
    assert (row.state, row.last_status, row.last_fault) == (State.FAILED, 500, WebhookFault.STATUS)
    job = await Job.get(kind=KIND)
    assert (job.state, job.error_code) == (JobState.DEAD, "WEBHOOK_UNANSWERED")


async def test_one_that_is_gone_is_called_no_more(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    told = await called_at(partner, called.url)
    await sold(partner=partner)
    await sold(partner=partner)
    called.system.answers = [410]
    await attempt(database)
    assert len(called.system.heard) == 1
    endpoint = await endpoint_of(told)
    assert (endpoint.active, endpoint.version) == (False, 2)
    entry = await AuditEntry.get(action="webhook:remove")
    assert (entry.subject_id, entry.reason, entry.actor) == (endpoint.id, "HTTP 410", f"system:{KIND}")
    faults = {(row.state, row.last_fault) for row in await WebhookDelivery.all()}
    assert faults == {(State.FAILED, WebhookFault.GONE), (State.FAILED, WebhookFault.REMOVED)}
    assert {each.state for each in await Job.filter(kind=KIND)} == {JobState.SUCCEEDED}


async def test_both_secrets_sign_while_the_partner_changes_over(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    first = await called_at(partner, called.url)
    second = await webhooks.rotate_secret(first.endpoint_id, reason="yearly", expected_version=1, actor=partner)
    await sold(partner=partner)
    await attempt(database)
    (heard,) = called.system.heard
    assert heard.is_signed_by(first.secret) and heard.is_signed_by(second.secret)


async def test_an_attempt_that_comes_late_or_for_nothing_changes_nothing() -> None:
    partner = await partner_with_a_book()
    await called_at(partner)
    await sold(partner=partner)
    row = await WebhookDelivery.get()
    for _ in range(2):
        outcome = await delivering.deliver(row.id, sender=Answers(200), actor=OFFICE)
        assert outcome.word == "DONE"
    after = await WebhookDelivery.get()
    assert (after.attempts, after.version, after.state) == (1, 3, State.DELIVERED)
    assert (await delivering.deliver(partner.partner_id, sender=Answers(200), actor=OFFICE)).made is None  # type: ignore[arg-type]


async def test_what_goes_out_and_what_is_kept_for_it_holds_nothing_personal(database: str, called: Called) -> None:
    partner = await partner_with_a_book()
    await called_at(partner, called.url)
    policy = await sold(partner=partner)
    await attempt(database)
    (heard,) = called.system.heard
    kept: list[Any] = [await WebhookDelivery.all().values(), await WebhookEndpoint.all().values("url", "events")]
    for text in (heard.body.decode(), str(heard.headers), str(kept)):
        for secret in ("Zhang", policy.serial_number, policy.model, "premium", policy.customer_id.hex):
            assert secret not in text
    assert orjson.loads(heard.body).keys() == {"type", "timestamp", "data"}
