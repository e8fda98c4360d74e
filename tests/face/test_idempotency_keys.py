"""Which keys are taken, where they may stand, and what the header counts for."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import orjson
import pytest
from graphql import DirectiveLocation

from api.idempotency import payload_hash, sent_key
from domain.complaints.models import Complaint
from domain.idempotency.models import IdempotencyKey
from domain.kernel.actor import Actor, Role
from tests.face.conftest import Face, signed_in, untouched
from tests.face.inputs import GRAPH, able, declared, input_type, sample
from tests.face.keyed import ask, keyed, replayed, unkeyed
from tests.face.test_idempotency import COMPLAIN, NOT_KEYED, complaint
from tests.factories.claims import claim_approved
from tests.factories.insured import partner_with_a_book, staff

BARE = unkeyed("complaintReceive", "complaint {id}")
LITERAL = "mutation($input: ComplaintReceiveInput!) {it: complaintReceive(input: $input) @idempotent(key: %s) {%s}}"
UNFIT = ["", "x" * 256, "a b", "a\tb", "\u00e9", "\u94a5", "a\x7f", "a\n"]
FIT = ["!", "~", "x" * 255, "8f14e45f-ceea-467a-9b36-1f2d3c4b5a69", "a:b/c+d=", '"quoted"']


async def refused(face: Face, text: str, actor: Actor, *, header: str | None = None, **variables: Any) -> list[str]:
    """The messages of a request that is bad input and changes nothing."""
    body = {"query": text, "variables": variables}
    headers = {"authorization": f"Bearer {await signed_in(actor)}"} if actor.id else {}
    more = {"idempotency_key": header} if header is not None else {}
    async with untouched():
        answer = await face.raw(orjson.dumps(body), **headers, **more)
    assert "data" not in answer.json(), answer.json()
    errors = answer.json()["errors"]
    assert {error["extensions"]["code"] for error in errors} == {"BAD_USER_INPUT"}
    return [error["message"] for error in errors]


async def sent(face: Face, text: str, actor: Actor, *headers: str, **variables: Any) -> Any:
    """The answer to a request with such headers, over HTTP."""
    names = [("authorization", f"Bearer {await signed_in(actor)}")] if actor.id else []
    given = [*names, *(("idempotency-key", each) for each in headers), ("content-type", "application/json")]
    content = orjson.dumps({"query": text, "variables": variables})
    encoded = [(name.encode(), value.encode("latin-1")) for name, value in given]
    return (await face.client.post("/graphql", content=content, headers=encoded)).json()


@pytest.mark.parametrize("key", FIT)
async def test_a_key_of_visible_ascii_is_taken_from_both_places_alike(face: Face, key: str) -> None:
    service, given = await complaint()
    assert replayed(await sent(face, BARE, service, key, input=given)) == []
    assert replayed(await ask(face, COMPLAIN, service, input=given, key=key)) == ["it"]
    assert (await IdempotencyKey.get()).key == key


@pytest.mark.parametrize("key", UNFIT)
async def test_any_other_key_is_bad_input_before_anything_runs(face: Face, key: str) -> None:
    service, given = await complaint()
    message = ["An idempotency key is 1 to 255 visible ASCII characters."]
    assert await refused(face, COMPLAIN, service, input=given, key=key) == message
    if key.isascii() and "\n" not in key:
        assert await refused(face, BARE, service, header=key, input=given) == message


async def test_an_error_of_a_key_says_where_it_stands(face: Face) -> None:
    service, given = await complaint()
    body = {"query": COMPLAIN, "variables": {"input": given, "key": ""}}
    (error,) = (await face.post(body, await signed_in(service))).json()["errors"]
    assert error["locations"] == [{"line": 1, "column": COMPLAIN.index("it:") + 1}]


async def test_a_key_may_be_a_literal_and_a_variable_must_have_a_value(face: Face) -> None:
    service, given = await complaint()
    text = LITERAL % ('"k-1"', "errors {code}")
    assert replayed(await ask(face, text, service, input=given)) == []
    assert replayed(await ask(face, COMPLAIN, service, input=given, key="k-1")) == ["it"]
    loose = COMPLAIN.replace("$key: String!", '$key: String = "k-2"')
    assert replayed(await ask(face, loose, service, input=given)) == []
    assert await IdempotencyKey.filter(key="k-2").count() == 1
    needs = ["@idempotent needs a key: its variable is missing or null."]
    assert await refused(face, loose, service, input=given, key=None) == needs
    (missing,) = await refused(face, COMPLAIN, service, input=given)
    assert missing == "$key is missing; its type is 'String!'."


WITHIN = BARE.replace("complaint {id}", "%s")
MISPLACED = [
    '{viewer @idempotent(key: "k") {id}}',
    WITHIN % 'complaint @idempotent(key: "k") {id}',
    WITHIN % 'errors {code @idempotent(key: "k")}',
    WITHIN % 'query {viewer @idempotent(key: "k") {id}}',
    WITHIN % "complaint {...C}" + ' fragment C on Complaint {id @idempotent(key: "k")}',
    'mutation {__typename @idempotent(key: "k")}',
    '{__schema @idempotent(key: "k") {queryType {name}}}',
]


@pytest.mark.parametrize("text", MISPLACED)
async def test_a_key_anywhere_but_at_a_mutation_is_bad_input(face: Face, text: str) -> None:
    service, given = await complaint()
    given = {"input": given} if "$input" in text else {}
    assert await refused(face, text, service, **given) == ["@idempotent stands at mutations only."]


@pytest.mark.parametrize(
    "text",
    [
        'fragment F on Complaint @idempotent(key: "k") {id} {viewer {id}}',
        'mutation @idempotent(key: "k") {__typename}',
        'mutation {sessionEnd(input: {}) @idempotent(key: "a") @idempotent(key: "b") {ended}}',
        "mutation {sessionEnd(input: {}) @idempotent {ended}}",
        "mutation {sessionEnd(input: {}) @idempotent(key: 5) {ended}}",
        "mutation {sessionEnd(input: {}) @idempotent(key: null) {ended}}",
    ],
)
async def test_a_directive_that_breaks_the_schema_is_no_document(face: Face, text: str) -> None:
    answer = (await face.post({"query": text})).json()
    assert {error["extensions"]["code"] for error in answer["errors"]} == {"GRAPHQL_VALIDATION_FAILED"}


async def test_a_key_in_a_fragment_at_the_root_counts_and_two_for_one_field_do_not(face: Face) -> None:
    service, given = await complaint()
    text = """mutation($input: ComplaintReceiveInput!) {...M ... @include(if: true) {it: complaintReceive(input: $input)
      {errors {code}}}} fragment M on Mutation {it: complaintReceive(input: $input) @idempotent(key: "k-1")
      {complaint {id}}}"""
    assert replayed(await ask(face, text, service, input=given)) == []
    again = await ask(face, text, service, input=given)
    assert (replayed(again), again["data"]["it"]["errors"]) == (["it"], [])
    two = text.replace("complaintReceive(input: $input)\n", 'complaintReceive(input: $input) @idempotent(key: "k-2")\n')
    assert await refused(face, two, service, input=given) == ["Name one idempotency key for a mutation."]
    skipped = text.replace('@idempotent(key: "k-1")', '@idempotent(key: "k-3") @skip(if: true)')
    assert replayed(await ask(face, skipped, service, input=given)) == []
    assert not await IdempotencyKey.filter(key="k-3").exists()


async def test_the_header_counts_for_a_request_with_one_mutation(face: Face) -> None:
    service, given = await complaint()
    one = BARE.replace("it:", "kind: __typename it:")
    first = await sent(face, one, service, "k-1", input=given)
    again = await sent(face, one, service, "k-1", input=given)
    assert (replayed(first), replayed(again)) == ([], ["it"])
    assert again["data"]["kind"] == "Mutation"
    two = BARE.replace("it:", "other: complaintReceive(input: $input) {errors {code}} it:")
    for header in ("k-1", "k-2", "a b"):
        assert replayed(await sent(face, two, service, header, input=given)) == []
    assert await Complaint.all().count() == 7
    assert await IdempotencyKey.all().count() == 1


async def test_a_directive_goes_before_the_header(face: Face) -> None:
    service, given = await complaint()
    for header in ("k-2", "k-3", "a b"):
        await sent(face, COMPLAIN, service, header, input=given, key="k-1")
    assert [row.key for row in await IdempotencyKey.all()] == ["k-1"]
    assert await Complaint.all().count() == 1


async def test_two_headers_are_one_that_does_not_fit(face: Face) -> None:
    service, given = await complaint()
    answer = await sent(face, BARE, service, "k-1", "k-2", input=given)
    assert [error["extensions"]["code"] for error in answer["errors"]] == ["BAD_USER_INPUT"]
    assert await Complaint.all().count() == await IdempotencyKey.all().count() == 0
    assert sent_key([]) is None
    assert sent_key([(b"idempotency-key", b"a"), (b"x", b"y"), (b"idempotency-key", b"b")]) == "a, b"


async def test_a_query_takes_no_notice_of_the_header(face: Face) -> None:
    for header in ("k-1", "a b"):
        told = await sent(face, "{viewer {id}}", Actor.anonymous(), header)
        assert ("errors" in told, told["data"]) == (False, {"viewer": None})


def input_of(name: str) -> Any:
    return sample(input_type(name))


async def somebody_of(roles: frozenset[Role] | None) -> Actor:
    """Somebody who may ask for it: customer service, a partner, or whoever else."""
    if roles is None or Role.CUSTOMER_SERVICE in roles:
        return await staff(Role.CUSTOMER_SERVICE)
    if Role.PARTNER in roles:
        return await partner_with_a_book()
    if Role.REPAIRER in roles:
        return replace(await partner_with_a_book(), roles=frozenset({Role.REPAIRER}))
    return await staff(min(roles))


@pytest.mark.parametrize("name", sorted(NOT_KEYED))
async def test_what_opens_or_ends_a_session_takes_no_key(face: Face, name: str) -> None:
    actor = await somebody_of(declared(name).roles)
    message = [f"{name} takes no idempotency key: its answer is told once."]
    assert await refused(face, keyed(name), actor, input=input_of(name), key="k-1") == message
    answer = await sent(face, unkeyed(name), actor, "k-1", input=input_of(name))
    assert "idempotency" not in answer["extensions"] and answer["data"]["it"] is not None
    assert (await sent(face, unkeyed(name), actor, "a b", input=input_of(name)))["data"]["it"] is not None
    assert await IdempotencyKey.all().count() == 0


async def test_who_is_not_signed_in_has_no_keys(face: Face) -> None:
    for name in ("customerSignIn", "staffSignIn"):
        await refused(face, keyed(name), Actor.anonymous(), input=input_of(name), key="k-1")
    nobody = Actor(frozenset({Role.CUSTOMER_SERVICE}))
    _, given = await complaint()
    assert await face.codes(COMPLAIN, nobody, input=given, key="k-1") == ["BAD_USER_INPUT"]
    assert replayed(await ask(face, BARE, nobody, header="k-1", input=given)) == []
    assert await IdempotencyKey.all().count() == 0


def every_keyed() -> Iterator[str]:
    assert GRAPH.mutation_type is not None
    return (name for name in GRAPH.mutation_type.fields if declared(name).keyed)


@pytest.mark.parametrize("name", sorted(every_keyed()))
async def test_every_other_mutation_takes_a_key(face: Face, name: str) -> None:
    """Whatever it is answered: an answer of the insurer is told again, a slip of the pen is not kept."""
    actor = able(name)
    if actor.staff_id is not None:  # whoever takes something into his or her hands is on the staff
        actor = await staff(*actor.roles)
    given = sample(input_type(name))
    first = await ask(face, keyed(name), actor, input=given, key="k-1")
    assert "errors" not in first, first
    again = await ask(face, keyed(name), actor, input=given, key="k-1")
    assert again["data"] == first["data"]
    slips = {error["code"] for error in first["data"]["it"]["errors"]} & {"VALIDATION", "THROTTLED"}
    assert replayed(again) == ([] if slips else ["it"])
    assert await IdempotencyKey.filter(operation=name, key="k-1").count() == (0 if slips else 1)


async def test_a_key_makes_no_plan_of_its_own(face: Face) -> None:
    service, given = await complaint()
    await ask(face, COMPLAIN, service, input=given, key="k-0")
    planner = face.app.state.planner
    kept = len(planner.kept)
    for number in range(1, 6):
        await ask(face, COMPLAIN, service, input=given, key=f"k-{number}")
    assert len(planner.kept) == kept
    included = COMPLAIN.replace("$key: String!", "$key: String!, $more: Boolean!").replace(
        "complaint {", "complaint @include(if: $more) {"
    )
    for more in (True, False):
        await ask(face, included, service, input=given, key=f"k-{more}", more=more)
    assert len(planner.kept) == kept + 2


def test_the_directive_is_described_and_stands_at_fields() -> None:
    found = GRAPH.get_directive("idempotent")
    assert found is not None
    assert found.locations == (DirectiveLocation.FIELD,)
    assert {name: str(each.type) for name, each in found.args.items()} == {"key": "String!"}
    assert found.description and found.description.endswith(".") and found.args["key"].description
    assert not found.is_repeatable


async def test_clients_may_ask_the_schema_for_it(face: Face) -> None:
    data = await face.data("{__schema {directives {name isRepeatable locations args {name}}}}", Actor.anonymous())
    assert {"name": "idempotent", "isRepeatable": False, "locations": ["FIELD"], "args": [{"name": "key"}]} in (
        data["__schema"]["directives"]
    )


def test_payloads_are_told_apart_by_operation_and_value_alone() -> None:
    one = payload_hash("a", {"x": "1", "y": [1, None]})
    assert one == payload_hash("a", {"y": [1, None], "x": "1"})
    others = [("b", {"x": "1", "y": [1, None]}), ("a", {"x": 1, "y": [1, None]}), ("a", {"x": "1", "y": [None, 1]})]
    assert len({payload_hash(*each) for each in others} | {one}) == 4


async def test_one_claim_agreed_by_header_over_http_pays_once(face: Face) -> None:
    case = await claim_approved()
    agree = unkeyed("claimAgree", "claim {state}")
    given = {"claimId": f"clm_{case.claim.id.hex}", "expectedVersion": case.claim.version}
    first, again = [await sent(face, agree, case.customer, "k-1", input=given) for _ in range(2)]
    assert first["data"] == again["data"] == {"it": {"claim": {"state": "PAYMENT_PENDING"}, "errors": []}}
    assert replayed(again) == ["it"]
