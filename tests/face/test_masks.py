"""What is sealed is read as its mask by everybody, and stands in plain nowhere but in the answer to a reveal."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from api.errors import RequestError
from domain.audit.models import AuditEntry
from domain.customers.details import SEALED
from domain.customers.reading import CUSTOMER
from domain.kernel import clock
from domain.kernel.actor import STAFF_ROLES, Actor, Role
from domain.kernel.ids import public_id
from domain.kernel.logs import QUIET
from domain.kernel.projection.entity import Expression
from domain.kernel.sealing import unseal
from domain.policies import issuing
from tests.customers.planted import MASKS, PLAIN, all_that_is_stored, plain_in, planted
from tests.face.asking import QUERY, Asking
from tests.face.conftest import Face, untouched
from tests.face.inputs import in_role
from tests.face.matrix import ROOTS, SHORT, Matrix
from tests.factories.claims import claim_payment_pending
from tests.factories.insured import Insured, device, partner_with_a_book, staff, version_on_sale
from tests.oracle.conftest import Rooms, rooms
from tests.oracle.seeds import PEOPLE

__all__ = ["rooms"]
NAMES = {
    "phone": "phone", "mail": "mail", "identity_number": "identityNumber", "bank_account": "bankAccount",
    "address": "address",
}  # fmt: skip
SHOWN = {
    "phone": "138****5670", "mail": "z***@example.com", "identityNumber": "110***********002X",
    "bankAccount": "***************3446", "address": "上海市浦东新区****",
}  # fmt: skip
READ = "query($id: ID!) {customer(id: $id) {fullName %s}}" % " ".join(SHOWN)
WHOLE_NAME = set(SHORT) - {Role.ANONYMOUS, Role.PARTNER, Role.REPAIRER, Role.HR, Role.ADMIN}
REVEAL = """mutation($input: CustomerRevealInput!) {
  customerReveal(input: $input) {value customer {%s} errors {code message}}}""" % " ".join(SHOWN)
# Who unmasks what, by the roles' table; underwriters have no work that needs it.
ANY, BANK = {"CUS", "CS", "CH", "CM", "RSK", "COM"}, {"CUS", "FIN", "FAP"}
REVEALED = {name: BANK if name == "bank_account" else ANY for name in PLAIN}


def plain_values(rooms: Rooms) -> Iterator[str]:
    """Every sealed value of every customer and payout of the world, opened."""
    for row in rooms.oracle.tables["customer"]:
        for name in SEALED:
            if row[f"{name}_sealed"] is not None:
                yield unseal(f"customer:{name}", row["id"], row[f"{name}_sealed"])


async def everything_read(rooms: Rooms, role: Role, actor: Actor) -> str:
    """All that one actor reads of all rows and roots, as one text."""
    matrix, names, found = Matrix(), list(QUERY.fields), []
    for start in range(0, len(names), ROOTS):
        write = partial(Asking.roots, names=names[start : start + ROOTS])
        found.append(await matrix.ask(rooms.face, write, role, actor))
    for title, ids in rooms.draws.ids.items():
        for start in range(0, len(ids), 100):
            page = ids[start : start + 100]
            write = partial(Asking.rows, title=title)
            found.append(await matrix.ask(rooms.face, write, role, actor, ids=page))
    return json.dumps(found, ensure_ascii=False)


def actor_of(rooms: Rooms, role: Role) -> Actor:
    """Who asks in a role."""
    return next(each for each in rooms.actors.values() if each.roles == {role})


@pytest.mark.parametrize("role", SHORT)
async def test_whatever_a_role_reads_holds_no_sealed_value_in_plain(rooms: Rooms, role: Role) -> None:
    text = await everything_read(rooms, role, actor_of(rooms, role))
    values = set(plain_values(rooms))
    assert [value for value in values if value in text] == []
    assert values >= {each.phone for each in PEOPLE} | {str(each.bank_account) for each in PEOPLE}
    assert (SHOWN["phone"] in text) is (role in WHOLE_NAME | {Role.PARTNER, Role.REPAIRER})
    assert ("Zhang San" in text) is (role in WHOLE_NAME | {Role.REPAIRER})  # whose device is to be repaired


@pytest.mark.parametrize("role", SHORT)
async def test_each_sealed_field_is_shown_as_its_mask_and_names_to_partners_by_a_letter(
    rooms: Rooms, role: Role
) -> None:
    row_id = public_id("cus", rooms.actors["CUSTOMER_0"].customer_id)  # type: ignore[arg-type]
    data = await rooms.face.data(READ, actor_of(rooms, role), id=row_id)
    name = "Zhang San" if role in WHOLE_NAME else "Z**" if role is Role.PARTNER else None
    assert data["customer"] == (None if name is None else {"fullName": name, **SHOWN})


async def test_no_table_holds_a_sealed_value_in_plain(rooms: Rooms) -> None:
    values = set(plain_values(rooms))
    for table, rows in rooms.oracle.tables.items():
        text = "\n".join(str(row) for row in rows)
        assert [value for value in values if value in text or value.encode().hex() in text] == [], table


async def test_a_sealed_value_that_is_read_in_plain_is_found(rooms: Rooms, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CUSTOMER.columns, "phone", Expression("'13812345670'"))
    text = await everything_read(rooms, Role.HR, actor_of(rooms, Role.HR))
    assert "13812345670" not in text
    text = await everything_read(rooms, Role.RISK, actor_of(rooms, Role.RISK))
    assert [value for value in set(plain_values(rooms)) if value in text] == ["13812345670"]


async def planted_people() -> tuple[Insured, dict[Role, Actor]]:
    """A customer who told everything, with a claim at work, and somebody in every role as near as that role comes."""
    seller = await partner_with_a_book()
    with clock.at(clock.now() - timedelta(days=30)):
        policy = await issuing.register(
            await version_on_sale(), partner_id=None, device=device(), customer=planted(), actor=seller
        )
    covered = Insured(policy.id, policy.customer_id, policy.partner_id)
    case = await claim_payment_pending(covered)
    actors = {role: await staff(role) if role in STAFF_ROLES else in_role(role) for role in SHORT}
    near = {Role.CUSTOMER: covered.customer, Role.PARTNER: seller, Role.CLAIMS_HANDLER: case.handler}
    return covered, actors | near


@pytest.mark.parametrize("name", PLAIN)
async def test_a_reveal_shows_one_field_to_its_roles_and_leaves_an_audit_entry_each(
    face: Face, caplog: pytest.LogCaptureFixture, name: str
) -> None:
    covered, actors = await planted_people()
    for quiet in QUIET:
        caplog.set_level(logging.WARNING, quiet)
    caplog.set_level(logging.DEBUG)
    given = {"customerId": public_id("cus", covered.customer_id), "field": name.upper(), "reason": "must know"}
    for role, actor in actors.items():
        if SHORT[role] in REVEALED[name]:
            await _is_revealed(face, name, actor, given)
            continue
        async with untouched():
            body = await _answered(face, actor, given)
        assert '"FORBIDDEN"' in body, role
        assert plain_in(body, PLAIN) == [], role
    assert await AuditEntry.filter(action="customer:reveal").count() == len(REVEALED[name])
    assert plain_in(await all_that_is_stored(), PLAIN) == []
    assert plain_in(caplog.text, PLAIN) == []


async def _answered(face: Face, actor: Actor, given: dict[str, Any]) -> str:
    """The answer to a reveal as one text, be it refused as a whole."""
    try:
        return json.dumps(await face.answer(REVEAL, actor, input=given), ensure_ascii=False)
    except RequestError as refused:
        return json.dumps(refused.errors, ensure_ascii=False)


async def _is_revealed(face: Face, name: str, actor: Actor, given: dict[str, Any]) -> None:
    data = (await face.data(REVEAL, actor, input=given))["customerReveal"]
    assert (data["value"], data["errors"]) == (PLAIN[name], [])
    assert data["customer"] == {NAMES[each]: mask for each, mask in MASKS.items()}
    entry = await AuditEntry.filter(action="customer:reveal").order_by("-id").first()
    assert entry is not None
    assert (entry.actor, entry.reason) == (actor.label, "must know")
    assert entry.after == {"field": name.upper(), "mask": MASKS[name]}
