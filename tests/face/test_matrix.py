"""Every field and mutation asked as every kind of actor: what may be asked at all, and whose rows are seen.

The committed files `matrix_of_*.txt` say it line by line, in the short names of the roles' table. After a change of
rights `AFTERCARE_WRITE_MATRIX=1 .venv/bin/python -m pytest tests/face/test_matrix.py` writes them anew; read the diff.
"""

from __future__ import annotations

import pytest

from api.errors import Code, RequestError
from api.reading.fields import ENTITIES
from domain.claims.reading import CLAIM
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.projection.visibility import EVERYTHING
from tests.face.conftest import Face
from tests.face.inputs import GRAPH, MUTATION, document, in_role, input_type, sample
from tests.face.matrix import QUERY, ROOTS, SHORT, Matrix, committed, readable, shortened
from tests.factories.insured import staff
from tests.oracle.conftest import Rooms, rooms

__all__ = ["rooms"]
KINDS = set(SHORT)
COLUMNS = [role for role in SHORT if role is not Role.ANONYMOUS]
# The roles' table, by hand: whose rows each role sees. o own or assigned ones, a all, - none.
#                 CUS PAR REP SAL CS CH CM FIN FAP UW RSK COM HR ADM
TABLE = {
    "Customer":       "o o - o a a a a a a a a - -",
    "Product":        "o o - a a a a a a a a a - -",
    "ProductVersion": "o o - a a a a a a a a a - -",
    "Policy":         "o o - o a a a a a a a a - -",
    "Claim":          "o o - - a o a a a a a a - -",
    "Payout":         "o - o - a a a a a - a a - -",
    "Complaint":      "o o - - a o o - - - a a - -",
    "Staff":          "- - - - - - - - - - - a a a",
    "AuthorityLimit": "- - - - - - - - - - - a a a",
    "StaffChange":    "- - - - - - - - - - - a a a",
    "AuditEntry":     "- - - - - - - - - - - a - o",
    "Job":            "o o - o o o o o o o - a - a",
}  # fmt: skip
# Where the rooms stand otherwise than the table, and why. Each is as it stands here, or the test fails.
OTHERWISE = {
    "Customer": {"a": "SAL"},  # no room assigns customers or policies to a seller
    "Policy": {"a": "SAL"},
    "Product": {"a": "HR ADM"},  # what is sold is public to everybody in the house
    "ProductVersion": {"a": "HR ADM"},
    "Claim": {"a": "CH"},  # handlers take up claims that nobody has, and stand in for colleagues
    "Payout": {"-": "REP"},  # nothing is paid to repairers so far
    "Staff": {"a": "SAL CS CH CM FIN FAP UW RSK"},  # colleagues by name; roles and limits are kept apart below
    "AuthorityLimit": {"o": "SAL CS CH CM FIN FAP UW RSK HR"},  # everybody knows his or her own
    "AuditEntry": {"-": "ADM"},  # no entry is marked as technical
    "Job": {"o": "RSK HR"},  # whoever causes a job can follow it
}
FIELDS = {
    "Claim.reserve": "CH CM FIN FAP UW RSK COM",
    "Staff.roles": "COM HR ADM",
}
FIELDS_OTHERWISE = {"Claim.reserve": "CH CM FIN FAP RSK COM"}  # underwriters see the history of claims only
# What the table lets each role create, change, decide or carry out.
VERBS = {
    "customerChangeContact": "CUS CS",
    "customerReveal": "CUS CS CH CM FIN FAP UW RSK COM",
    "productDraft": "UW",
    "productPutOnSale": "COM",
    "policyCancel": "CUS PAR SAL CS UW",
    "claimReport": "CUS PAR CS",
    "claimSetLines": "CH CM",
    "claimApprove": "CH CM",
    "payoutMakeReady": "FIN",
    "payoutApprove": "FAP",
    "payoutHold": "RSK",
    "complaintReceive": "CUS PAR CS",
    "complaintDraftReply": "CS CH CM",
    "complaintApproveReply": "COM",
    "staffJoin": "HR",
    "staffProposeRoles": "ADM",
    "staffConfirmChange": "ADM",
    "jobRetry": "ADM",
}
VERBS_OTHERWISE = {
    "customerReveal": "CUS CS CH CM FIN FAP RSK COM",  # underwriters have no work that needs it
    "policyCancel": "CUS CS",  # partners and sellers send the customer to the insurer; nobody decides about it yet
    "payoutHold": "RSK COM",  # compliance stops money, too
    "staffJoin": "HR ADM",
}
_asked: dict[str, Matrix] = {}


