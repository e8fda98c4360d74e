"""What each kind of actor is answered, forbidden and shown of every field, kept as lines to compare."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import aclosing
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import orjson

from api.answering import Asked
from api.documents import DocumentStore
from api.errors import Code, RequestError
from api.subscribing.feed import Feed
from domain.kernel.actor import Actor, Role
from tests.face.asking import Asking, asked
from tests.face.conftest import Face

WRITE = "AFTERCARE_WRITE_MATRIX"
SHORT = {
    Role.ANONYMOUS: "ANO", Role.CUSTOMER: "CUS", Role.PARTNER: "PAR", Role.REPAIRER: "REP", Role.SALES: "SAL",
    Role.CUSTOMER_SERVICE: "CS", Role.CLAIMS_HANDLER: "CH", Role.CLAIMS_MANAGER: "CM", Role.FINANCE: "FIN",
    Role.FINANCE_APPROVER: "FAP", Role.UNDERWRITER: "UW", Role.RISK: "RSK", Role.COMPLIANCE: "COM", Role.HR: "HR",
    Role.ADMIN: "ADM",
}  # fmt: skip
"""The roles in the order of their table, as it shortens them."""
PAIRS = {short: (f"{short}-A", f"{short}-B") for short in ("CUS", "PAR")}
"""Of whom two are asked: they have the same rights over other rows."""
KINDS = {
    kind: role.value if kind == short else f"{role.value}_{number}"
    for role, short in SHORT.items()
    for number, kind in enumerate(PAIRS.get(short, (short,)))
}
"""The kinds of actor as the matrix names them, with their names among the actors of the seeded world."""
SIGHTS = ("all", "own", "none")
PAGE = 100
ROOTS = 20
PATIENCE = 10.0  # seconds


class Answers(Protocol):
    """Whoever answers a document."""

    async def data(self, text: str, actor: Actor, /, **variables: Any) -> Any:
        """The data of an answer without errors."""


@dataclass(frozen=True)
class Watching:
    """Answers a subscription by the first that it tells, or by None when it ends and has told nothing."""

    store: DocumentStore
    feed: Feed

    async def data(self, text: str, actor: Actor, /, **variables: Any) -> Any:
        """The data of the first result. Raises: TimeoutError when it goes on and tells nothing."""
        operation = self.store.by_text(text).operation(None)
        async with (
            asyncio.timeout(PATIENCE),
            aclosing(self.feed.results(operation, Asked(actor, variables, "en"))) as results,
        ):
            async for result in results:
                return orjson.loads(result.body)["data"]
        return None


@dataclass
class Rows:
    """All rows of a type, and who sees which of them."""

    ids: list[str]
    seen: dict[str, set[str]] = field(default_factory=dict)

    def sights(self) -> dict[str, set[str]]:
        """Who sees all rows, some that are theirs, or none; a sight that nobody has is left out."""
        found: dict[str, set[str]] = {}
        for sight in SIGHTS:
            if kinds := {kind for kind in self.seen if self._sight(kind) == sight}:
                found[sight] = kinds
        return found

    def _sight(self, kind: str) -> str:
        seen = self.seen[kind]
        return "none" if not seen else "all" if len(seen) == len(self.ids) else "own"


@dataclass
class Matrix:
    """What each kind of actor was answered: fields by their coordinates, rows by the title they were asked under."""

    answered: dict[str, set[str]] = field(default_factory=dict)
    forbidden: dict[str, set[str]] = field(default_factory=dict)
    rows: dict[str, Rows] = field(default_factory=dict)

    async def ask(
        self, answers: Answers, write: Callable[[Asking], str], kind: str, actor: Actor, **variables: Any
    ) -> Any:
        """The data of a document, asked again without what is forbidden; notes each of its fields.

        None when nothing is left to ask.
        """
        text, data = write(Asking()), None
        try:
            data = await answers.data(text, actor, **variables)
        except RequestError as refused:
            beyond = _forbidden(refused)
            for name in beyond:
                self.forbidden.setdefault(name, set()).add(kind)
            if text := write(Asking(beyond)):
                data = await answers.data(text, actor, **variables)
        for name in asked(text) if text else ():
            self.answered.setdefault(name, set()).add(kind)
        return data

    async def ask_of_rows(self, face: Face, title: str, ids: list[str], kind: str, actor: Actor) -> set[str]:
        """Which of all rows of a type are seen, each with all that may be asked of it."""
        seen: set[str] = set()
        for start in range(0, len(ids), PAGE):
            page = ids[start : start + PAGE]
            data = await self.ask(face, partial(Asking.rows, title=title), kind, actor, ids=page)
            seen |= {each["id"] for each in data["nodes"] if each}
        self._note_rows(title, ids, kind, seen)
        return seen

    async def watch_rows(self, watching: Watching, name: str, ids: list[str], kind: str, actor: Actor) -> set[str]:
        """Which of all rows of a type a subscription tells of; it ends at once for the others."""
        seen: set[str] = set()
        write = partial(Asking.watch, name=name)
        for row_id in ids:
            data = await self.ask(watching, write, kind, actor, id=row_id)
            seen |= {data[name]["id"]} if data else set()
        self._note_rows(name, ids, kind, seen)
        return seen

    def _note_rows(self, title: str, ids: list[str], kind: str, seen: set[str]) -> None:
        self.rows.setdefault(title, Rows(ids)).seen[kind] = seen

    def lines(self, names: set[str]) -> list[str]:
        """One line for each title of rows and each of these fields."""
        fields = (f"{name}: {shortened(self.answered[name])}" for name in names)
        return sorted([*map(self._of_rows, self.rows), *fields])

    def _of_rows(self, title: str) -> str:
        sights = (f"{sight} {shortened(kinds)}" for sight, kinds in self.rows[title].sights().items())
        return f"{title}: {'; '.join(sights)}"

    def outcomes(self) -> Iterator[tuple[str, set[str]]]:
        """Every set of kinds of actor that was noted, with what it was noted for."""
        yield from self.answered.items()
        yield from self.forbidden.items()
        for title, rows in self.rows.items():
            yield from ((f"{title}: {sight}", kinds) for sight, kinds in rows.sights().items())


def _forbidden(refused: RequestError) -> frozenset[str]:
    """The fields that are forbidden. Raises: the error itself when it is another one."""
    if refused.code is not Code.FORBIDDEN:
        raise refused
    return frozenset(each["extensions"]["field"] for each in refused.errors)


def shortened(kinds: set[str]) -> str:
    """Kinds of actor as the matrix writes them."""
    return "everybody" if kinds == set(KINDS) else " ".join(kind for kind in KINDS if kind in kinds)


def roles_of(kinds: set[str]) -> set[Role]:
    """The roles whose every kind of actor is among these."""
    return {role for role, short in SHORT.items() if kinds.issuperset(PAIRS.get(short, (short,)))}


def shortened_roles(kinds: set[str]) -> str:
    """The same as the roles' table writes them."""
    return " ".join(SHORT[role] for role in SHORT if role in roles_of(kinds))


def kinds_of(roles: Mapping[Role, object]) -> set[str]:
    """The kinds of actor that have one of these roles."""
    return {kind for role in roles for kind in PAIRS.get(SHORT[role], (SHORT[role],))}


def committed(name: str, lines: list[str]) -> list[str]:
    """The lines of the committed file; they are written anew when the environment asks for it."""
    path = Path(__file__).with_name(name)
    if os.environ.get(WRITE):
        path.write_text("\n".join(lines) + "\n")
    return path.read_text().splitlines()
