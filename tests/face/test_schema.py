"""The schema keeps to its guide, and stands on what the rooms let be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import cast

import pytest
import strawberry
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLList,
    GraphQLNonNull,
    GraphQLObjectType,
    get_named_type,
    is_non_null_type,
)
from strawberry.schema.config import StrawberryConfig

from api.inputs import BOUND
from api.paging import Connection
from api.reading import fields
from api.reading.checking import UnsoundSchema, check_schema
from api.reading.fields import ENTITIES, How
from api.reading.projecting import DEFINITION, bound_of
from api.scalars import SCALARS
from api.schema import SCHEMA
from domain.kernel.projection.entity import Actions, Amount, Column, Derived, Entity, Expression, Many
from domain.partners.reading import PARTNER
from domain.rooms import parts

GRAPH = SCHEMA._schema
ROOT = Path(__file__).parents[2]
BUILT_IN = {"String", "Int", "Float", "Boolean", "ID"}
WITHOUT_VERSION = {
    "repairerAdd", "repairOrderCreate", "salvageExpect", "subrogationOpen",  # make rows
    "rateCardSet",  # adds prices that count from their day on
    "claimReport", "complaintReceive", "inquiryOpen", "recommendationMake", "applicationDraft",
    "partnerIntroduce", "productDraft", "staffJoin", "webhookAdd",  # make rows
    "policyRegister", "policyRegisterBulk",
    "policyUploadRegister",  # a file changes in one way, once
    "customerReveal", "repairOrderRevealContact", "subrogationReveal",  # change none
    "consentGive", "consentWithdraw",  # add a fact, or say once that one is over; what was read before is no matter
    "staffProposeLimit",  # adds one that counts from its confirmation on
    "queuePause", "queueResume", "queueSetLimits",  # queues are named, not versioned
    "staffSignIn", "customerRequestCode", "customerSignIn", "sessionRefresh", "sessionEnd", "apiKeyIssue",
    "staffRequestPassword", "staffSetPassword",  # of whoever the code was sent to, who has read no version
    "staffStartTotp", "staffConfirmTotp", "staffRemoveTotp",  # of a secret that nobody reads
    "bordereauGenerate", "claimBordereauGenerate",  # make one, or has the one of the month made again
    "premiumRecordPayment",  # makes one; the same reference again makes no other
    "firstNoticeBegin",  # makes one
    "surveyAnswer",  # is taken once, whatever its customer has read
    "paymentFileMake",  # of payouts as they stand, each judged anew
    "bankStatementTicket",  # lets a file in, and changes none
    "claimPaperTicket",  # adds a file, whatever became of the claim's others
    "commissionSet",  # adds one that counts from its day on
    "serviceStandardSet",  # adds one that counts from its day on
    "scorecardSet",  # adds one that counts from its day on
    "fraudStandardSet",  # the same
    "creditAssess",  # makes one; the customer stays as it is
    "specialDaySet",  # names the day, and says all there is to say of it
}  # fmt: skip
# The columns hold lower case, expressions the names.
NAMED_OTHERWISE = {
    "Consent.language", "Customer.language", "Disclosure.language", "Document.language", "Inquiry.language",
}  # fmt: skip


def own_types() -> Iterator[object]:
    return (each for name, each in GRAPH.type_map.items() if not name.startswith("__") and name not in BUILT_IN)


def objects() -> Iterator[GraphQLObjectType | GraphQLInterfaceType]:
    return (each for each in own_types() if isinstance(each, GraphQLObjectType | GraphQLInterfaceType))


def elements() -> Iterator[tuple[str, str | None]]:
    for each in own_types():
        name, description = each.name, each.description  # type: ignore[attr-defined]
        yield name, description
        if isinstance(each, GraphQLEnumType):
            yield from ((f"{name}.{value}", found.description) for value, found in each.values.items())
        if isinstance(each, GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType):
            for field, found in each.fields.items():
                yield f"{name}.{field}", found.description
                arguments = getattr(found, "args", {}).items()
                yield from ((f"{name}.{field}({key})", argument.description) for key, argument in arguments)


def entities() -> Iterator[Entity]:
    for part in parts("reading"):
        yield from {id(each): each for each in vars(part).values() if isinstance(each, Entity)}.values()


def bound_fields(type_: GraphQLObjectType) -> Iterator[tuple[str, GraphQLField, str]]:
    for name, definition in type_.fields.items():
        bound, python_name = bound_of(definition)
        if bound is not None and bound.how is How.GROUP:
            yield from bound_fields(cast(GraphQLObjectType, get_named_type(definition.type)))
        elif bound is not None:
            yield name, definition, bound.name or python_name


def entity_fields() -> Iterator[tuple[Entity, str, GraphQLField, str]]:
    for title, entity in ENTITIES.items():
        if title in GRAPH.type_map:
            for name, definition, readable in bound_fields(cast(GraphQLObjectType, GRAPH.type_map[title])):
                yield entity, name, definition, readable


def test_the_committed_schema_is_the_code_s() -> None:
    assert (ROOT / "schema.graphql").read_text() == SCHEMA.as_str().rstrip() + "\n"


def test_every_element_is_described() -> None:
    assert [name for name, description in elements() if not (description or "").strip()] == []


def test_descriptions_are_sentences() -> None:
    assert [name for name, description in elements() if not (description or ".").rstrip().endswith((".", "。"))] == []


def test_what_is_deprecated_says_what_to_read_instead_and_from_which_day_on_it_may_be_gone() -> None:
    said = {
        f"{each.name}.{name}": found.deprecation_reason
        for each in objects()
        for name, found in each.fields.items()
        if found.deprecation_reason is not None
    }
    assert set(said) == {"Job.errorCode"}
    for reason in said.values():
        assert re.fullmatch(r"Read `[\w.]+`; may be removed from \d{4}-\d{2}-\d{2} on\.", str(reason)), reason


def test_every_entity_of_every_room_has_a_type() -> None:
    assert sorted({each.name for each in entities()} - set(GRAPH.type_map)) == []


def test_the_prefixes_of_ids_are_told_apart() -> None:
    found = {each.name: each.prefix for each in entities()}
    assert len(set(found.values())) == len(found), found


def test_everything_readable_is_shown() -> None:
    shown: dict[str, set[str]] = {}
    for entity, _, _, readable in entity_fields():
        shown.setdefault(entity.name, set()).add(readable)
    missing = []
    for entity in entities():
        derived = [each for each in entity.columns.values() if isinstance(each, Derived)]
        helpers = {name for each in derived for name in each.inputs}
        told = {*entity.columns, *entity.relations} - helpers
        missing += [f"{entity.name}.{name}" for name in told - shown.get(entity.name, set())]
    assert sorted(missing) == []


def test_fields_have_the_scalars_that_their_columns_are_written_as() -> None:
    wrong = []
    for entity, name, definition, readable in entity_fields():
        column = entity.columns.get(readable)
        type_ = get_named_type(definition.type)
        where = f"{entity.name}.{name}"
        is_enum = isinstance(type_, GraphQLEnumType)
        match column:
            case Column(wire=wire) | Expression(wire=wire):
                fits = wire.name in {"JSON", type_.name} or (is_enum and wire.name == "String")
            case Amount():
                fits = type_.name == "Money"
            case Actions():
                fits = is_enum
            case _:
                fits = True
        wrong += [] if fits else [where]
    assert wrong == []


def test_nothing_that_may_be_null_is_promised_and_nothing_else_withheld() -> None:
    wrong = [
        f"{entity.name}.{name}"
        for entity, name, definition, readable in entity_fields()
        if readable in entity.columns and entity.columns[readable].nullable is is_non_null_type(definition.type)
    ]
    assert wrong == []


def test_enums_are_stored_under_the_names_they_are_shown_by() -> None:
    wrong = [
        f"{entity.name}.{name}"
        for entity, name, definition, _ in entity_fields()
        if isinstance(type_ := get_named_type(definition.type), GraphQLEnumType)
        and any(getattr(value.value, "value", value.value) != key for key, value in type_.values.items())
    ]
    assert set(wrong) == NAMED_OTHERWISE


def test_the_orders_and_filters_offered_are_all_that_the_rooms_declare() -> None:
    for entity in ENTITIES.values():
        order, where = (GRAPH.type_map.get(f"{entity.name}{suffix}") for suffix in ("OrderBy", "Where"))
        if isinstance(order, GraphQLEnumType):
            assert set(order.values) == set(entity.orders), entity.name
        if isinstance(where, GraphQLInputObjectType):
            assert len(where.fields) == len(entity.filters), entity.name


def test_lists_hold_no_nulls_and_are_never_null() -> None:
    loose = []
    for type_ in objects():
        for name, definition in type_.fields.items():
            bare = definition.type.of_type if isinstance(definition.type, GraphQLNonNull) else definition.type
            where = f"{type_.name}.{name}"
            if isinstance(bare, GraphQLList) and where not in {"Query.nodes", "MutationError.path"}:
                strict = isinstance(definition.type, GraphQLNonNull) and isinstance(bare.of_type, GraphQLNonNull)
                loose += [] if strict or name == "path" else [where]
    assert loose == []


def test_look_ups_and_payloads_may_be_null() -> None:
    assert GRAPH.query_type is not None
    assert GRAPH.mutation_type is not None
    for name, definition in GRAPH.query_type.fields.items():
        bound, _ = bound_of(definition)
        if bound is not None and bound.how in {How.BY_ID, How.BY_KEY, How.MINE, How.NODE}:
            assert not is_non_null_type(definition.type), name
    assert [name for name, each in GRAPH.mutation_type.fields.items() if is_non_null_type(each.type)] == []


def test_a_mutation_takes_one_input_and_tells_its_errors_and_the_query() -> None:
    assert GRAPH.mutation_type is not None
    for name, definition in GRAPH.mutation_type.fields.items():
        title = name[0].upper() + name[1:]
        assert {key: str(each.type) for key, each in definition.args.items()} == {"input": f"{title}Input!"}
        payload = cast(GraphQLObjectType, definition.type)
        assert payload.name == f"{title}Payload"
        assert str(payload.fields["errors"].type) == "[MutationError!]!"
        assert str(payload.fields["query"].type) == "Query!"


def test_a_change_of_a_row_names_the_version_it_was_decided_on() -> None:
    assert GRAPH.mutation_type is not None
    without = {
        name
        for name, definition in GRAPH.mutation_type.fields.items()
        if "expectedVersion" not in cast(GraphQLInputObjectType, get_named_type(definition.args["input"].type)).fields
    }
    assert without == WITHOUT_VERSION


def test_every_text_list_and_decimal_that_a_caller_gives_to_a_mutation_is_bounded() -> None:
    assert GRAPH.mutation_type is not None
    open_ended = []
    waiting = [get_named_type(each.args["input"].type) for each in GRAPH.mutation_type.fields.values()]
    seen: set[str] = set()
    while waiting:
        type_ = waiting.pop()
        if not isinstance(type_, GraphQLInputObjectType) or type_.name in {*seen, "MoneyInput"}:
            continue
        seen.add(type_.name)
        for name, found in type_.fields.items():
            bare = found.type.of_type if isinstance(found.type, GraphQLNonNull) else found.type
            waiting.append(get_named_type(found.type))
            needs = isinstance(bare, GraphQLList) or get_named_type(found.type).name in {"String", "Decimal", "Int"}
            bounded = BOUND in found.extensions[DEFINITION].metadata
            open_ended += [f"{type_.name}.{name}"] if needs and not bounded and name != "expectedVersion" else []
    assert open_ended == []


def test_nested_lists_are_of_the_relation_they_name() -> None:
    for entity, name, definition, readable in entity_fields():
        relation = entity.relations.get(readable)
        if isinstance(relation, Many):
            shown = get_named_type(definition.type)
            nodes = cast(GraphQLObjectType, shown).fields.get("nodes") if shown.name.endswith("Connection") else None
            listed = get_named_type(nodes.type) if nodes else shown
            assert listed.name == relation.target.name, f"{entity.name}.{name}"


@strawberry.type(description="A partner that promises too much.")
class Boaster:
    """A partner that promises too much."""

    phone: str = fields.bound("Nothing that the room lets be read.")
    name: str | None = fields.bound("Rightly less than is there.")
    policies: Connection[Boaster] = fields.bound("Rightly a relation.")
    free: str = strawberry.field(description="Stands on nothing.")


def test_a_field_that_stands_on_nothing_stops_the_start(monkeypatch: pytest.MonkeyPatch) -> None:
    @strawberry.type
    class Query:
        boaster: Boaster | None = fields.by_id("One.")

    monkeypatch.setitem(ENTITIES, "Boaster", PARTNER)
    with pytest.raises(UnsoundSchema) as unsound:
        check_schema(strawberry.Schema(query=Query, config=StrawberryConfig(scalar_map=SCALARS))._schema)
    assert sorted(str(unsound.value).splitlines()) == [
        "Boaster.free: stands on nothing",
        "Boaster.phone: Partner has no phone",
    ]
