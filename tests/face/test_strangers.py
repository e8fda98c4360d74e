"""Any id of a row out of sight, in any argument, is answered to the byte as one that names nothing.

What is out of sight is said by the oracle's own rules of visibility, not by those of the rooms.
"""

from __future__ import annotations

from typing import Any

import pytest

from domain.claims import locks
from domain.claims.reading import CLAIM
from domain.customers import revealing
from domain.kernel import rows
from domain.kernel.actor import Actor, Role
from domain.kernel.projection import statement
from domain.kernel.projection.visibility import EVERYTHING
from domain.kernel.rows import get_visible
from tests.face.conftest import untouched
from tests.face.strangers import Stranger, places
from tests.oracle.conftest import Rooms, rooms, rooms_to_spoil

__all__ = ["rooms", "rooms_to_spoil"]
READERS = (
    "CUSTOMER_0", "PARTNER_0", "REPAIRER", "ANONYMOUS", "SALES", "HR", "CLAIMS_HANDLER", "ADMIN",
)  # fmt: skip
CHANGERS = (
    "CUSTOMER_0", "PARTNER_0", "REPAIRER", "SALES", "CUSTOMER_SERVICE", "CLAIMS_HANDLER", "CLAIMS_MANAGER", "FINANCE",
    "FINANCE_APPROVER", "RISK", "COMPLIANCE", "HR", "ADMIN",
)  # fmt: skip
OUTSIDERS = ("CUSTOMER_0", "PARTNER_0")
OTHER_CODES = {
    "claimAssign.handlerId": "VALIDATION", "complaintAssign.assigneeId": "VALIDATION",
    "payoutExceptionAssign.ownerId": "VALIDATION",
}  # fmt: skip
"""Refusals of somebody who cannot be given work, be it that there is no such person."""
LOOK_UPS = {str(place) for place in places() if place.type == "Query" and place.argument != "where"}
NUMBERS = {
    "claimByNumber(number: $text) {id}": ("Claim", "claim_number"),
    "complaintByNumber(number: $text) {id}": ("Complaint", "complaint_number"),
    "policy(by: {number: $text}) {id}": ("Policy", "policy_number"),
    "claims(where: {claimNumber: {eq: $text}}) {totalCount nodes {id}}": ("Claim", "claim_number"),
    "complaints(where: {complaintNumber: {eq: $text}}) {totalCount nodes {id}}": ("Complaint", "complaint_number"),
    "policies(where: {policyNumber: {eq: $text}}) {totalCount nodes {id}}": ("Policy", "policy_number"),
    "policies(where: {serialNumber: {in: [$text]}}) {totalCount nodes {id}}": ("Policy", "serial_number"),
}


@pytest.mark.parametrize("name", READERS)
async def test_no_query_tells_a_row_out_of_sight_from_none(rooms: Rooms, name: str) -> None:
    stranger = Stranger(rooms, rooms.actors[name])
    assert await stranger.read_everywhere() == set()
    assert stranger.tried == {str(place) for place in places()}


@pytest.mark.parametrize("name", CHANGERS)
async def test_no_mutation_tells_a_row_out_of_sight_from_none_and_nothing_changes(rooms: Rooms, name: str) -> None:
    stranger = Stranger(rooms, rooms.actors[name])
    async with untouched():
        assert await stranger.change_everything() == set()
    tried = {f"{mutation}.{way[-1]}" for mutation, way in stranger.changes()}
    assert stranger.codes == {place: {OTHER_CODES.get(place, "NOT_FOUND")} for place in tried}


@pytest.mark.parametrize("name", OUTSIDERS)
@pytest.mark.parametrize("asked", NUMBERS)
async def test_numbers_of_others_name_nothing_and_one_s_own_do(rooms: Rooms, asked: str, name: str) -> None:
    stranger = Stranger(rooms, rooms.actors[name])
    title, column = NUMBERS[asked]
    text = f"query($text: String!) {{{asked}}}"
    nothing = await stranger.answer(text, text="nonsense")
    for row in stranger.rows(title, seen=False):
        assert await stranger.answer(text, text=row[column]) == nothing
    own = stranger.rows(title, seen=True)[0]
    assert own["id"].hex in await stranger.answer(text, text=own[column])


async def test_a_filter_by_the_id_of_another_is_empty_and_by_one_s_own_is_not(rooms: Rooms) -> None:
    one, other = (Stranger(rooms, rooms.actors[f"CUSTOMER_{number}"]) for number in (0, 1))
    text = "query($id: ID!) {claims(where: {policyId: {eq: $id}}) {totalCount nodes {id}}}"
    claim = other.rows("Claim", seen=True)[0]
    given = f"pol_{claim['policy_id'].hex}"
    assert '{"data":{"claims":{"totalCount":0,"nodes":[]}}' in await one.answer(text, id=given)
    assert claim["id"].hex in await other.answer(text, id=given)


async def test_reads_without_rules_of_visibility_are_caught(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(statement.Compiler, "visible", lambda *_: "true")
    found = await Stranger(rooms, rooms.actors["CUSTOMER_0"]).read_everywhere()
    assert found >= LOOK_UPS | {"Query.claims(where.customerId.eq)", "Query.policies(where.customerId.in.*)"}


async def test_one_kind_of_row_that_is_read_too_freely_is_caught(
    rooms: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(CLAIM, "seen_by", {**CLAIM.seen_by, Role.CUSTOMER: EVERYTHING})
    found = await Stranger(rooms, rooms.actors["CUSTOMER_0"]).read_everywhere()
    assert found == {"Query.claim(id)", "Query.node(id)", "Query.nodes(ids.*)"}


@pytest.mark.parametrize("name", OUTSIDERS)
async def test_verbs_without_rules_of_visibility_are_caught(
    rooms_to_spoil: Rooms, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    for module in (rows, locks):
        monkeypatch.setattr(module, "seen_by_roles", lambda *_: EVERYTHING)
    stranger = Stranger(rooms_to_spoil, rooms_to_spoil.actors[name])
    assert await stranger.change_everything() == {f"{mutation}.{way[-1]}" for mutation, way in stranger.changes()}


async def test_one_verb_that_takes_hold_of_any_row_is_caught(
    rooms_to_spoil: Rooms, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def blind(model: Any, entity: Any, row_id: Any, _: Actor) -> Any:
        return await get_visible(model, entity, row_id, Actor.system("planted"))

    monkeypatch.setattr(revealing, "get_visible", blind)
    stranger = Stranger(rooms_to_spoil, rooms_to_spoil.actors["CUSTOMER_0"])
    assert await stranger.change_everything() == {"customerReveal.customerId"}
