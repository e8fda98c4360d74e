"""A client that has payouts requested, made ready and approved by the verbs, and writes down what it was told.

`python -m tests.faults.client LOG PEOPLE` goes on until it is killed. Each line says what was asked for (`invoke`), or
that it was acknowledged (`ok`), refused or lost.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar
from uuid import UUID, uuid4

from domain.connections import database
from domain.jobs.waking import open_waking
from domain.kernel.actor import Actor, Role
from domain.kernel.database import transaction
from domain.kernel.money import Money
from domain.kernel.retries import retrying
from domain.kernel.settings import settings
from domain.kernel.subject import Scope, Subject, SubjectKind
from domain.payouts import approval, making
from domain.payouts.models import Payout
from domain.payouts.requests import request_payout

T = TypeVar("T")
PACE = 0.35  # seconds between two payouts of one of the callers
CALLERS = 4


@dataclass(frozen=True)
class People:
    """Who does what, by their ids."""

    customer: str
    decider: str
    maker: str
    approver: str

    def actor(self, name: str, role: Role) -> Actor:
        """One of the staff."""
        return Actor(frozenset({role}), staff_id=UUID(getattr(self, name)))


class Log:
    """Lines that are with the operating system before the caller goes on."""

    def __init__(self, path: Path) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def write(self, what: str, action: str, subject: UUID, **more: object) -> None:
        """Adds a line."""
        line = {"what": what, "action": action, "subject": str(subject), **{k: str(v) for k, v in more.items()}}
        os.write(self._file, json.dumps(line).encode() + b"\n")

    async def told(self, action: str, subject: UUID, verb: Callable[[], Awaitable[T]], **more: object) -> T | None:
        """Calls a verb as the API does, and writes down what was asked and what became of it."""
        self.write("invoke", action, subject, **more)
        try:
            found = await retrying(verb)
        except Exception as error:  # noqa: BLE001 - whatever it was is written down
            self.write("lost", action, subject, error=type(error).__name__)
            return None
        self.write("ok", action, subject, **more)
        return found


async def one_payout(log: Log, people: People, amount: Money) -> None:
    """From the request to the approval; what fails on the way is left as it stands."""
    subject = uuid4()
    maker, approver = people.actor("maker", Role.FINANCE), people.actor("approver", Role.FINANCE_APPROVER)

    async def request() -> Payout:
        async with transaction():
            return await request_payout(
                source=Subject(SubjectKind.CLAIM, subject),
                decision_no=1,
                amount=amount,
                scope=Scope(customer_id=UUID(people.customer)),
                barred=[UUID(people.decider)],
                actor=people.actor("decider", Role.CLAIMS_MANAGER),
            )

    payout = await log.told("request", subject, request, minor=amount.minor)
    if payout is None:
        return
    made = await log.told(
        "make_ready", subject, lambda: making.make_ready(payout.id, expected_version=payout.version, actor=maker)
    )
    if made is not None:
        await log.told(
            "approve", subject, lambda: approval.approve(made.id, expected_version=made.version, actor=approver)
        )


async def call(log: Log, people: People, dice: random.Random) -> None:
    """One caller, for ever."""
    while True:
        await one_payout(log, people, Money(dice.randrange(100, 400_000)))
        await asyncio.sleep(PACE * dice.uniform(0.5, 1.5))


async def run(path: Path, people: People) -> None:
    """All callers."""
    url = settings().database_url
    async with database(url, pool=CALLERS + 1):
        await open_waking(url)
        await asyncio.gather(*(call(Log(path), people, random.Random(os.urandom(8))) for _ in range(CALLERS)))


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), People(**json.loads(sys.argv[2]))))
