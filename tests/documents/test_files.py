"""Fetching the file of a document: by a link that is shown with the row, and in no other way."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest

from domain.audit.models import AuditEntry
from domain.documents.models import Document
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import public_id
from gateways.store import FolderStore
from tests.face.conftest import Face, face
from tests.factories.insured import Insured, insured, staff
from tests.factories.papers import documents_made, kept_in

__all__ = ["face"]

ONE = """
query One($id: ID!) {
  document(id: $id) {
    id kind documentNumber language edition contentType size sha256 verificationCode link madeAt
    subjectKind subject { id }
  }
}
"""
OF_POLICY = "query Of($by: PolicyBy!) { policy(by: $by) { documents { id language link } } }"
NODE = "query Any($id: ID!) { node(id: $id) { id ... on Document { link } } }"
SEEING = (
    Role.SALES, Role.CUSTOMER_SERVICE, Role.CLAIMS_HANDLER, Role.CLAIMS_MANAGER, Role.FINANCE, Role.FINANCE_APPROVER,
    Role.UNDERWRITER, Role.RISK, Role.COMPLIANCE,
)  # fmt: skip
BLIND = (Role.HR, Role.ADMIN, Role.REPAIRER)
NOTHING = "There is no such file."


@dataclass
class Filed:
    """A policy with its documents, and where their files are."""

    covered: Insured
    documents: dict[str, Document]
    store: FolderStore
    folder: Path

    @property
    def id(self) -> str:
        return public_id("doc", self.documents["zh"].id)


@pytest.fixture
async def filed(face: Face, tmp_path: Path) -> Filed:
    """One policy with documents in both languages."""
    covered, store = await insured(), kept_in(tmp_path)
    return Filed(covered, await documents_made(covered.policy_id, store), store, tmp_path)


async def link_of(face: Face, actor: Actor, public: str) -> str:
    link: str = (await face.data(ONE, actor, id=public))["document"]["link"]
    address = urlsplit(link)
    return f"{address.path}?{address.query}"


async def test_whoever_sees_the_policy_sees_its_documents_with_links_that_work(face: Face, filed: Filed) -> None:
    covered, first = filed.covered, filed.documents["zh"]
    for actor in (covered.customer, await staff(Role.CUSTOMER_SERVICE)):
        shown = (await face.data(ONE, actor, id=filed.id))["document"]
        assert (shown["kind"], shown["language"], shown["edition"]) == ("POLICY_DOCUMENT", "ZH", 1)
        assert (shown["size"], shown["sha256"]) == (first.size, first.sha256)
        assert shown["subject"] == {"id": public_id("pol", covered.policy_id)}
        found = (await face.data(OF_POLICY, actor, by={"id": public_id("pol", covered.policy_id)}))["policy"]
        assert sorted(each["language"] for each in found["documents"]) == ["EN", "ZH"]
        answer = await face.client.get(await link_of(face, actor, filed.id))
        assert answer.status_code == 200
        assert hashlib.sha256(answer.content).hexdigest() == first.sha256


async def test_a_partner_sees_that_there_is_a_document_and_gets_no_file_that_names_its_customer_in_full(
    face: Face, filed: Filed
) -> None:
    text = "query($id: ID!) { document(id: $id) { kind language size } }"
    shown = (await face.data(text, filed.covered.partner, id=filed.id))["document"]
    assert (shown["kind"], shown["language"]) == ("POLICY_DOCUMENT", "ZH")
    assert await face.codes(ONE, filed.covered.partner, id=filed.id) == ["FORBIDDEN"]


@pytest.mark.parametrize("role", SEEING)
async def test_all_who_work_with_policies_are_shown_links(face: Face, filed: Filed, role: Role) -> None:
    assert await link_of(face, await staff(role), filed.id)


async def test_who_does_not_see_the_policy_is_shown_no_document_and_no_link(face: Face, filed: Filed) -> None:
    stranger = await insured()
    blind = [await staff(role) for role in BLIND]
    by = {"id": public_id("pol", filed.covered.policy_id)}
    for actor in (stranger.customer, stranger.partner, Actor.anonymous(), *blind):
        assert (await face.data(ONE.replace(" link", ""), actor, id=filed.id))["document"] is None
        assert (await face.data(NODE.replace("link", "size"), actor, id=filed.id))["node"] is None
        assert (await face.data(OF_POLICY.replace(" link", ""), actor, by=by))["policy"] is None
    assert (await face.data(ONE, stranger.customer, id=filed.id))["document"] is None


async def test_documents_with_their_policy_cost_one_statement(face: Face, filed: Filed) -> None:
    by = {"id": public_id("pol", filed.covered.policy_id)}
    assert await face.statements(OF_POLICY, filed.covered.customer, by=by) == 1


async def test_a_file_is_saved_under_a_plain_name_and_kept_by_nobody_on_the_way(face: Face, filed: Filed) -> None:
    answer = await face.client.get(await link_of(face, filed.covered.customer, filed.id))
    headers, number = answer.headers, filed.documents["zh"].document_number
    assert headers["content-type"] == "application/pdf"
    assert headers["content-disposition"] == f'attachment; filename="{number}-zh-1.pdf"'
    assert headers["cache-control"] == "private, no-store"
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["referrer-policy"] == "no-referrer"
    assert int(headers["content-length"]) == filed.documents["zh"].size


async def test_a_late_a_forged_and_a_strangers_link_are_answered_alike(face: Face, filed: Filed) -> None:
    path = await link_of(face, filed.covered.customer, filed.id)
    other = path.replace(filed.id, public_id("doc", filed.documents["en"].id))
    nobodys = path.replace(filed.id, "doc_" + "0" * 32)
    wrong: list[str] = [
        path[:-1] + ("0" if path[-1] != "0" else "1"), other, nobodys, f"/files/{filed.id}", "/files/nonsense",
        path.replace("until=", "until=9"), path.replace("signature=", "signature=%FF"), f"/files/{filed.id}?until=1",
    ]  # fmt: skip
    answers = [await face.client.get(each) for each in wrong]
    with clock.at(clock.now() + timedelta(minutes=5, seconds=2)):
        answers.append(await face.client.get(path))
    told: set[Any] = set()
    for answer in answers:
        told.add((answer.status_code, answer.text, tuple(sorted(answer.headers.items()))))
    assert len(told) == 1
    assert (answers[0].status_code, answers[0].text) == (404, NOTHING)
    assert (await face.client.get(path)).status_code == 200


async def test_it_may_be_looked_for_without_being_fetched_and_not_otherwise_used(face: Face, filed: Filed) -> None:
    path = await link_of(face, filed.covered.customer, filed.id)
    answer = await face.client.head(path)
    assert (answer.status_code, answer.content) == (200, b"")
    assert int(answer.headers["content-length"]) == filed.documents["zh"].size
    assert await AuditEntry.filter(action="document:fetch").count() == 0
    for method in ("POST", "PUT", "PATCH", "DELETE"):
        assert (await face.client.request(method, path)).status_code == 405


async def test_the_audit_tells_that_a_document_was_fetched(face: Face, filed: Filed) -> None:
    await face.client.get(await link_of(face, filed.covered.customer, filed.id))
    (entry,) = await AuditEntry.filter(action="document:fetch")
    assert (entry.subject_id, entry.actor) == (filed.documents["zh"].id, "anonymous")


async def test_a_file_that_is_not_what_was_made_is_not_given_out(face: Face, filed: Filed) -> None:
    path = await link_of(face, filed.covered.customer, filed.id)
    kept = filed.folder / filed.documents["zh"].storage_key
    for spoil in (lambda: kept.write_bytes(b"%PDF-1.4 other"), kept.unlink):
        spoil()
        answer = await face.client.get(path)
        assert (answer.status_code, answer.headers["retry-after"]) == (503, "30")
        assert filed.documents["zh"].storage_key not in answer.text
    assert await AuditEntry.filter(action="document:fetch").count() == 0


async def test_an_address_that_asks_too_often_waits(face: Face, filed: Filed) -> None:
    statuses = {(await face.client.get("/files/nonsense")).status_code for _ in range(60)}
    assert statuses == {404, 429}
    answer = await face.client.get("/files/nonsense")
    assert (answer.status_code, int(answer.headers["retry-after"]) >= 1) == (429, True)