@pytest.fixture
async def matrix(rooms: Rooms) -> Matrix:
    """Everything that is read, asked as each kind of actor, once; the rows seen are those that the oracle lets see."""
    if rooms.url not in _asked:
        _asked[rooms.url] = await _ask_all(rooms)
    return _asked[rooms.url]


async def _ask_all(rooms: Rooms) -> Matrix:
    matrix, names = Matrix(), list(QUERY.fields)
    for role in SHORT:
        actor = next(each for each in rooms.actors.values() if each.roles == {role})
        for start in range(0, len(names), ROOTS):
            some = names[start : start + ROOTS]
            await matrix.ask(rooms.face, lambda asking, some=some: asking.roots(some), role, actor)
        for title, type_ in rooms.oracle.world.types.items():
            seen = await matrix.ask_of_rows(rooms.face, title, rooms.draws.ids[title], role, actor)
            rows = [row["id"] for row in rooms.oracle.tables[type_.table] if type_.sees(actor, row)]
            assert seen == {f"{type_.prefix}_{row_id.hex}" for row_id in rows}, (title, role)
    return matrix


async def test_what_each_kind_of_actor_reads_is_what_was_committed(matrix: Matrix) -> None:
    assert matrix.lines() == committed("matrix_of_fields.txt", matrix.lines())


async def test_every_field_that_a_query_reaches_was_asked_of_rows_that_are_there(matrix: Matrix) -> None:
    fields = {f"{type_.name}.{name}" for type_ in readable() for name in type_.fields}
    assert set(matrix.answered) == fields
    assert {title for title in ENTITIES if title in GRAPH.type_map} == set(matrix.all) | set(matrix.own)
    for name in fields:
        assert matrix.answered[name] | matrix.forbidden.get(name, set()) == KINDS, name
        assert matrix.answered[name].isdisjoint(matrix.forbidden.get(name, set())), name


async def test_every_rule_of_visibility_shows_rows_and_whoever_has_none_sees_none(matrix: Matrix) -> None:
    for title in {*matrix.all, *matrix.own}:
        assert KINDS - matrix.none.get(title, set()) == set(ENTITIES[title].seen_by), title


@pytest.mark.parametrize("title", TABLE)
async def test_rows_are_seen_as_the_table_of_roles_says(matrix: Matrix, title: str) -> None:
    said = dict(zip(COLUMNS, TABLE[title].split(), strict=True))
    stands = said | {
        role: sight for sight, shorts in OTHERWISE.get(title, {}).items() for role in COLUMNS
        if SHORT[role] in shorts.split()
    }  # fmt: skip
    sights = {"a": matrix.all, "o": matrix.own, "-": matrix.none}
    found = {role: sight for sight, where in sights.items() for role in where.get(title, set())}
    assert found == stands | {Role.ANONYMOUS: "-"}
    named = " ".join(OTHERWISE.get(title, {}).values()).split()
    assert {SHORT[role] for role in COLUMNS if said[role] != stands[role]} == set(named)


async def test_fields_are_for_whom_the_table_of_roles_says(matrix: Matrix) -> None:
    assert {name: shortened(matrix.answered[name]) for name in FIELDS} == FIELDS | FIELDS_OTHERWISE
    assert all(FIELDS[name] != FIELDS_OTHERWISE[name] for name in FIELDS_OTHERWISE)


async def test_a_right_that_was_added_is_a_line_that_differs(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(CLAIM, "seen_by", {**CLAIM.seen_by, Role.SALES: EVERYTHING})
    matrix = Matrix()
    await matrix.ask_of_rows(rooms.face, "Claim", rooms.draws.ids["Claim"], Role.SALES, rooms.actors["SALES"])
    assert "Claim: all SAL" in matrix.lines()
    assert shortened(matrix.forbidden["Claim.reserve"]) == "SAL"


async def _tried(face: Face, name: str, actor: Actor) -> bool:
    """Whether a mutation answers an actor at all, be it done or refused."""
    try:
        data = await face.data(document(name), actor, input=sample(input_type(name)))
    except RequestError as refused:
        if refused.code is not Code.FORBIDDEN:
            raise
        return False
    assert data[name] is not None, name
    return True


async def test_each_kind_of_actor_may_try_the_mutations_that_were_committed(face: Face) -> None:
    actors = {role: await staff(role) if role in STAFF_ROLES else in_role(role) for role in SHORT}
    found = {
        name: shortened({role for role, actor in actors.items() if await _tried(face, name, actor)})
        for name in sorted(MUTATION.fields)
    }
    lines = [f"{name}: {shorts}" for name, shorts in found.items()]
    assert lines == committed("matrix_of_mutations.txt", lines)
    assert {name: found[name] for name in VERBS} == VERBS | VERBS_OTHERWISE
    assert all(VERBS[name] != VERBS_OTHERWISE[name] for name in VERBS_OTHERWISE)
