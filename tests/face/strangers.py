"""Puts ids that an actor may not see wherever the schema takes one, each beside an id that names nothing."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any
from uuid import UUID, uuid4

from graphql import (
    GraphQLInputObjectType,
    GraphQLInputType,
    GraphQLList,
    GraphQLObjectType,
    get_named_type,
    get_nullable_type,
)

from api.answering import Asked
from api.errors import RequestError
from api.reading.fields import ENTITIES
from domain.kernel.actor import Actor, Role
from tests.face.inputs import GRAPH, MUTATION, declared, document, input_type, sample
from tests.oracle.conftest import Rooms
from tests.oracle.writing import Values

TURNS = 2
UNFIT = 6
"""How many ids of other kinds are put into a place that is made for one kind."""
PARENTS = 20
EACH = "*"
Way = tuple[str, ...]


def ways(type_: GraphQLInputType, way: Way = ()) -> Iterator[Way]:
    """The ways to every id inside an input."""
    bare = get_nullable_type(type_)
    match bare:
        case GraphQLList():
            yield from ways(bare.of_type, (*way, EACH))
        case GraphQLInputObjectType():
            for key, each in bare.fields.items():
                yield from ways(each.type, (*way, key))
        case _ if get_named_type(bare).name == "ID":
            yield way


def placed(value: Any, way: Way, base: Any = None) -> Any:
    """A value put into an input at the end of a way; what stands beside it comes from `base`."""
    if not way:
        return value
    head, *rest = way
    if head == EACH:
        return [placed(value, tuple(rest), base[0] if isinstance(base, list) and base else None)]
    known = base if isinstance(base, dict) else {}
    return known | {head: placed(value, tuple(rest), known.get(head))}


@dataclass(frozen=True)
class Place:
    """An argument of a field that is read, and the way to an id inside it."""

    type: str
    field: str
    argument: str
    way: Way

    def __str__(self) -> str:
        return f"{self.type}.{self.field}({'.'.join((self.argument, *self.way))})"

    @property
    def title(self) -> str:
        """The type whose ids are meant here."""
        named = [key for key in self.way if key.endswith("Id")]
        if named:
            return title_of(named[-1])
        type_ = GRAPH.type_map[self.type]
        assert isinstance(type_, GraphQLObjectType)
        return str(get_named_type(type_.fields[self.field].type).name).removesuffix("Connection")

    @property
    def text(self) -> str:
        """A document that asks the field: at the root, or of rows that are in sight."""
        type_ = GRAPH.type_map[self.type]
        assert isinstance(type_, GraphQLObjectType)
        definition = type_.fields[self.field]
        given = f"$given: {definition.args[self.argument].type}"
        shown = "totalCount nodes {id}" if "first" in definition.args else "id __typename"
        asked = f"{self.field}({self.argument}: $given) {{{shown}}}"
        if self.type == "Query":
            return f"query({given}) {{{asked}}}"
        return f"query({given}, $parents: [ID!]!) {{nodes(ids: $parents) {{... on {self.type} {{{asked}}}}}}}"


def places() -> Iterator[Place]:
    """Every place in which a query takes an id."""
    for title, type_ in GRAPH.type_map.items():
        if isinstance(type_, GraphQLObjectType) and title in {"Query", *ENTITIES}:
            for name, definition in type_.fields.items():
                for key, argument in definition.args.items():
                    yield from (Place(title, name, key, way) for way in ways(argument.type))


KINDS = {
    "flagId": "UnderwritingFlag", "statementId": "CommissionStatement", "orderId": "RepairOrder",
    "receiptId": "RecoveryReceipt",
    "handlerId": "Staff", "assigneeId": "Staff", "specialistId": "Staff", "exceptionId": "PayoutException",
    "ownerId": "Staff", "changeId": "StaffChange", "endpointId": "WebhookEndpoint",
}  # fmt: skip
"""What ids are of that are not named after their type."""


def title_of(key: str) -> str:
    """The type that a name of an id means."""
    return KINDS.get(key, key[0].upper() + key.removesuffix("Id")[1:])


STATES = {
    "complaintAssign": "INVESTIGATING", "claimAssign": "ASSESSING", "inquiryEscalate": "IN_PROGRESS",
    "applicationRevise": "DRAFT", "inquiryConvertToApplication": "IN_PROGRESS",
    "policyUploadRegister": "RECEIVED", "repairOrderDispatch": "CREATED",
}  # fmt: skip
"""Where the row must stand in whose change a stranger's id is put beside it."""
COVER = {
    "productVersionId": "pvn_none", "declaredUse": "PRIVATE",
    "device": {
        "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": "490154203237519",
        "purchasedOn": "2026-01-31", "price": {"amount": "3000.00"},
    },
}  # fmt: skip
"""A device with a wrong check digit: what was found is refused all the same, so that nothing is changed."""
FITTING: dict[str, dict[str, Any]] = {
    "applicationDraft": {"wanted": COVER, "customer": None},
    "applicationRevise": {"wanted": COVER},
    "inquiryConvertToApplication": {"wanted": COVER, "customer": None},
    "customerChangeContact": {"phone": "13800000000", "mail": "x@example.com"},
    "customerChangeBankAccount": {"bankAccount": "6222020200112233453"},
    "partnerBankAccountChange": {"bankAccount": "6222020200112233453"},
    "claimPaperTicket": {"fileName": "invoice.pdf", "fileType": "PDF"},
    "customerReveal": {"field": "PHONE"},
    "payoutHold": {"holdReason": "FRAUD"},
    "staffProposeRoles": {"roles": ["RISK"]},
    "staffGrantQualification": {"qualifiedUntil": "2099-01-31"},
    "partnerSetLicense": {"licensedUntil": "2099-01-31"},
    "rateCardSet": {"validFrom": "2099-01-31"},
    "commissionSet": {"startsOn": "2099-01-31", "rate": "0"},
}
"""What verbs ask for before they look for the row."""
BANKERS = {Role.FINANCE, Role.FINANCE_APPROVER}
"""Who may ask for a bank account only."""


