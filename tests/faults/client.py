"""Customers and staff who bring claims from the report to the payout over HTTP, and write down what they were told.

`python -m tests.faults.client LOG PEOPLE ADDRESS…` begins claims until SIGTERM and then ends those under way. Whoever
is not told that a change was made reads the claim and goes on from what stands there.
"""

from __future__ import annotations

import asyncio
import os
import random
import signal
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any

from domain.kernel import clock
from tests.faults.asking import Api, Became, Log
from tests.faults.people import Cover, Member, People, read_people

CALLERS = int(os.environ.get("AFTERCARE_FAULTS_CALLERS", "6"))
PACE = 0.35  # seconds between two changes of one of the callers
PAUSE = 0.2  # seconds after a change that was not acknowledged
LARGE = 5_000  # yuan: more is decided by a manager, and released by two


@dataclass(frozen=True)
class Step:
    """The next change of a claim: who asks for what."""

    name: str
    token: str
    subject: str
    given: Mapping[str, Any]


@dataclass(frozen=True)
class Walk:
    """One claim on its way: its cover, what it costs, and who works on it."""

    cover: Cover
    bill: int
    handler: Member
    people: People

    def next_step(self, claim: Mapping[str, Any] | None) -> Step | None:
        """What is to be done about a claim as it stands; None when it is with the workers."""
        if claim is None:
            return Step("Report", self.cover.token, self.cover.policy, self._loss())
        handler = self.handler.token
        match claim["state"]:
            case "NOTIFIED":
                return self._of(claim, "Register", handler)
            case "REGISTERED":
                return self._of(claim, "StartAssessment", handler)
            case "ASSESSING":
                if claim["lines"]:
                    return self._of(claim, "Propose", handler, reason="as repaired")
                return self._of(claim, "SetLines", handler, lines=self._lines())
            case "DECISION_PENDING":
                decider = self.people.managers[0] if self.bill > LARGE else self.handler
                return self._of(claim, "Approve", decider.token)
            case "APPROVED":
                return self._of(claim, "Agree", self.cover.token)
            case _:
                return self._release(claim)

    def _release(self, claim: Mapping[str, Any]) -> Step | None:
        (payout,) = claim["payouts"]
        given = {"payoutId": payout["id"], "expectedVersion": payout["version"]}
        if payout["state"] == "DRAFT":
            return Step("MakeReady", self.people.makers[0].token, payout["id"], given)
        if payout["state"] == "PENDING_APPROVAL":
            known = {each["approver"]["id"] for each in payout["approvals"]}
            other = next(each for each in self.people.approvers if each.id not in known)
            return Step("ApprovePayout", other.token, payout["id"], given)
        return None

    def _of(self, claim: Mapping[str, Any], name: str, token: str, **more: Any) -> Step:
        given = {"claimId": claim["id"], "expectedVersion": claim["version"], **more}
        return Step(name, token, claim["id"], given)

    def _loss(self) -> dict[str, Any]:
        return {
            "policyId": self.cover.policy, "lossOn": (clock.today() - timedelta(days=1)).isoformat(), "cause": "DROP",
            "place": "Shanghai", "description": "It fell down the stairs.", "claimed": {"amount": f"{self.bill}.00"},
        }  # fmt: skip

    def _lines(self) -> list[dict[str, Any]]:
        return [
            {"description": "Mainboard", "bill": {"amount": f"{self.bill}.00"}},
            {"description": "Protective film", "bill": {"amount": "60.00"}, "exclusion": "CONSUMABLE"},
        ]


@dataclass
class Caller:
    """Brings one claim after another to its payout."""

    api: Api
    people: People
    covers: Iterator[Cover]
    dice: random.Random
    stopping: asyncio.Event

    async def run(self) -> None:
        """Goes on until it is told to stop, and then to the end of its claim."""
        for cover in self.covers:
            if self.stopping.is_set():
                return
            bill = self.dice.randrange(500, cover.price)
            await self.bring(Walk(cover, bill, self.dice.choice(self.people.handlers), self.people))

    async def bring(self, walk: Walk) -> None:
        """Brings one claim to its payout."""
        seen: Mapping[str, Any] | None = None
        while (step := walk.next_step(seen)) is not None:
            became = await self.api.change(step.name, step.token, step.subject, step.given)
            await asyncio.sleep(PACE * self.dice.uniform(0.1, 0.9) if became.what == "ok" else PAUSE)
            seen = self._after(seen, step, became) or await self.look(walk)

    @staticmethod
    def _after(seen: Mapping[str, Any] | None, step: Step, became: Became) -> Mapping[str, Any] | None:
        """The claim after an acknowledged change, as far as the answer shows all that the next step needs."""
        if became.row is None or step.name in {"Agree", "MakeReady", "ApprovePayout"}:
            return None
        return {"lines": [], "payouts": [], **(seen or {}), **became.row}

    async def look(self, walk: Walk) -> Mapping[str, Any] | None:
        """The claim as it stands, asked for until somebody answers; None when it was not reported."""
        reported = await self._read("Reported", walk.cover.token, walk.cover.policy)
        if not (claims := reported["policy"]["claims"]["nodes"]):
            return None
        found = await self._read("Look", self.people.makers[0].token, claims[0]["id"])
        return dict(found["claim"])

    async def _read(self, name: str, token: str, row_id: str) -> Mapping[str, Any]:
        while (found := await self.api.read(name, token, id=row_id)) is None:  # noqa: ASYNC110 - others come back
            await asyncio.sleep(PAUSE)
        return found


async def run(path: Path, people: People, addresses: list[str]) -> None:
    """All callers."""
    stopping, dice = asyncio.Event(), random.Random(os.urandom(8))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    api, covers = Api(addresses, Log(path), dice), iter(people.covers)
    await asyncio.gather(*(Caller(api, people, covers, dice, stopping).run() for _ in range(CALLERS)))
    await stopping.wait()  # whoever ends before is started anew, and would report the same losses again
    await api.close()


if __name__ == "__main__":
    asyncio.run(run(Path(sys.argv[1]), read_people(Path(sys.argv[2])), sys.argv[3:]))
