"""Handing files in and fetching them over HTTP: by a ticket and by a link, each for one, and in no other way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from starlette.applications import Starlette
from tortoise import Tortoise

from api.evidence.uploading import paper_routes
from api.rates import Rates
from domain.audit.models import AuditEntry
from domain.evidence.models import EvidenceFile
from domain.evidence.rules import MAX_BYTES
from domain.evidence.terms import FileState
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import new_id, public_id
from tests.face.conftest import Face, face, running, untouched
from tests.factories import corpus
from tests.factories.claims import Case, claim_awaiting_documents
from tests.factories.evidence import handed_in, worked_off
from tests.factories.insured import insured, staff

__all__ = ["face"]
pytestmark = pytest.mark.usefixtures("folder")
TICKET = """
mutation($input: ClaimPaperTicketInput!) {
  claimPaperTicket(input: $input) {
    uploadUrl file {id state fileName fileType announcedSize ticketUntil link uploaderKind purpose}
    errors {code path message ... on ValidationError {constraint bound}}
  }
}
"""
SHOWN = "id state fileName fileType contentType size sha256 unfitness isScanned receivedAt checkedAt link"
OF_CLAIM = """
query($number: String!) {
  claimByNumber(number: $number) {
    documents {kind state rejectionReason availableActions files {%s}}
    files {%s subject {id} claimDocument {kind}}
  }
}
""" % (SHOWN, SHOWN)
ONE = "query($id: ID!) {evidenceFile(id: $id) {id state link}}"
NODE = "query($id: ID!) {node(id: $id) {id}}"
WHO_SEE = (Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.RISK, Role.COMPLIANCE)
NOTHING = "There is no such file."


def wanted(case: Case, content: bytes, **changes: Any) -> dict[str, Any]:
    """The input of a ticket."""
    usual = {
        "claimId": public_id("clm", case.claim.id), "kind": "PROOF_OF_PURCHASE", "fileName": "发票 1.jpg",
        "fileType": "JPEG", "size": len(content),
    }  # fmt: skip
    return usual | changes


def path_of(address: str) -> str:
    """An address without its host."""
    found = urlsplit(address)
    return f"{found.path}?{found.query}" if found.query else found.path


async def ticket(face: Face, case: Case, actor: Actor, content: bytes, **changes: Any) -> tuple[str, str]:
    """The id of a file that is awaited, and where it is sent."""
    told = (await face.data(TICKET, actor, input=wanted(case, content, **changes)))["claimPaperTicket"]
    assert told["errors"] == [], told
    return told["file"]["id"], path_of(told["uploadUrl"])


async def put(face: Face, path: str, content: bytes | AsyncIterator[bytes], **headers: str) -> httpx.Response:
    """The bytes of a file, as a browser sends them."""
    return await face.client.put(path, content=content, headers={"content-type": "image/jpeg"} | headers)


async def released(face: Face, database_url: str, case: Case, actor: Actor) -> str:
    """The id of a file that may be read."""
    file_id, path = await ticket(face, case, actor, corpus.jpeg_with_place())
    assert (await put(face, path, corpus.jpeg_with_place())).status_code == 200
    await worked_off(database_url)
    return file_id


async def link_of(face: Face, actor: Actor, file_id: str) -> str:
    """Where an actor fetches a file."""
    shown = (await face.data(ONE, actor, id=file_id))["evidenceFile"]
    return path_of(shown["link"])


async def test_a_customer_hands_a_photo_in_and_the_handler_reads_it(face: Face, database_url: str) -> None:
    case, content = await claim_awaiting_documents(), corpus.jpeg_with_place()
    told = (await face.data(TICKET, case.customer, input=wanted(case, content)))["claimPaperTicket"]
    assert told["file"] | {"id": None, "ticketUntil": None} == {
        "id": None, "state": "AWAITED", "fileName": "发票 1.jpg", "fileType": "JPEG", "announcedSize": len(content),
        "ticketUntil": None, "link": None, "uploaderKind": "CUSTOMER", "purpose": "PROOF_OF_PURCHASE",
    }  # fmt: skip
    path = path_of(told["uploadUrl"])
    first, again = [await put(face, path, content) for _ in range(2)]
    assert (first.status_code, first.json()) == (again.status_code, again.json())
    assert first.json()["id"] == told["file"]["id"] and first.json()["size"] == len(content)
    await worked_off(database_url)
    assert (await put(face, path, content)).json() == first.json()
    shown = (await face.data(OF_CLAIM, case.handler, number=case.claim.claim_number))["claimByNumber"]
    document = next(each for each in shown["documents"] if each["kind"] == "PROOF_OF_PURCHASE")
    (file,) = document["files"]
    assert (document["state"], document["availableActions"]) == ("RECEIVED", ["ACCEPT", "REJECT"])
    assert (file["state"], file["contentType"], file["isScanned"]) == ("RELEASED", "image/jpeg", False)
    assert [each["id"] for each in shown["files"]] == [file["id"]]
    assert shown["files"][0]["claimDocument"] == {"kind": "PROOF_OF_PURCHASE"}
    answer = await face.client.get(path_of(file["link"]))
    assert (answer.status_code, answer.headers["content-type"]) == (200, "image/jpeg")
    assert corpus.PLACE not in answer.content and len(answer.content) == file["size"]


async def test_papers_with_their_files_cost_one_statement(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    await released(face, database_url, case, case.customer)
    assert await face.statements(OF_CLAIM, case.handler, number=case.claim.claim_number) == 1


async def test_a_file_goes_out_as_an_attachment_that_no_page_opens_and_nobody_keeps(
    face: Face, database_url: str
) -> None:
    case = await claim_awaiting_documents()
    answer = await face.client.get(
        await link_of(face, case.customer, await released(face, database_url, case, case.customer))
    )
    headers = answer.headers
    name = quote("发票 1.jpg", safe="")
    assert headers["content-disposition"] == f"attachment; filename=\"paper.jpg\"; filename*=UTF-8''{name}"
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "private, no-store")
    assert headers["referrer-policy"] == "no-referrer"


async def test_each_sees_what_is_his_and_is_given_a_link_of_his_own(face: Face, database_url: str) -> None:
    case, stranger = await claim_awaiting_documents(), await insured()
    file_id = await released(face, database_url, case, case.customer)
    seeing = [case.customer, case.handler, *[await staff(role) for role in WHO_SEE]]
    links = [await link_of(face, actor, file_id) for actor in seeing]
    assert len(set(links)) == len(seeing)
    for link in links:
        assert (await face.client.get(link)).status_code == 200
    blind = [
        stranger.customer, stranger.partner, case.insured.partner, Actor.anonymous(),
        *[await staff(role) for role in STAFF_ROLES - set(WHO_SEE)],
    ]  # fmt: skip
    for actor in blind:
        assert (await face.data(ONE, actor, id=file_id))["evidenceFile"] is None
        assert (await face.data(NODE, actor, id=file_id))["node"] is None


async def test_a_partner_reads_what_it_handed_in_itself(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    partner = case.insured.partner
    file_id = await released(face, database_url, case, partner)
    assert (await face.client.get(await link_of(face, partner, file_id))).status_code == 200
    assert (await face.client.get(await link_of(face, case.customer, file_id))).status_code == 200


async def test_fetching_is_told_by_the_audit_with_whoever_did(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    link = await link_of(face, case.handler, await released(face, database_url, case, case.customer))
    await face.client.head(link)
    assert await AuditEntry.filter(action="evidence:fetch").count() == 0
    await face.client.get(link)
    entry = await AuditEntry.get(action="evidence:fetch")
    assert entry.actor == f"staff:{case.handler.staff_id}"


LOST = {
    "left the house": "UPDATE staff SET active = false WHERE id = $1",
    "has other work": """UPDATE staff SET roles = '["FINANCE"]' WHERE id = $1""",
}


@pytest.mark.parametrize("why", LOST)
async def test_a_link_ends_with_the_sight_of_whoever_it_was_made_for(
    face: Face, database_url: str, why: str
) -> None:
    case = await claim_awaiting_documents()
    link = await link_of(face, case.handler, await released(face, database_url, case, case.customer))
    await Tortoise.get_connection("default").execute_query(LOST[why], [case.handler.staff_id])
    answer = await face.client.get(link)
    assert (answer.status_code, answer.text) == (404, NOTHING)


async def test_a_late_a_forged_and_another_persons_link_are_answered_alike(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    file_id = await released(face, database_url, case, case.customer)
    path, stranger = await link_of(face, case.customer, file_id), await insured()
    mine, theirs = case.claim.customer_id.hex, stranger.customer_id.hex
    other = public_id("evf", await handed_in(case, case.customer))
    wrong = [
        path[:-1] + ("0" if path[-1] != "0" else "1"), path.replace(mine, theirs), path.replace("customer-", "staff-"),
        path.replace(file_id, other), path.replace(file_id, public_id("evf", new_id())),
        path.replace("until=", "until=9"),
        f"/files/papers/{file_id}", "/files/papers/nonsense", path.replace("signature=", "signature=%FF"),
        path.replace("/files/papers/", "/files/"),
    ]  # fmt: skip
    answers = [await face.client.get(each) for each in wrong]
    with clock.at(clock.now() + timedelta(minutes=5, seconds=2)):
        answers.append(await face.client.get(path))
    assert {(each.status_code, each.text) for each in answers} == {(404, NOTHING)}
    assert (await face.client.get(path)).status_code == 200
    assert (await face.client.put(path, content=b"x")).status_code == 405


async def test_what_waits_or_was_refused_has_no_link(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    waiting = public_id("evf", await handed_in(case, case.customer))
    assert (await face.data(ONE, case.handler, id=waiting))["evidenceFile"]["link"] is None
    file_id, path = await ticket(face, case, case.customer, corpus.html())
    await put(face, path, corpus.html())
    await worked_off(database_url)
    shown = (await face.data(ONE, case.handler, id=file_id))["evidenceFile"]
    assert (shown["state"], shown["link"]) == ("REFUSED", None)


async def test_a_file_that_is_not_what_was_released_is_not_given_out(
    face: Face, database_url: str, folder: Path
) -> None:
    case = await claim_awaiting_documents()
    link = await link_of(face, case.customer, await released(face, database_url, case, case.customer))
    (kept,) = [path for path in files_in(folder) if "clean" in path.parts]
    for spoil in (lambda: kept.write_bytes(kept.read_bytes()[:-1] + b"x"), kept.unlink):
        spoil()
        answer = await face.client.get(link)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert await AuditEntry.filter(action="evidence:fetch").count() == 0


def files_in(folder: Path) -> list[Path]:
    """The files of a store."""
    return sorted(folder.rglob("*.sealed"))


async def test_a_ticket_is_given_for_a_file_that_fits_and_all_faults_are_told_at_once(face: Face) -> None:
    case = await claim_awaiting_documents()
    async with untouched():
        told = await face.data(
            TICKET, case.customer, input=wanted(case, b"", fileName="../../x.exe", fileType="PDF", size=MAX_BYTES + 1)
        )
    assert {(each["constraint"], tuple(each["path"])) for each in told["claimPaperTicket"]["errors"]} == {
        ("between", ("input", "size")),
    }
    async with untouched():
        told = await face.data(TICKET, case.customer, input=wanted(case, b"x", fileName="../../x.exe"))
    (error,) = told["claimPaperTicket"]["errors"]
    assert (error["constraint"], error["path"]) == ("file_name", ["input", "fileName"])
    assert "x.exe" not in error["message"]


async def test_no_more_than_was_announced_comes_in_however_it_is_sent(face: Face) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    _, path = await ticket(face, case, case.customer, content)

    async def endless() -> AsyncIterator[bytes]:
        for _ in range(1_000):
            yield b"x" * 65_536

    async with untouched():
        said = await put(face, path, b"x", **{"content-length": str(MAX_BYTES + 1)})
        streamed = await put(face, path, endless())
        short = await put(face, path, content[:-1])
    assert (said.status_code, said.json()["errors"][0]["extensions"]["code"]) == (400, "BAD_REQUEST")
    for answer in (streamed, short):
        assert (answer.status_code, answer.json()["errors"][0]["constraint"]) == (422, "announced_size")
    assert (await put(face, path, content)).status_code == 200


async def test_twenty_megabytes_come_in_whole(face: Face) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg() + b"\0" * (MAX_BYTES - len(corpus.jpeg()))
    _, path = await ticket(face, case, case.customer, content)
    answer = await put(face, path, content)
    assert (answer.status_code, answer.json()["size"]) == (200, MAX_BYTES)


async def test_a_wrong_ticket_another_file_and_a_form_are_told_apart(face: Face) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    _, path = await ticket(face, case, case.customer, content)
    await put(face, path, content)
    async with untouched():
        wrong = [await put(face, each, content) for each in (path[:-1], f"{path}0", "/uploads/papers/x")]
        other = await put(face, path, content[:-1] + b"x", **{"accept-language": "zh-CN"})
        form = await face.client.post(path, files={"file": content})
        posted = await face.client.post(path, content=content)
    assert {(each.status_code, each.json()["errors"][0]["code"]) for each in wrong} == {(404, "TICKET_UNKNOWN")}
    assert (other.status_code, other.json()["errors"][0]["message"]) == (409, "该上传地址已被使用，请重新获取。")
    assert (form.status_code, posted.status_code) == (400, 200)
    assert {each.headers["cache-control"] for each in (*wrong, other, form, posted)} == {"no-store"}
    assert (await face.client.get(path)).status_code == 405


async def test_an_address_that_sends_too_often_waits(face: Face) -> None:
    statuses = [(await put(face, "/uploads/papers/x", b"x")).status_code for _ in range(24)]
    assert set(statuses) == {404, 429}
    assert int((await put(face, "/uploads/papers/x", b"x")).headers["retry-after"]) >= 1


async def test_a_sender_that_falls_silent_is_not_waited_for(face: Face) -> None:
    case = await claim_awaiting_documents()
    content = corpus.jpeg()
    _, path = await ticket(face, case, case.customer, content)

    async def silent() -> AsyncIterator[bytes]:
        yield content[:10]
        await asyncio.sleep(30)

    routes = paper_routes(Rates(1.0), 0, silence=0.2)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(Starlette(routes=routes)), base_url="http://x") as alone:
        answer = await alone.put(path, content=silent())
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (504, "TIMEOUT")
    assert (await put(face, path, content)).status_code == 200


async def test_a_browser_application_of_ours_may_send_files(database_url: str) -> None:
    asked = {"origin": "https://app.example", "access-control-request-method": "PUT"}
    async with running(database_url, origins="https://app.example") as found:
        answer = await found.client.options("/uploads/papers/x", headers=asked)
        assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (200, "https://app.example")
        other = await found.client.options("/uploads/papers/x", headers=asked | {"origin": "https://evil.example"})
        assert "access-control-allow-origin" not in other.headers


ACCEPT = """
mutation($input: ClaimAcceptDocumentInput!) {
  claimAcceptDocument(input: $input) {claim {version} claimDocument {state} errors {code}}
}
"""


async def test_only_who_handles_claims_may_try_to_judge_a_paper(face: Face, database_url: str) -> None:
    case = await claim_awaiting_documents()
    await released(face, database_url, case, case.customer)
    row = await EvidenceFile.get(state=FileState.RELEASED)
    assert row.part_id is not None
    given = {
        "claimDocumentId": public_id("cld", row.part_id), "expectedVersion": (await case.reread()).version,
    }  # fmt: skip
    wrong = (Actor.anonymous(), case.customer, case.insured.partner, await staff(Role.CUSTOMER_SERVICE))
    async with untouched():
        for actor in wrong:
            assert await face.codes(ACCEPT, actor, input=given) == ["FORBIDDEN"]
    told = (await face.data(ACCEPT, case.handler, input=given))["claimAcceptDocument"]
    assert (told["claimDocument"], told["errors"]) == ({"state": "ACCEPTED"}, [])


async def test_whoever_has_not_signed_in_gets_no_ticket(face: Face) -> None:
    case = await claim_awaiting_documents()
    async with untouched():
        assert await face.codes(TICKET, Actor.anonymous(), input=wanted(case, b"x")) == ["FORBIDDEN"]


async def test_a_strangers_claim_is_none(face: Face) -> None:
    case, stranger = await claim_awaiting_documents(), await insured()
    told = await face.data(TICKET, stranger.customer, input=wanted(case, b"x"))
    assert [each["code"] for each in told["claimPaperTicket"]["errors"]] == ["NOT_FOUND"]
    assert await EvidenceFile.all().count() == 0
