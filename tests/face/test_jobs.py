"""Jobs through the schema: who asked for one, what came of it, and why it failed, each as far as the reader may see."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import pytest
from tortoise import Tortoise

from domain.claims.jobs import CloseClaim
from domain.jobs.models import Job
from domain.jobs.queue import enqueue
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.ids import new_id, public_id
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.notifications.mailing import use_mailer
from tests.face.conftest import Face
from tests.factories.claims import claim_awaiting_documents, claim_notified
from tests.factories.insured import Insured, insured, staff
from tests.factories.mail_server import mail_server
from tests.factories.working import work_off

ASKED = """query ($id: ID!) { job(id: $id) { requestedBy {
    __typename ... on Customer { id fullName } ... on Partner { id } ... on Staff { id name } } } }"""
CAME = """query ($id: ID!) { job(id: $id) { kind status subject { __typename id } result {
    __typename ... on Node { id } ... on Claim { state } ... on Notification { template } } } }"""
WHY = "query ($id: ID!) { job(id: $id) { status error { code message isFinal } errorCode progress { message } } }"
SET = "UPDATE job SET state = $2, error_code = $3, finished_at = $4 WHERE id = $1"


async def asked_for(actor: Actor, found: Insured) -> UUID:
    """A job that concerns a customer and a partner, and that somebody caused."""
    scope = Scope(customer_id=found.customer_id, partner_id=found.partner_id)
    async with transaction():
        return await enqueue(CloseClaim(new_id()), actor=actor, scope=scope)


async def read(face: Face, query: str, job_id: UUID, actor: Actor, language: str = "en") -> Any:
    """One job, for one statement."""
    before = face.reading.statements
    found = await face.answer(query, actor, language, id=public_id("job", job_id))
    assert "errors" not in found, found
    assert face.reading.statements - before == 1
    return found["data"]["job"]


async def test_who_asked_for_a_job_is_told_to_whoever_may_see_them(face: Face) -> None:
    found = await insured()
    handler, compliance, admin = [await staff(each) for each in (Role.CLAIMS_HANDLER, Role.COMPLIANCE, Role.ADMIN)]
    customer, partner = found.customer, found.partner
    readers = {"customer": customer, "partner": partner, "compliance": compliance, "admin": admin}
    shown = {
        "Customer": (customer, {"customer", "partner", "compliance"}),  # administrators see no business data
        "Partner": (partner, {"partner", "compliance", "admin"}),  # customers see no partners
        "Staff": (handler, {"compliance", "admin"}),
        None: (Actor.system("schedule"), set()),
    }
    for kind, (actor, seen_by) in shown.items():
        job_id = await asked_for(actor, found)
        for name, reader in readers.items():
            told = (await read(face, ASKED, job_id, reader))["requestedBy"]
            assert (told and told["__typename"]) == (kind if name in seen_by else None), (kind, name)
            assert told is None or told["id"].endswith(actor.id.hex)  # type: ignore[union-attr]


async def test_a_partner_reads_the_name_of_whoever_asked_as_a_mask(face: Face) -> None:
    found = await insured()
    job_id = await asked_for(found.customer, found)
    told = [(await read(face, ASKED, job_id, each))["requestedBy"] for each in (found.customer, found.partner)]
    assert [each["fullName"] for each in told] == ["Zhang San", "Z**"]


async def test_who_asked_stays_the_same_through_the_jobs_that_follow(face: Face) -> None:
    found = await insured()
    job_id = await asked_for(Actor.system("claims.close_stale", found.customer.party), found)
    told = (await read(face, ASKED, job_id, found.customer))["requestedBy"]
    assert told == {
        "__typename": "Customer", "id": public_id("cus", found.customer_id), "fullName": "Zhang San",
    }  # fmt: skip


async def test_what_came_of_a_job_is_told_once_it_has_succeeded(face: Face) -> None:
    case = await claim_awaiting_documents()
    (sent,) = await Job.filter(kind="notifications.send").order_by("-id").limit(1)
    before = await read(face, CAME, sent.id, case.customer)
    assert (before["status"], before["result"]) == ("QUEUED", None)
    async with mail_server() as server:
        use_mailer(server.mailer)
        await work_off("notifications.send")
    after = await read(face, CAME, sent.id, case.customer)
    letter = {"__typename": "Notification", "id": public_id("ntf", sent.subject_id)}  # type: ignore[arg-type]
    assert (after["status"], after["subject"]) == ("SUCCEEDED", letter)
    assert after["result"] == {**letter, "template": "CLAIM_DOCUMENTS_REQUESTED"}


async def test_what_came_of_a_job_is_hidden_from_those_who_may_not_see_it(face: Face) -> None:
    case = await claim_awaiting_documents()
    async with mail_server() as server:
        use_mailer(server.mailer)
        await work_off("notifications.send")
    await work_off("notifications.delivered")
    job = await Job.get(kind="notifications.delivered")
    claim = {"__typename": "Claim", "id": public_id("clm", case.claim.id), "state": "DOCS_REQUESTED"}
    for actor, told in ((case.customer, claim), (case.insured.partner, claim), (await staff(Role.ADMIN), None)):
        assert (await read(face, CAME, job.id, actor))["result"] == told


async def test_a_job_that_a_job_made_is_told_as_its_result(face: Face) -> None:
    compliance, found = await staff(Role.COMPLIANCE), await insured()
    news, next_one = await asked_for(compliance, found), await asked_for(compliance, found)
    await Job.filter(id=news).update(
        state="SUCCEEDED", finished_at=(await Job.get(id=news)).created_at, result_kind="JOB", result_id=next_one
    )
    told = (await read(face, CAME, news, compliance))["result"]
    assert told == {"__typename": "Job", "id": public_id("job", next_one)}


@pytest.mark.parametrize("language", ["en", "zh"])
async def test_a_dead_job_says_why_in_the_readers_language(face: Face, language: str) -> None:
    case = await claim_notified()
    (job,) = await Job.filter(kind="notifications.send").order_by("-id").limit(1)
    async with mail_server(recipient="550 Zhang San has left") as server:
        use_mailer(server.mailer)
        await work_off("notifications.send")
    told = await read(face, WHY, job.id, case.customer, language)
    message = {"en": "The mail server refused it for good.", "zh": "邮件被服务器拒收。"}[language]
    assert told == {
        "status": "FAILED", "error": {"code": "MAIL_REJECTED", "message": message, "isFinal": True},
        "errorCode": "MAIL_REJECTED", "progress": None,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("state", "code", "is_final"),
    [("AVAILABLE", "UNAVAILABLE", False), ("PARKED", "BANK_PENDING", False), ("CANCELLED", "INTERNAL", True)],
)
async def test_an_error_is_final_when_the_job_has_ended_with_it(
    face: Face, state: str, code: str, is_final: bool
) -> None:
    found = await insured()
    job_id = await asked_for(found.customer, found)
    ended = (await Job.get(id=job_id)).created_at if is_final else None
    await Tortoise.get_connection("default").execute_query(SET, [job_id, state, code, ended])
    error = (await read(face, WHY, job_id, found.customer))["error"]
    assert (error["code"], error["isFinal"]) == (code, is_final)


async def test_a_code_that_nobody_has_words_for_is_told_in_general_ones(face: Face) -> None:
    found = await insured()
    job_id = await asked_for(found.customer, found)
    await Tortoise.get_connection("default").execute_query(SET, [job_id, "AVAILABLE", "FROM_A_NEWER_RELEASE", None])
    assert (await read(face, WHY, job_id, found.customer))["error"] == {
        "code": "FROM_A_NEWER_RELEASE", "message": "It did not work; the code says why.", "isFinal": False,
    }  # fmt: skip
    at = '{"done": 1, "total": 2, "unit": "rows", "message": "FROM_A_NEWER_RELEASE"}'
    await Tortoise.get_connection("default").execute_query("UPDATE job SET progress = $2 WHERE id = $1", [job_id, at])
    assert (await read(face, WHY, job_id, found.customer))["progress"] == {"message": None}


def test_a_party_is_whoever_acts_or_is_acted_for() -> None:
    found, whom = new_id(), Subject(SubjectKind.PARTNER, new_id())
    assert Actor(frozenset({Role.SALES}), staff_id=found).party == Subject(SubjectKind.STAFF, found)
    assert Actor(frozenset({Role.CUSTOMER}), customer_id=found).party == Subject(SubjectKind.CUSTOMER, found)
    assert Actor(frozenset({Role.REPAIRER}), partner_id=found).party == Subject(SubjectKind.PARTNER, found)
    assert (Actor.system("x", whom).party, Actor.system("x", whom).id) == (whom, whom.id)
    assert (Actor.system("x").party, Actor.anonymous().party, Actor.anonymous().id) == (None, None, None)