@dataclass
class Stranger:
    """An actor among rows that are not to be seen."""

    rooms: Rooms
    actor: Actor
    tried: set[str] = field(default_factory=set)
    codes: dict[str, set[str]] = field(default_factory=dict)
    missing: dict[object, str] = field(default_factory=dict)

    @cached_property
    def sights(self) -> dict[tuple[str, bool], list[Values]]:
        """The rows of each type that the actor sees, and those that the actor does not, as the oracle says."""
        oracle, found = self.rooms.oracle, defaultdict(list)
        for title, type_ in oracle.world.types.items():
            for row in oracle.tables[type_.table]:
                found[title, type_.sees(self.actor, row)].append(row)
        return found

    def rows(self, title: str, *, seen: bool) -> list[Values]:
        """Rows of a type, in sight or out of it."""
        return self.sights[title, seen]

    @cached_property
    def named(self) -> set[UUID]:
        """The ids that rows in sight name: the seller of one's own policy may be out of sight itself."""
        seen = (rows for (_, is_seen), rows in self.sights.items() if is_seen)
        return {value for rows in seen for row in rows for value in row.values() if isinstance(value, UUID)}

    def hidden(self, title: str) -> list[tuple[str, Values]]:
        """Some rows of a type that are out of sight, with their ids, among them such as rows in sight name."""
        dice = random.Random(title)
        rows = self.rows(title, seen=False)
        by_name = [row for row in rows if row["id"] in self.named]
        others = [row for row in rows if row["id"] not in self.named]
        chosen = [row for each in (by_name, others) for row in dice.sample(each, min(TURNS, len(each)))]
        return self._with_ids(title, chosen)

    def seen(self, title: str) -> list[tuple[str, Values]]:
        """Some rows that the actor sees, with their ids."""
        return self._with_ids(title, self.rows(title, seen=True))

    def _with_ids(self, title: str, rows: list[Values]) -> list[tuple[str, Values]]:
        return [(f"{self.rooms.oracle.world.types[title].prefix}_{row['id'].hex}", row) for row in rows]

    @cached_property
    def strangers(self) -> list[tuple[str, str, Values]]:
        """The type, the id and the values of some rows of every kind that the actor does not see."""
        return [(title, *each) for title in self.rooms.oracle.world.types for each in self.hidden(title)]

    def put_into(self, place: str, title: str) -> list[tuple[str, str, Values]]:
        """What is put into a place for ids of one type: all of that type, and some of others; else all there are."""
        if title not in self.rooms.oracle.world.types:
            return self.strangers
        fit = [each for each in self.strangers if each[0] == title]
        others = [each for each in self.strangers if each[0] != title]
        return fit + random.Random(place).sample(others, min(UNFIT, len(others)))

    async def answer(self, text: str, /, **variables: Any) -> str:
        """The whole answer as it goes out."""
        try:
            operation = self.rooms.face.store.by_text(text).operation(None)
            return (await self.rooms.face.answering.answer(operation, Asked(self.actor, variables, "en"))).decode()
        except RequestError as refused:
            return repr(refused.errors)

    async def read_everywhere(self) -> set[str]:
        """Where a query tells a row out of sight from none; nowhere, if all is well."""
        found = set()
        for place in places():
            self.tried.add(str(place))
            parents = [row_id for row_id, _ in self.seen(place.type)][:PARENTS]
            more = {} if place.type == "Query" else {"parents": parents}
            if parents or not more:
                chosen = self.put_into(str(place), place.title)
                found |= {str(place) for each in chosen if await self._read(place, more, *each)}
        return found

    async def _read(self, place: Place, parents: dict[str, Any], title: str, row_id: str, _: Values) -> bool:
        if (place, title) not in self.missing:
            nothing = f"{row_id[:3]}_{uuid4().hex}"
            answer = await self.answer(place.text, given=placed(nothing, place.way), **parents)
            self.missing[place, title] = answer.replace(nothing, "ID")
        answer = await self.answer(place.text, given=placed(row_id, place.way), **parents)
        return answer.replace(row_id, "ID") != self.missing[place, title]

    def changes(self) -> Iterator[tuple[str, Way]]:
        """Every mutation that the actor may try, with the ways to its ids."""
        for name in MUTATION.fields:
            if (declared(name).roles or frozenset()) & self.actor.roles:
                yield from ((name, way) for way in ways(input_type(name)))

    async def change_everything(self) -> set[str]:
        """Where a mutation tells a row out of sight from none; nowhere, if all is well."""
        return {
            f"{name}.{way[-1]}"
            for name, way in self.changes()
            for each in self.put_into(f"{name}.{way[-1]}", title_of(next(key for key in reversed(way) if key != EACH)))
            if await self._change(name, way, *each)
        }

    async def _change(self, name: str, way: Way, _: str, row_id: str, row: Values) -> bool:
        nothing, base = f"{row_id[:3]}_{uuid4().hex}", self._fitting(name, way, row)
        answers = [
            (await self.answer(document(name), input=placed(given, way, base))).replace(given, "ID")
            for given in (row_id, nothing)
        ]
        told = json.loads(answers[1])["data"][name]["errors"]
        self.codes.setdefault(f"{name}.{way[-1]}", set()).update(each["code"] for each in told)
        return answers[0] != answers[1]

    def _fitting(self, name: str, way: Way, row: Values) -> dict[str, Any]:
        """An input that a verb would take if it saw the stranger's row: other ids are of rows in sight."""
        given: dict[str, Any] = sample(input_type(name), full=True) | FITTING.get(name, {})
        if name == "customerReveal" and self.actor.has(*BANKERS):
            given["field"] = "BANK_ACCOUNT"
        keys = [key for key in given if key.endswith("Id")]
        beside = {key: self._beside(name, key) for key in keys if key not in way}
        given |= {key: each[0] for key, each in beside.items() if each}
        for key in (key for key, each in beside.items() if each is None):
            del given[key]
        if "expectedVersion" in given:
            changed = beside.get(keys[0])
            given["expectedVersion"] = (changed[1] if changed else row).get("version", 1)
        return given

    def _beside(self, name: str, key: str) -> tuple[str, Values] | None:
        """A row in sight, with its id, for an id that stands beside the stranger's."""
        title, state = title_of(key), STATES.get(name)
        fitting = (each for each in self.seen(title) if state is None or each[1].get("state", state) == state)
        return next(fitting, None)
