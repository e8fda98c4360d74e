"""The committed schema prints the rights that the code declares, each where it holds and nowhere else."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from graphql import (
    FieldDefinitionNode,
    GraphQLObjectType,
    InterfaceTypeDefinitionNode,
    ListValueNode,
    ObjectTypeDefinitionNode,
    build_schema,
    parse,
)
from graphql.language import EnumValueNode

from api.changes import CHANGE
from api.reading.fields import ENTITIES
from api.reading.projecting import DEFINITION, bound_of
from api.reading.telling import LOOKING_UP, rows_of
from api.rights import sight
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.visibility import EVERYTHING, AllOf, AnyOf, Is, Owns, SeenBy
from tests.face.inputs import GRAPH

COMMITTED = (Path(__file__).parents[2] / "schema.graphql").read_text()
OWN = Owns("customer_id", Fact.CUSTOMER_ID)
SIGHTS: tuple[tuple[SeenBy, str], ...] = (
    ({}, "Rows are seen by nobody."),
    ({Role.RISK: EVERYTHING, Role.HR: EVERYTHING}, "Rows are seen: all by HR, RISK."),
    ({Role.CUSTOMER: OWN, Role.RISK: EVERYTHING}, "Rows are seen: all by RISK; their own by CUSTOMER."),
    ({Role.PARTNER: Owns("id", Fact.PARTNER_ID)}, "Rows are seen: their own by PARTNER."),
    ({Role.HR: Owns("assignee_id", Fact.STAFF_ID)}, "Rows are seen: those whose assignee they are by HR."),
    ({Role.HR: Is("state", ("A", "B"))}, "Rows are seen: those whose state is A or B by HR."),
    (
        {Role.CUSTOMER: AllOf((OWN, Is("party_kind", ("CUSTOMER",))))},
        "Rows are seen: their own and of these those whose party kind is CUSTOMER by CUSTOMER.",
    ),
    ({Role.HR: AnyOf((OWN, Is("kind", ("A",))))}, "Rows are seen: their own and those whose kind is A by HR."),
)


def printed() -> Iterator[tuple[str, FieldDefinitionNode]]:
    """Every field of the committed schema with its coordinate."""
    for each in parse(COMMITTED).definitions:
        if isinstance(each, ObjectTypeDefinitionNode | InterfaceTypeDefinitionNode):
            yield from ((f"{each.name.value}.{field.name.value}", field) for field in each.fields or ())


def declared() -> dict[str, frozenset[Role]]:
    """The roles that the code declares for fields, mutations among them."""
    found: dict[str, frozenset[Role]] = {}
    for type_ in GRAPH.type_map.values():
        for name, definition in getattr(type_, "fields", {}).items():
            if isinstance(type_, GraphQLObjectType) and DEFINITION in definition.extensions:
                change = definition.extensions[DEFINITION].metadata.get(CHANGE)
                roles = getattr(change or bound_of(definition)[0], "roles", None)
                found |= {} if roles is None else {f"{type_.name}.{name}": roles}
    return found


def required(field: FieldDefinitionNode) -> list[str] | None:
    """The roles in a field's directive."""
    for each in field.directives or ():
        if each.name.value == "requires":
            (argument,) = each.arguments or ()
            assert isinstance(argument.value, ListValueNode)
            return [value.value for value in argument.value.values if isinstance(value, EnumValueNode)]
    return None


def test_every_role_that_a_field_needs_is_printed_as_a_directive_and_no_other() -> None:
    expected = {name: sorted(roles) for name, roles in declared().items()}
    assert {name: roles for name, field in printed() if (roles := required(field)) is not None} == expected
    assert {"Claim.reserve", "Payout.maker", "Mutation.claimApprove", "Mutation.sessionEnd"} <= set(expected)


def test_descriptions_name_the_roles_that_the_directive_names() -> None:
    for name, field in printed():
        text = field.description.value if field.description else ""
        roles = required(field)
        told = None if roles is None else f"Needs one of the roles {', '.join(roles)}."
        assert text.endswith(told) if told else "Needs one of the roles" not in text, name


def test_the_types_of_rows_say_who_sees_them_and_so_do_the_fields_that_look_them_up() -> None:
    described = {name: field.description.value for name, field in printed() if field.description}
    built = build_schema(COMMITTED)
    for title, entity in ENTITIES.items():
        if title in GRAPH.type_map:
            assert (built.type_map[title].description or "").endswith(f" {sight(entity.seen_by)}"), title
    assert GRAPH.query_type is not None
    told = 0
    for name, definition in GRAPH.query_type.fields.items():
        bound, _ = bound_of(definition)
        if bound is not None and bound.how in LOOKING_UP:
            assert described[f"Query.{name}"].endswith(f" {sight(rows_of(definition).seen_by)}"), name
            told += 1
    assert told > 30


@pytest.mark.parametrize(("seen_by", "sentence"), SIGHTS, ids=[sentence for _, sentence in SIGHTS])
def test_a_rule_of_visibility_reads_as_a_sentence(seen_by: SeenBy, sentence: str) -> None:
    assert sight(seen_by) == sentence


def test_other_tools_can_build_the_committed_schema_and_know_the_directive() -> None:
    directive = build_schema(COMMITTED).get_directive("requires")
    assert directive is not None
    assert {name: str(argument.type) for name, argument in directive.args.items()} == {"roles": "[Role!]!"}
