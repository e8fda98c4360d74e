"""What the insurer needs of a register of identities: whether a name and a number belong together, and no more."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol

from domain.customers.terms import CustomerKind


class IdentityAnswer(StrEnum):
    """What the register says (核验结果)."""

    MATCH = "MATCH"
    """一致: it knows this name with this number."""
    MISMATCH = "MISMATCH"
    """不一致: it does not."""


@dataclass(frozen=True, slots=True, repr=False)
class IdentityQuestion:
    """What the register is asked: a person's name and identity number, or a company's and its code. Never shown."""

    kind: CustomerKind
    name: str
    number: str


class RegisterError(Exception):
    """The register did not answer as hoped; its text never holds name or number. Asking again does no harm."""


class RegisterUnavailable(RegisterError):
    """The register was out of reach or turned the question away unread."""


class RegisterAnswerLost(RegisterError):
    """The question went out, and what came back is no answer."""


class IdentityRegister(Protocol):
    """A register that is asked as often as one likes: asking changes nothing there."""

    async def check(self, asked: IdentityQuestion) -> IdentityAnswer:
        """Whether name and number belong together.

        Raises: RegisterUnavailable, RegisterAnswerLost.
        """
        ...


class NoRegister(RuntimeError):
    """The process was put together without a register of identities."""


_registers: list[IdentityRegister] = []


def use_register(register: IdentityRegister) -> None:
    """Lets this process ask a register; said once, where the process is put together."""
    _registers[:] = [register]


def register_in_use() -> IdentityRegister:
    """The register of this process.

    Raises: NoRegister.
    """
    if not _registers:
        raise NoRegister("no register of identities was given to this process")
    return _registers[0]
