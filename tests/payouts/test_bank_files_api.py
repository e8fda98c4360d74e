"""Payment files and bank statements over HTTP: made, fetched and handed in by finance, and by nobody else."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from domain.audit.models import AuditEntry
from domain.documents.keeping import use_store
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.payouts.models import BankStatement, PaymentFile, PayoutException
from domain.payouts.statements import MAX_BYTES
from domain.staff.models import Staff
from gateways.store import FolderStore
from tests.face.conftest import Face, face
from tests.factories.insured import staff
from tests.factories.payouts import ACCOUNT, payout_approved
from tests.factories.statements import Entry, statement
from tests.factories.work import work

__all__ = ["face"]
MAKE = """
mutation($input: PaymentFileMakeInput!) {
  paymentFileMake(input: $input) {
    paymentFile {id state paymentCount total {amount currency} maker {id} attempts(first: 5) {nodes {channel}}}
    errors {code path}
  }
}
"""
FILE = "query($id: ID!) {paymentFile(id: $id) {state sha256 size link attempts(first: 5) {nodes {requestNo}}}}"
TICKET = """
mutation($input: BankStatementTicketInput!) {
  bankStatementTicket(input: $input) {uploadUrl errors {code path ... on ValidationError {constraint}}}
}
"""
STATEMENT = """
query($id: ID!) {
  bankStatement(id: $id) {
    state statementRef accountMask opening {amount} closing {amount} entryCount
    entries(first: 5) {nodes {position state direction amount {amount} attempt {payout {state}}}}
  }
}
"""
SEEING = (Role.FINANCE, Role.FINANCE_APPROVER, Role.RISK, Role.COMPLIANCE)


@pytest.fixture(autouse=True)
def store(tmp_path: Path) -> None:
    """A folder that files are kept in."""
    use_store(FolderStore(tmp_path / "files"))


def path_of(address: str) -> str:
    found = urlsplit(address)
    return f"{found.path}?{found.query}" if found.query else found.path


async def made(face: Face, clerk: Actor, *ids: str) -> dict[str, Any]:
    """A file that was made."""
    told = (await face.data(MAKE, clerk, input={"payoutIds": list(ids)} if ids else {}))["paymentFileMake"]
    assert told["errors"] == [], told
    return dict(told["paymentFile"])


async def ticket(face: Face, clerk: Actor, content: bytes) -> str:
    """Where a statement is sent."""
    given = {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)}
    told = (await face.data(TICKET, clerk, input=given))["bankStatementTicket"]
    assert told["errors"] == [], told
    return path_of(told["uploadUrl"])


async def put(face: Face, path: str, content: bytes, kind: str = "application/xml") -> httpx.Response:
    return await face.client.put(path, content=content, headers={"content-type": kind})


async def test_finance_makes_a_file_fetches_it_and_hands_in_what_the_bank_says(face: Face, database_url: str) -> None:
    payment, clerk = await payout_approved(), await staff(Role.FINANCE)
    told = await made(face, clerk, public_id("pay", payment.payout.id))
    assert told | {"id": "", "maker": None} == {
        "id": "", "state": "MAKING", "paymentCount": 1, "total": {"amount": "1500.00", "currency": "CNY"},
        "maker": None, "attempts": {"nodes": [{"channel": "FILE"}]},
    }  # fmt: skip
    await work(database_url)
    shown = (await face.data(FILE, clerk, id=told["id"]))["paymentFile"]
    answer = await face.client.get(path_of(shown["link"]))
    assert (answer.status_code, answer.headers["cache-control"]) == (200, "private, no-store")
    assert answer.headers["content-disposition"].startswith('attachment; filename="pain001-')
    assert (hashlib.sha256(answer.content).hexdigest(), len(answer.content)) == (shown["sha256"], shown["size"])
    assert ACCOUNT.encode() in answer.content
    assert await AuditEntry.filter(action="payout:fetch_file").count() == 1
    (number,) = [each["requestNo"] for each in shown["attempts"]["nodes"]]
    content = statement(Entry("1500.00", number))
    path = await ticket(face, clerk, content)
    first, again = await put(face, path, content), await put(face, path, content)
    assert (first.status_code, again.status_code, first.json()) == (201, 200, again.json())
    await work(database_url)
    assert (await face.data(STATEMENT, clerk, id=first.json()["id"]))["bankStatement"] == {
        "state": "BOOKED", "statementRef": "S-2026-001", "accountMask": "*" * 17 + "1234",
        "opening": {"amount": "1000000.00"}, "closing": {"amount": "998500.00"}, "entryCount": 1,
        "entries": {"nodes": [{
            "position": 1, "state": "SETTLED", "direction": "DEBIT", "amount": {"amount": "1500.00"},
            "attempt": {"payout": {"state": "SETTLED"}},
        }]},
    }  # fmt: skip


@pytest.mark.parametrize("role", sorted(STAFF_ROLES))
async def test_money_staff_see_files_and_finance_alone_fetches_them(
    face: Face, database_url: str, role: Role
) -> None:
    await payout_approved()
    told = await made(face, await staff(Role.FINANCE))
    await work(database_url)
    shown = (await face.data(FILE, await staff(role), id=told["id"]))["paymentFile"]
    assert (shown is not None) is (role in SEEING)
    if shown is not None:
        assert (shown["link"] is not None) is (role in SEEING[:2])


async def test_a_link_ends_with_its_minutes_and_with_the_work_of_its_reader(face: Face, database_url: str) -> None:
    await payout_approved()
    clerk = await staff(Role.FINANCE)
    told = await made(face, clerk)
    assert (await face.data(FILE, clerk, id=told["id"]))["paymentFile"]["link"] is None
    await work(database_url)
    path = path_of((await face.data(FILE, clerk, id=told["id"]))["paymentFile"]["link"])
    other = await staff(Role.RISK)
    assert clerk.staff_id is not None and other.staff_id is not None
    wrong = [path[:-1], path.replace(clerk.staff_id.hex, other.staff_id.hex), path.replace("pmf_", "pay_")]
    assert [(await face.client.get(each)).status_code for each in wrong] == [404] * 3
    with clock.at(clock.now() + timedelta(minutes=6)):
        assert (await face.client.get(path)).status_code == 404
    await Staff.filter(id=clerk.staff_id).update(roles=["RISK"])
    assert (await face.client.get(path)).status_code == 404


async def test_the_same_key_makes_one_file_for_ever(face: Face) -> None:
    await payout_approved()
    clerk = await staff(Role.FINANCE)
    document = MAKE.replace("$input: PaymentFileMakeInput!", "$input: PaymentFileMakeInput!, $key: String!").replace(
        "paymentFileMake(input: $input)", "paymentFileMake(input: $input) @idempotent(key: $key)"
    )
    told = [(await face.data(document, clerk, input={}, key="k-1"))["paymentFileMake"] for _ in range(2)]
    assert told[0]["paymentFile"]["id"] == told[1]["paymentFile"]["id"]
    assert await PaymentFile.all().count() == 1


@pytest.mark.parametrize("role", sorted(STAFF_ROLES - {Role.FINANCE}))
async def test_nobody_else_makes_files_or_asks_for_tickets(face: Face, role: Role) -> None:
    actor = await staff(role)
    assert await face.codes(MAKE, actor, input={}) == ["FORBIDDEN"]
    assert await face.codes(TICKET, actor, input={"sha256": "0" * 64, "size": 1}) == ["FORBIDDEN"]


async def test_hostile_and_wrong_statements_are_refused_and_nothing_is_kept(face: Face) -> None:
    clerk, good = await staff(Role.FINANCE), statement(Entry("1.00"))
    laughs = b'<!DOCTYPE a [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]><a>&b;</a>'
    for content in (laughs, good.replace(b">1.00<", b">1.01<"), b"<html/>", good[:-3]):
        answer = await put(face, await ticket(face, clerk, content), content)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (422, "STATEMENT_REFUSED")
    answer = await put(face, await ticket(face, clerk, good), good.replace(b">1.00<", b">2.00<"))
    assert answer.status_code == 422 and "NOT_THE_FILE" in answer.text
    path = await ticket(face, clerk, good)
    assert (await put(face, path[:-1], good)).status_code == 404
    assert (await put(face, path, good, "text/html")).status_code == 400
    answer = await face.client.put(path, content=good, headers={"content-length": str(MAX_BYTES + 1)})
    assert answer.status_code == 400
    assert (await BankStatement.all().count(), await PayoutException.all().count()) == (0, 0)
