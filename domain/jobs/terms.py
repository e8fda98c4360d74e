"""The words of jobs: their states, queues, outcomes, and what a scheduler does about missed slots."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import IntEnum, StrEnum

from domain.kernel.subject import Subject


class JobState(StrEnum):
    """Where a job stands 作业状态."""

    AVAILABLE = "AVAILABLE"
    """Waits for its time and for room in its queue 待派发."""
    DISPATCHED = "DISPATCHED"
    """On its way to a worker 已派发."""
    EXECUTING = "EXECUTING"
    """A worker holds it by a lease 执行中."""
    PARKED = "PARKED"
    """Whether its effect stands outside is unknown; asked about, never repeated blindly 结果待查."""
    SUCCEEDED = "SUCCEEDED"
    """Its effect stands 已完成."""
    DEAD = "DEAD"
    """Given up; only an administrator takes it up again 已失败."""
    CANCELLED = "CANCELLED"
    """Called off before it had an effect 已取消."""


LIVE = (JobState.AVAILABLE, JobState.DISPATCHED, JobState.EXECUTING, JobState.PARKED)
LEASED = (JobState.DISPATCHED, JobState.EXECUTING)
FINISHED = (JobState.SUCCEEDED, JobState.DEAD, JobState.CANCELLED)


class JobStatus(StrEnum):
    """What a client is told of a job's state."""

    QUEUED = "QUEUED"
    """排队中: waits for its first attempt."""
    RUNNING = "RUNNING"
    """执行中: a worker holds it."""
    RETRYING = "RETRYING"
    """重试中: an attempt failed; the next one is due."""
    AWAITING_OUTCOME = "AWAITING_OUTCOME"
    """结果待查: whether its effect stands is being found out."""
    SUCCEEDED = "SUCCEEDED"
    """已完成: its effect stands."""
    FAILED = "FAILED"
    """已失败: given up; an administrator may take it up again."""
    CANCELLED = "CANCELLED"
    """已取消: called off."""


class JobAction(StrEnum):
    """What is done to a job: by the relay, by a worker, or by an administrator."""

    DISPATCH = "DISPATCH"
    """The relay sends it to a worker."""
    RECALL = "RECALL"
    """Its lease ran out; it waits again."""
    CLAIM = "CLAIM"
    """A worker takes it."""
    FINISH = "FINISH"
    """Its effect stands."""
    POSTPONE = "POSTPONE"
    """It waits for a later time."""
    PARK = "PARK"
    """Its outcome is unknown."""
    GIVE_UP = "GIVE_UP"
    """No attempt is left."""
    CANCEL = "CANCEL"
    """Call it off."""
    SNOOZE = "SNOOZE"
    """Put it off."""
    RETRY = "RETRY"
    """Take it up again."""


class Queue(StrEnum):
    """Classes of jobs 队列, each with workers of its own, so that bulk never holds up money."""

    MONEY = "MONEY"
    """资金: payouts and what hangs on them."""
    NOTIFY = "NOTIFY"
    """通知: mails and short messages."""
    BULK = "BULK"
    """批量: many rows, in no hurry."""
    DOCUMENTS = "DOCUMENTS"
    """单证: documents to make."""


class Priority(IntEnum):
    """Order within a queue, lower first; a closed set, because the relay looks at each value in turn."""

    URGENT = 50
    NORMAL = 100
    LOW = 200


class Word(StrEnum):
    """How an attempt ended 执行结果."""

    DONE = "DONE"
    """Its effect stands."""
    LATER = "LATER"
    """Not yet; does not count as an attempt."""
    REFUSED = "REFUSED"
    """The insurer says no, and would again."""
    FAILED = "FAILED"
    """It had no effect; tried again while attempts are left."""
    UNKNOWN = "UNKNOWN"
    """It may have had its effect; asked about, never repeated blindly."""
    CRASHED = "CRASHED"
    """The worker fell silent until its lease was over."""
    GIVEN_BACK = "GIVEN_BACK"
    """The worker was told to stop and gave the job back."""


@dataclass(frozen=True)
class Outcome:
    """What a handler says of its attempt. `code` is stable and shown; `note` is for administrators.

    Neither holds personal data. `made` is the row that came of a job that is done: one that it made, or the one that
    it was to bring about.
    """

    word: Word
    at: datetime | None = None
    code: str | None = None
    note: str | None = None
    made: Subject | None = None

    @classmethod
    def done(cls, made: Subject | None = None) -> Outcome:
        """The effect stands, and a row came of it; none where there was nothing to do, or no one row to name."""
        return cls(Word.DONE, made=made)

    @classmethod
    def later(cls, at: datetime, note: str | None = None) -> Outcome:
        """Not yet: to be tried again at an instant, without counting as an attempt."""
        return cls(Word.LATER, at=at, note=note)

    @classmethod
    def refused(cls, code: str, note: str | None = None) -> Outcome:
        """The insurer says no, and would again: the job is dead at once."""
        return cls(Word.REFUSED, code=code, note=note)

    @classmethod
    def failed(cls, code: str, note: str | None = None) -> Outcome:
        """It did not work and had no effect: tried again while attempts are left."""
        return cls(Word.FAILED, code=code, note=note)

    @classmethod
    def unknown(cls, code: str = "OUTCOME_UNKNOWN", note: str | None = None) -> Outcome:
        """It may have had its effect outside: the job is parked until somebody has found out."""
        return cls(Word.UNKNOWN, code=code, note=note)


class CatchUp(StrEnum):
    """What becomes of slots that passed while no scheduler ran 补跑策略."""

    NONE = "NONE"
    """They are left out."""
    LAST = "LAST"
    """Only the last one is made up for."""
    ALL = "ALL"
    """Each one is made up for."""


MAX_CRASHES = 3
"""A job whose worker died this often is given up: it is the likely cause."""
CODE_LENGTH = 64
"""Characters of a code that readers are told of, at most."""
CODE_WAIT = timedelta(hours=24)
"""How long a job of a kind that no worker knows waits for a newer worker."""
CODE_PAUSE = timedelta(seconds=30)
"""Until such a job is looked at again."""
KEPT = timedelta(days=30)
"""How long a finished job stays among the living before it moves to the archive."""
