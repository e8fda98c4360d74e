"""A small world of its own for the read path's tests: owners, their devices, and remarks about either."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated

import strawberry
from strawberry.schema.config import StrawberryConfig

from api.node import Node, NodeQueries
from api.paging import Connection, DayFilter, Direction, InstantFilter, Matches
from api.reading import fields
from api.scalars import SCALARS, MoneyType
from domain.kernel.actor import Fact, Role
from domain.kernel.projection.entity import (
    About,
    Amount,
    Column,
    Derived,
    Entity,
    Expression,
    Filter,
    Masked,
    about,
    days,
    instants,
    link,
    maybe_texts,
    order,
    texts,
)
from domain.kernel.projection.visibility import EVERYTHING, AllOf, Is, Owns
from domain.kernel.projection.wire import BIG, DAY, INSTANT, RATE, TEXT, TRUTH, id_of
from domain.kernel.subject import SubjectKind

TABLES = """
CREATE TABLE owner (
    id uuid PRIMARY KEY, name text NOT NULL, partner_id uuid NOT NULL, joined_at timestamptz(3) NOT NULL);
CREATE INDEX ON owner (partner_id, joined_at, id);
CREATE TABLE device (
    id uuid PRIMARY KEY, owner_id uuid NOT NULL REFERENCES owner, partner_id uuid NOT NULL, customer_id uuid NOT NULL,
    serial text NOT NULL, state text NOT NULL, price_minor bigint NOT NULL, deposit_minor bigint,
    currency text NOT NULL,
    bought_on date NOT NULL, factor numeric(12,6) NOT NULL, odometer bigint NOT NULL, insured boolean NOT NULL,
    note text, recorded_at timestamptz(3) NOT NULL);
