"""What the schema says of itself: who may, who sees, and what a number counts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import cast

from graphql import (
    GraphQLInputObjectType,
    GraphQLInterfaceType,
    GraphQLNamedType,
    GraphQLObjectType,
    get_named_type,
)

from api.reading.projecting import bound_of
from api.schema import SCHEMA
from domain.kernel.actor import Role
from tests.face.inputs import MUTATION, declared

GRAPH = SCHEMA._schema
NUMBERS = {"BigInt", "Decimal", "Float", "Int"}
ROLES = re.compile("|".join(sorted(Role, key=len, reverse=True)))
UNITS: tuple[tuple[str, str], ...] = (
    (r"inutes$", r"in minutes"),
    (r"(dailyCapacity|completedOrders|repeatRepairs|quantity)$", r"How many"),
    (r"ServiceClock\.warned$", r"How many"),
    (r"(instalmentCount|Instalment\.reminded)$", r"How many"),
    (r"(paymentCount|entryCount)$", r"How many"),
    (r"ServiceAttainment\.(met|breached)$", r"How many"),
    (r"attainment$", r"0 to 1"),
    (r"SurveyMonth\.(sent|responses|scoreSum)$", r"How many"),
    (r"^Survey(AnswerInput)?\.score$", r"[Ff]rom 1 to 5"),
    (r"meanScore$", r"mean of the scores"),
    (r"\.rate$", r"share of the net premium"),
    (r"Rate$", r"share|0 to 1\b|value in a month"),
    (r"ratePerSecond$", r"in a second"),
    (r"days(Before)?$|Days$", r"\bdays\b|Days"),
    (r"months$", r"Months"),
    (r"Ms$", r"Milliseconds"),
    (r"(referAt|raudScore|Referral\.score)$", r"out of 100"),
    (r"\.threshold$", r"days, cases or per cent"),
    (r"\.amount$", r"in units of the currency"),
    (r"CalculationStep\.(before|after)$", r"in the claim's currency"),
    (r"\.factor$", r"multiplied by"),
    (r"textVersion$", r"version of the text|text's version"),
    (r"ersion$", r"How often it was changed|expectedVersion|row's version"),
    (r"(first|last)$", r"How many rows"),
    (r"Updated\.after$", r"version seen last"),
    (r"totalCount$", r"rows"),
    (r"maxClaimsAYear$", r"Claims in a year"),
    (r"claimsLeft$", r"How many more claims"),
    (r"maxInflight$", r"Jobs"),
    (r"JobProgress\.(done|total)$", r"Units"),
    (r"(position|number|instalment|Attempt\.attempt)$", r"place|number"),
    (r"(decisionNo|round|extensions|attempts?|maxAttempts)$", r"How often|number of|Attempts"),
    (r"crashes$", r"Workers"),
    (r"lastStatus$", r"HTTP status"),
    (r"seq$", r"Grows with every change"),
    (r"(pdo|[sS]core|oints|cost)$", r"Points"),
    (r"baseOdds$", r"good to bad"),
    (r"(goods|bads|paymentDefaults)$", r"How many"),
    (r"(lower|upper)$", r"number"),
    (r"(remium|credit|loading)Factor$", r"multipl(ied|ies)"),
    (r"\.instalments$", r"In how many parts"),
    (r"(Document|Registration|EvidenceFile|PaymentFile|Statement|TicketInput)\.(size|announcedSize)$", r"in bytes"),
    (r"Registration\.\w+Count$", r"How many rows"),
    (r"Bordereau\.lineCount$", r"How many lines"),
    (r"RegistrationRow\.line$", r"place in the request"),
    (r"edition$", r"Which making of it, from 1 on"),
)
"""What a number counts: a place of the schema, and what its description must say there."""


def told_roles(text: str | None, phrase: str) -> set[str]:
    """The roles that stand in what follows a phrase, to the end of its sentence or part."""
    _, _, after = (text or "").partition(phrase)
    return set(ROLES.findall(re.split(r"[.;]", after)[0]))


def numbers() -> Iterator[tuple[str, str]]:
    """Every number of the schema by its place, with its description."""
    kinds = GraphQLObjectType | GraphQLInterfaceType | GraphQLInputObjectType
    for name, type_ in GRAPH.type_map.items():
        if isinstance(type_, kinds) and not name.startswith("__"):
            for key, field in type_.fields.items():
                arguments = [(f"{name}.{key}.{each}", found) for each, found in getattr(field, "args", {}).items()]
                for place, found in [(f"{name}.{key}", field), *arguments]:
                    if cast(GraphQLNamedType, get_named_type(found.type)).name in NUMBERS:
                        yield place, found.description or ""


def test_every_mutation_names_exactly_who_may() -> None:
    for name, definition in MUTATION.fields.items():
        roles = declared(name).roles
        assert told_roles(definition.description, "Needs one of the roles") == set(roles or ()), name
        assert ("Open to everybody." in (definition.description or "")) is (roles is None), name


def test_every_field_that_not_all_may_select_names_exactly_who_may() -> None:
    restricted = 0
    for type_ in GRAPH.type_map.values():
        for name, definition in type_.fields.items() if isinstance(type_, GraphQLObjectType) else ():
            bound, _ = bound_of(definition)
            if bound is not None:
                restricted += bound.roles is not None
                told = told_roles(definition.description, "Needs one of the roles")
                assert told == set(bound.roles or ()), f"{type_.name}.{name}"
    assert restricted > 0


def test_every_number_says_what_it_counts() -> None:
    undecided, silent, used = [], [], set()
    for place, text in numbers():
        units = [(pattern, said) for pattern, said in UNITS if re.search(pattern, place)]
        used |= set(units[:1])
        undecided += [] if units else [place]
        silent += [place for _, said in units[:1] if not re.search(said, text)]
    assert (undecided, silent) == ([], [])
    assert set(UNITS) - used == set()
