"""Selling many covers through the schema and handing in files, as each kind of caller."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import uuid4

import httpx
import pytest
from starlette.types import Message

from api.uploads import AT_ONCE, steady
from domain.access.keys import authenticate_key, issue_key
from domain.access.models import Session
from domain.access.terms import ApiScope
from domain.jobs.terms import Queue
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from domain.policies.models import Policy, Registration
from tests.face.conftest import Face, signed_in, untouched
from tests.factories.insured import OFFICE, partner_with_a_book, staff, version_on_sale
from tests.factories.offers import file_of, file_row
from tests.factories.papers import kept_in
from tests.factories.work import hurry, work

BULK = """
mutation Sell($input: PolicyRegisterBulkInput!) {
  policyRegisterBulk(input: $input) {
    registration {
      id source state rowCount registeredCount foundCount refusedCount resultLink
      rows(first: 100, orderBy: {by: LINE, direction: ASC}) {
        nodes { line externalRef outcome policy { policyNumber externalRef } faults { code message path } }
      }
    }
    errors { __typename code path message }
  }
}
"""
AGAIN = BULK.replace("policyRegisterBulk(input: $input)", 'policyRegisterBulk(input: $input) @idempotent(key: "k")')
SELL_FILE = """
mutation Sell($input: PolicyUploadRegisterInput!) {
  policyUploadRegister(input: $input) {
    registration { state availableActions job { status } version } errors { __typename code path }
  }
}
"""
ONE = """query One($id: ID!) { registration(id: $id) {
  state fileName registeredCount resultLink documents { kind language }
  job { status result { ... on Document { kind } } }
} }"""


def row(ref: str, **device: Any) -> dict[str, Any]:
    """One sale of many."""
    return {
        "externalRef": ref,
        "device": {
            "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": f"sn{uuid4().hex[:12]}",
            "purchasedOn": clock.today().isoformat(), "price": {"amount": "3000.00"}, **device,
        },
        "customer": {"fullName": "Li Si", "phone": "13812345678", "mail": "li@example.com"},
    }  # fmt: skip


def batch(version_id: Any, *rows: dict[str, Any], on_error: str = "EACH_BY_ITSELF", **more: Any) -> dict[str, Any]:
    """The input of many sales."""
    return {"productVersionId": public_id("pvn", version_id), "onError": on_error, "rows": list(rows), **more}


async def posted(
    face: Face, content: bytes, token: str | None, name: str = "june.csv", **headers: str
) -> httpx.Response:
    """A file as it is handed in."""
    sent = {"content-type": "text/csv"} | headers | ({"authorization": f"Bearer {token}"} if token else {})
    return await face.client.post("/uploads/policies", params={"name": name}, content=content, headers=sent)


async def test_a_partner_sells_many_and_reads_of_each_what_became_of_it(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    rows = (row("A-1"), row("A-2", brand="\u202e"), row("A-3", price={"amount": "1.001"}), row("A-4", category="WATCH"))
    answer = (await face.data(BULK, partner, input=batch(version_id, *rows)))["policyRegisterBulk"]
    assert answer["errors"] == []
    found = answer["registration"]
    assert (found["source"], found["state"], found["rowCount"], found["resultLink"]) == ("REQUEST", "FINISHED", 4, None)
    assert (found["registeredCount"], found["foundCount"], found["refusedCount"]) == (1, 0, 3)
    told = [(each["line"], each["externalRef"], each["outcome"]) for each in found["rows"]["nodes"]]
    assert told == [(1, "A-1", "REGISTERED"), (2, "A-2", "REFUSED"), (3, "A-3", "REFUSED"), (4, "A-4", "REFUSED")]
    assert [[fault["path"] for fault in each["faults"]] for each in found["rows"]["nodes"]] == [
        [], [["device", "brand"]], [["device", "price", "amount"]], [[]],
    ]  # fmt: skip
    policy = await Policy.get()
    assert found["rows"]["nodes"][0]["policy"] == {"policyNumber": policy.policy_number, "externalRef": "A-1"}


async def test_all_or_nothing_names_the_rows_at_fault_and_sells_none(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    for bad, code, path in (
        (row("A-2", brand=" "), "VALIDATION", "device.brand"),
        (row("A 2"), "VALIDATION", "externalRef"),
        (row("A-2", serialNumber="490154203237519"), "VALIDATION", "device.serialNumber"),
        (row("A-2", category="WATCH"), "NOT_RATED", ""),
        (row("A-2") | {"productVersionId": "nonsense"}, "NOT_FOUND", "productVersionId"),
    ):
        given = batch(version_id, row("A-1"), bad, on_error="ALL_OR_NOTHING")
        answer = (await face.data(BULK, partner, input=given))["policyRegisterBulk"]
        assert answer["registration"] is None
        told = [(error["code"], ".".join(error["path"])) for error in answer["errors"]]
        assert told == [(code, ".".join(filter(None, ("input.rows.1", path))))]
    assert await Policy.all().count() == await Registration.all().count() == 0


async def test_a_repetition_by_key_shows_the_same_rows_and_one_without_finds_them_again(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    given = batch(version_id, row("A-1"), row("A-2"))
    first, again = [(await face.data(AGAIN, partner, input=given))["policyRegisterBulk"] for _ in range(2)]
    assert first == again
    found = (await face.data(BULK, partner, input=given))["policyRegisterBulk"]["registration"]
    assert (found["registeredCount"], found["foundCount"]) == (0, 2)
    assert await Policy.all().count() == 2


@pytest.mark.parametrize("role", [Role.ANONYMOUS, Role.CUSTOMER, Role.UNDERWRITER, Role.ADMIN])
async def test_who_does_not_sell_is_refused_before_the_verb(face: Face, role: Role) -> None:
    actor = Actor(frozenset({role}), staff_id=uuid4() if role in {Role.UNDERWRITER, Role.ADMIN} else None)
    assert await face.codes(BULK, actor, input=batch(uuid4(), row("A-1"))) == ["FORBIDDEN"]
    given = {"registrationId": public_id("reg", uuid4())}
    assert await face.codes(SELL_FILE, actor, input=given) == ["FORBIDDEN"]


async def test_service_staff_sell_many_for_a_partner_that_they_name(face: Face) -> None:
    partner, version_id = await partner_with_a_book(), await version_on_sale()
    given = batch(version_id, row("A-1"), partnerId=public_id("par", partner.partner_id or uuid4()))
    answer = await face.data(BULK, await staff(Role.CUSTOMER_SERVICE), input=given)
    assert answer["policyRegisterBulk"]["registration"]["registeredCount"] == 1


async def test_a_file_is_handed_in_sold_followed_and_its_results_are_fetched(
    face: Face, database_url: str, tmp_path: Path
) -> None:
    kept_in(tmp_path)
    partner, other, version_id = await partner_with_a_book(), await partner_with_a_book(), await version_on_sale()
    token, content = await signed_in(partner), file_of([file_row(1), file_row(2, phone="1")])
    first, again = await posted(face, content, token), await posted(face, content, token)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    assert (first.json()["rows"], first.json()["size"]) == (2, len(content))
    given = {"registrationId": first.json()["id"], "productVersionId": public_id("pvn", version_id)}
    for stranger in (other, await staff(Role.SALES)):
        refused = (await face.data(SELL_FILE, stranger, input={"registrationId": public_id("reg", uuid4())}))
        assert refused["policyUploadRegister"]["errors"][0]["code"] == "NOT_FOUND"
    hidden = (await face.data(SELL_FILE, other, input=given))["policyUploadRegister"]["errors"]
    assert hidden[0]["code"] == "NOT_FOUND"
    sold = (await face.data(SELL_FILE, partner, input=given))["policyUploadRegister"]
    assert sold["errors"] == []
    assert sold["registration"] == {
        "state": "REGISTERING", "availableActions": [], "job": {"status": "QUEUED"}, "version": 2,
    }  # fmt: skip
    twice = (await face.data(SELL_FILE, partner, input=given))["policyUploadRegister"]["errors"]
    assert twice[0]["__typename"] == "IllegalStateError"
    for _ in range(2):
        await work(database_url, (Queue.BULK,))
        await hurry()
    found = (await face.data(ONE, partner, id=given["registrationId"]))["registration"]
    assert (found["state"], found["fileName"], found["registeredCount"]) == ("FINISHED", "june.csv", 1)
    assert found["job"] == {"status": "SUCCEEDED", "result": {"kind": "REGISTRATION_RESULT"}}
    assert sorted(each["language"] for each in found["documents"]) == ["EN", "ZH"]
    address = urlsplit(found["resultLink"])
    file = await face.client.get(f"{address.path}?{address.query}")
    assert file.status_code == 200 and file.headers["content-type"].startswith("text/csv")
    assert file.headers["content-disposition"].endswith('-en-1.csv"')
    assert "R-0000001,REGISTERED,PL" in file.text
    assert ',REFUSED,,VALIDATION,"customer.phone: This is no mobile number' in file.text
    assert (await face.data(ONE, other, id=given["registrationId"]))["registration"] is None


async def test_who_may_not_hand_a_file_in_is_refused_and_nothing_is_kept(face: Face, tmp_path: Path) -> None:
    kept_in(tmp_path)
    partner, seller = await partner_with_a_book(), await staff(Role.SALES)
    content, token = file_of([file_row(1)]), await signed_in(partner)
    assert partner.partner_id is not None
    reader = await issue_key(partner.partner_id, name="shop", scopes=[ApiScope.READ], actor=OFFICE)
    assert await authenticate_key(reader.text) is not None
    seller_token = await signed_in(seller)
    async with untouched():
        for asked, status, code in (
            (await posted(face, content, None), 401, "UNAUTHENTICATED"),
            (await posted(face, content, "nonsense"), 401, "UNAUTHENTICATED"),
            (await posted(face, content, seller_token), 403, "FORBIDDEN"),
            (await posted(face, content, reader.text), 403, "FORBIDDEN"),
            (await posted(face, content, token, **{"content-type": "application/pdf"}), 400, "BAD_REQUEST"),
        ):
            assert (asked.status_code, asked.json()["errors"][0]["extensions"]["code"]) == (status, code)
        for body, name, constraint in (
            (content, "", "length"), (content, "x" * 101, "length"), (b"", "a.csv", "csv_rows"),
            (b"a,b\r\n1,2\r\n", "a.csv", "csv_columns"),
        ):  # fmt: skip
            answer = await posted(face, body, token, name)
            assert (answer.status_code, answer.json()["errors"][0]["constraint"]) == (422, constraint)
    assert not any(path.is_file() for path in tmp_path.rglob("*"))  # noqa: ASYNC240 - a look at an empty folder


async def test_a_session_that_has_ended_hands_nothing_in(face: Face, tmp_path: Path) -> None:
    kept_in(tmp_path)
    token = await signed_in(await partner_with_a_book())
    await Session.all().update(revoked_at=clock.now(), revoked_reason="SIGNED_OUT")
    answer = await posted(face, file_of([file_row(1)]), token)
    assert (answer.status_code, answer.json()["errors"][0]["extensions"]["code"]) == (401, "UNAUTHENTICATED")


@asynccontextmanager
async def under_way(face: Face, *partners: Actor) -> AsyncIterator[None]:
    """Files of these partners that begin to come and do not end."""
    stop = asyncio.Event()

    async def trickle() -> AsyncIterator[bytes]:
        yield b"external_ref,"
        await stop.wait()

    async def hand_in(token: str) -> None:
        headers = {"content-type": "text/csv", "authorization": f"Bearer {token}"}
        await face.client.post("/uploads/policies", params={"name": "slow.csv"}, content=trickle(), headers=headers)

    slow = [asyncio.create_task(hand_in(await signed_in(partner))) for partner in partners]
    await asyncio.sleep(0.3)
    try:
        yield
    finally:
        stop.set()
        await asyncio.gather(*slow)


async def test_a_partner_hands_in_one_file_at_a_time_and_keeps_no_other_out(face: Face, tmp_path: Path) -> None:
    kept_in(tmp_path)
    slow, other = await partner_with_a_book(), await partner_with_a_book()
    token, others = await signed_in(slow), await signed_in(other)
    async with under_way(face, slow):
        second = await posted(face, file_of([file_row(1)]), token)
        assert (second.status_code, second.headers["retry-after"]) == (429, "30")
        assert (await posted(face, file_of([file_row(1)]), others)).status_code == 201
    assert (await posted(face, file_of([file_row(1)]), token)).status_code == 201


async def test_who_finds_all_turns_taken_is_told_at_once_when_to_come_again(face: Face, tmp_path: Path) -> None:
    kept_in(tmp_path)
    token = await signed_in(await partner_with_a_book())
    async with under_way(face, *[await partner_with_a_book() for _ in range(AT_ONCE)]):
        answer = await posted(face, file_of([file_row(1)]), token)
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
    assert answer.json()["errors"][0]["extensions"]["code"] == "SERVICE_UNAVAILABLE"


async def test_a_sender_that_pauses_or_trickles_is_given_up() -> None:
    passed = iter(range(0, 1_000_000, 5))  # every look at the clock is five seconds later

    async def bytes_of(size: int) -> AsyncIterator[bytes]:
        for _ in range(30):
            yield b"x" * size

    async def silent() -> AsyncIterator[bytes]:
        yield b"x"
        await asyncio.sleep(60)

    with pytest.raises(TimeoutError):
        [chunk async for chunk in steady(silent(), silence=0.05)]
    with pytest.raises(TimeoutError):
        [chunk async for chunk in steady(bytes_of(1_000), now=lambda: float(next(passed)))]
    assert len([chunk async for chunk in steady(bytes_of(6_000), now=lambda: float(next(passed)))]) == 30


async def test_a_caller_that_hangs_up_is_no_fault_of_ours(
    face: Face, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    kept_in(tmp_path)
    token = await signed_in(await partner_with_a_book())
    heard: list[Message] = [{"type": "http.request", "body": b"external_ref,", "more_body": True}]
    said: list[Message] = []
    headers = [(b"content-type", b"text/csv"), (b"authorization", f"Bearer {token}".encode())]
    scope = {
        "type": "http", "http_version": "1.1", "method": "POST", "path": "/uploads/policies", "root_path": "",
        "scheme": "http", "query_string": b"name=x.csv", "headers": [(b"host", b"testserver"), *headers],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip

    async def receive() -> Message:
        return heard.pop(0) if heard else {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        said.append(message)

    async with untouched():
        await face.app(scope, receive, send)
    assert [record for record in caplog.records if record.levelname == "ERROR"] == []