CREATE INDEX ON device (owner_id, recorded_at, id);
CREATE INDEX ON device (partner_id, recorded_at, id);
CREATE INDEX ON device (customer_id, recorded_at, id);
CREATE INDEX ON device (recorded_at, id);
CREATE TABLE remark (id uuid PRIMARY KEY, subject_kind text NOT NULL, subject_id uuid NOT NULL, text text NOT NULL);
CREATE INDEX ON remark (subject_id, id);
CREATE TABLE session (id uuid PRIMARY KEY, live boolean NOT NULL);
"""
LIVE = "EXISTS (SELECT FROM session s WHERE s.id = {id} AND s.live)"


class GadgetState(StrEnum):
    """States of a device."""

    WHOLE = "WHOLE"
    BROKEN = "BROKEN"
    HIDDEN = "HIDDEN"


def _verdict(state: str, factor: str, language: str) -> str:
    return f"{language}:{state}:{factor}"


def _marks(state: str) -> list[dict[str, str]]:
    return [{"code": state, "message": letter} for letter in state[:2]]


OWNER = Entity(
    name="Owner",
    table="owner",
    prefix="own",
    kind=SubjectKind.CUSTOMER,
    seen_by={
        Role.CLAIMS_HANDLER: EVERYTHING,
        Role.PARTNER: Owns("partner_id", Fact.PARTNER_ID),
        Role.CUSTOMER: Owns("id", Fact.CUSTOMER_ID),
    },
    columns={
        "name": Masked("name", "left({row}.name, 1) || '**'", frozenset({Role.PARTNER})),
        **instants("joined_at"),
    },
    orders={"JOINED_AT": order("joined_at"), "RECORDED": order()},
)
DEVICE = Entity(
    name="Gadget",
    table="device",
    prefix="dev",
    kind=SubjectKind.PRODUCT,
    seen_by={
        Role.CLAIMS_HANDLER: EVERYTHING,
        Role.SALES: Is("state", ("WHOLE",)),
        Role.PARTNER: AllOf((Owns("partner_id", Fact.PARTNER_ID), Is("state", ("WHOLE", "BROKEN")))),
        Role.CUSTOMER: Owns("customer_id", Fact.CUSTOMER_ID),
    },
    columns={
        **texts("serial", "state"),
        **maybe_texts("note"),
        **days("bought_on"),
        **instants("recorded_at"),
        "price": Amount("price_minor"),
        "deposit": Amount("deposit_minor", nullable=True),
        "factor": Column("factor", RATE),
        "odometer": Column("odometer", BIG),
        "insured": Column("insured", TRUTH),
        "age_days": Expression("{today} - {row}.bought_on"),
        "verdict": Derived(("state", "factor"), _verdict, language=True),
        "marks": Derived(("state",), _marks),
    },
    orders={"RECORDED_AT": order("recorded_at"), "RECORDED": order()},
    filters={
        "state": Filter("state", TEXT, indexed=False),
        "owner_id": Filter("owner_id", id_of("own")),
        "recorded_at": Filter("recorded_at", INSTANT),
        "bought_on": Filter("bought_on", DAY, indexed=False),
    },
)
REMARK = Entity(
    name="Remark",
    table="remark",
    prefix="rem",
    seen_by={Role.CLAIMS_HANDLER: EVERYTHING, Role.PARTNER: EVERYTHING},
    columns={**texts("text", "subject_kind")},
    orders={"RECORDED": order()},
)
link(DEVICE, "owner", OWNER, "owner_id", back="devices")
link(DEVICE, "keeper", OWNER, "owner_id", nullable=False, seen_with_parent=True)
about(REMARK, "subject", SubjectKind.CUSTOMER, OWNER, back="remarks")
about(REMARK, "subject", SubjectKind.PRODUCT, DEVICE, back="remarks")
GadgetStateEnum = strawberry.enum(GadgetState)


@strawberry.enum
class GadgetOrderBy(StrEnum):
    """Orders."""

    RECORDED_AT = "RECORDED_AT"
    RECORDED = "RECORDED"


@strawberry.enum
class OwnerOrderBy(StrEnum):
    """Orders."""

    JOINED_AT = "JOINED_AT"
    RECORDED = "RECORDED"


@strawberry.input
class GadgetOrder:
    """Order."""

    by: GadgetOrderBy
    direction: Direction = Direction.DESC


@strawberry.input
class OwnerOrder:
    """Order."""

    by: OwnerOrderBy
    direction: Direction = Direction.DESC


@strawberry.input
class GadgetWhere:
    """Filters."""

    state: strawberry.Maybe[Matches[GadgetState]]
    owner_id: strawberry.Maybe[Matches[strawberry.ID]]
    recorded_at: strawberry.Maybe[InstantFilter]
    bought_on: strawberry.Maybe[DayFilter]


@strawberry.type
class Mark:
    """A derived object."""

    code: str
    message: str


@strawberry.type
class Papers:
    """Columns shown as a group."""

    serial: str = fields.bound("Serial.")
    bought_on: date = fields.bound("Bought.")


@fields.entity_type(OWNER)
class Owner(Node):
    """An owner."""

    name: str = fields.bound("Name.")
    joined_at: datetime = fields.bound("Joined.")
    devices: Connection[Annotated[Gadget, strawberry.lazy("tests.reading.workshop")]] = fields.connection(
        "Gadgets.", order=GadgetOrder, where=GadgetWhere
    )
    remarks: list[Annotated[Remark, strawberry.lazy("tests.reading.workshop")]] = fields.bound("Remarks.")


@fields.entity_type(DEVICE)
class Gadget(Node):
    """A device."""

    serial: str = fields.bound("Serial.", roles={Role.CLAIMS_HANDLER, Role.PARTNER, Role.CUSTOMER})
    state: GadgetState = fields.bound("State.")
    note: str | None = fields.bound("Note.")
    bought_on: date = fields.bound("Bought.")
    recorded_at: datetime = fields.bound("Recorded.")
    price: MoneyType = fields.bound("Price.")
    deposit: MoneyType | None = fields.bound("Deposit.")
    insured: bool = fields.bound("Insured.")
    age_days: int = fields.bound("Age.")
    verdict: str = fields.bound("Verdict.")
    marks: list[Mark] = fields.bound("Marks.")
    papers: Papers = fields.group("Papers.")
    owner: Owner | None = fields.bound("Owner.")
    keeper: Owner = fields.bound("Owner, as seen with the device.")
    remarks: list[Annotated[Remark, strawberry.lazy("tests.reading.workshop")]] = fields.bound("Remarks.")


OwnerOrGadget = Annotated[Owner | Gadget, strawberry.union("OwnerOrGadget")]


@fields.entity_type(REMARK)
class Remark(Node):
    """A remark."""

    text: str = fields.bound("Text.")
    subject: Node | None = fields.bound("Subject.")
    about: OwnerOrGadget | None = fields.bound("Subject as a union.", "subject")


@strawberry.type
class Query(NodeQueries):
    """Everything."""

    device: Gadget | None = fields.by_id("One device.")
    owner: Owner | None = fields.by_id("One owner.")
    me: Owner | None = fields.mine("Oneself.", Fact.CUSTOMER_ID)
    devices: Connection[Gadget] = fields.connection("Gadgets.", order=GadgetOrder, where=GadgetWhere)
    owners: Connection[Owner] = fields.connection("Owners.", order=OwnerOrder)


assert isinstance(REMARK.relations["subject"], About)
SCHEMA = strawberry.Schema(query=Query, types=[Remark], config=StrawberryConfig(scalar_map=SCALARS))
