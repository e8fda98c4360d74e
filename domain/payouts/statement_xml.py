"""A bank statement as it arrives: ISO 20022 camt.053.001.02 and .08, read in one pass while its bytes come.

Read by expat, the parser of the standard library. A document type is refused where it begins: without one a file has
no entities of its own, so that nothing in it grows when it is read and nothing is fetched from elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from xml.parsers import expat

from domain.payouts.refusals import StatementRefused
from domain.payouts.terms import StatementFault

NAMESPACES = frozenset(f"urn:iso:std:iso:20022:tech:xsd:camt.053.001.{version}" for version in ("02", "08"))
DEEPEST = 24
MOST_NODES = 600_000  # about 200 MB of memory, and more than the most entries need
MOST_ENTRIES = 20_000
MOST_TEXT = 10_000
"""Characters of one element."""


@dataclass(slots=True)
class Node:
    """An element with what stands in it."""

    tag: str
    currency: str = ""
    text: str = field(default="", repr=False)
    parts: list[Node] = field(default_factory=list, repr=False)

    def all(self, path: str) -> list[Node]:
        """The elements at the end of a path of names."""
        found = [self]
        for tag in path.split("/"):
            found = [part for each in found for part in each.parts if part.tag == tag]
        return found

    def one(self, path: str) -> Node | None:
        """The first of them, if there is one."""
        found = self.all(path)
        return found[0] if found else None

    def told(self, *paths: str) -> str:
        """What stands at the first of these paths that is there, without blanks around it."""
        found = (self.one(path) for path in paths)
        return next((each.text.strip() for each in found if each is not None and each.text.strip()), "")


class StatementParser:
    """Takes in a statement piece by piece."""

    def __init__(self) -> None:
        self._parser = expat.ParserCreate(namespace_separator=" ")
        self._parser.buffer_text = True
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._take_text
        self._open: list[Node] = []
        self._space, self._nodes, self._entries = "", 0, 0
        self._root: Node | None = None

    def feed(self, chunk: bytes) -> None:
        """Takes the next bytes.

        Raises: StatementRefused.
        """
        self._parse(chunk, is_last=False)

    def close(self) -> Node:
        """Takes the end of the file; the one statement in it.

        Raises: StatementRefused.
        """
        self._parse(b"", is_last=True)
        statements = self._root.all("BkToCstmrStmt/Stmt") if self._root is not None else []
        if len(statements) != 1:
            raise StatementRefused(StatementFault.NOT_CAMT_053)
        return statements[0]

    def _parse(self, chunk: bytes, *, is_last: bool) -> None:
        try:
            self._parser.Parse(chunk, is_last)
        except (expat.ExpatError, LookupError, ValueError):
            raise StatementRefused(StatementFault.UNREADABLE) from None

    def _refuse_doctype(self, *_: object) -> None:
        raise StatementRefused(StatementFault.UNREADABLE)

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, tag = name.rpartition(" ")
        if not self._open:
            if tag != "Document" or space not in NAMESPACES:
                raise StatementRefused(StatementFault.NOT_CAMT_053)
            self._space = space
        node = Node(tag if space == self._space else "?", attributes.get("Ccy", ""))
        self._nodes += 1
        self._entries += node.tag in {"Ntry", "TxDtls"}
        if len(self._open) >= DEEPEST or self._nodes > MOST_NODES or self._entries > 2 * MOST_ENTRIES:
            raise StatementRefused(StatementFault.TOO_LARGE)
        if self._open:
            self._open[-1].parts.append(node)
        else:
            self._root = node
        self._open.append(node)

    def _end(self, _: str) -> None:
        self._open.pop()

    def _take_text(self, text: str) -> None:
        node = self._open[-1]
        node.text += text
        if len(node.text) > MOST_TEXT:
            raise StatementRefused(StatementFault.TOO_LARGE)
