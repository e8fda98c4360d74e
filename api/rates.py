"""How many points somebody may spend: a bucket in this process, so that no request waits for another server."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

from api.errors import Code, RequestError
from domain.kernel.actor import Actor, Role
from domain.kernel.sealing import blind_index

KEPT = 10_000
IDLE = 30.0  # seconds without a request until a bucket is given back
Clock = Callable[[], float]


@dataclass(frozen=True)
class Rate:
    """What one client may spend. Units: `burst` points at once, `refill` points a second."""

    burst: float
    refill: float

    def scaled(self, times: float) -> Rate:
        """The same, so many times as much."""
        return Rate(self.burst * times, self.refill * times)

    @property
    def policy(self) -> bytes:
        """The value of the header `RateLimit-Policy`."""
        return b'"points";q=%d;w=%d' % (self.burst, math.ceil(self.burst / self.refill))


ANONYMOUS = Rate(1_000, 50)
"""Of an address that nobody has signed in from; an office is one address."""
PERSON = Rate(4_000, 200)
PARTNER = Rate(20_000, 1_000)
REFUSED = 5
"""Points of a document that is refused, as reading it costs us too."""


def rate_of(actor: Actor) -> Rate:
    """The rate of a kind of caller."""
    if actor.has(Role.ANONYMOUS):
        return ANONYMOUS
    return PARTNER if actor.has(Role.PARTNER, Role.REPAIRER) else PERSON


class Throttled(RequestError):
    """More points than are left. Units: `wait` in whole seconds."""

    def __init__(self, wait: int) -> None:
        message = f"Too many requests; try again in {wait} s."
        super().__init__(Code.THROTTLED, ({"message": message, "extensions": {"code": Code.THROTTLED.value}},))
        self.wait = wait


@dataclass
class Bucket:
    """What one client has left here. Units: points, and seconds of a monotonic clock.

    `owed` was given on credit and is still to be taken from the bucket that all processes share; `elsewhere` is what
    that one had left when it was asked last.
    """

    key: str
    rate: Rate
    left: float
    owed: float
    seen: float
    elsewhere: float = 0.0
    policy: bytes = field(init=False)

    def __post_init__(self) -> None:
        self.policy = self.rate.policy

    def spend(self, points: float) -> None:
        """Takes points for what is about to be done.

        Raises: Throttled when there are not so many.
        """
        if points > self.left:
            raise Throttled(max(1, math.ceil((points - self.left) / self.rate.refill)))
        self.left -= points

    def charge_for(self, error: Exception) -> None:
        """Takes points for an operation that was refused, so far as there are any; none for one that had too few."""
        if isinstance(error, RequestError) and not isinstance(error, Throttled):
            self.left = max(0.0, self.left - REFUSED)

    @property
    def headers(self) -> tuple[tuple[bytes, bytes], ...]:
        """What an answer says of it: how much is left, and how many seconds until it is full."""
        left = min(self.rate.burst, self.left + self.elsewhere)
        full = math.ceil((self.rate.burst - left) / self.rate.refill)
        return (b"ratelimit", b'"points";r=%d;t=%d' % (left, full)), (b"ratelimit-policy", self.policy)


class Rates:
    """The buckets of one process, each with its share of what all processes may give out.

    Without word from the others a process gives out its share alone, so that a loss of Redis neither stops nor opens
    the door.
    """

    def __init__(self, scale: float, now: Clock = time.monotonic) -> None:
        self.scale, self.now = scale, now
        self.processes = 1
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def __len__(self) -> int:
        return len(self._buckets)

    def __iter__(self) -> Iterator[Bucket]:
        return iter(list(self._buckets.values()))

    def bucket(self, actor: Actor, address: str | None) -> Bucket:
        """The bucket of a caller, or of an address where nobody has signed in."""
        name = f"address:{address}" if actor.has(Role.ANONYMOUS) else actor.label
        found = self._buckets.get(name)
        if found is None:
            found = self._buckets[name] = self._fresh(name, rate_of(actor).scaled(self.scale))
            if len(self._buckets) > KEPT:
                self._buckets.popitem(last=False)
        else:
            self._buckets.move_to_end(name)
            found.seen = self.now()
        return found

    def _fresh(self, name: str, rate: Rate) -> Bucket:
        share = rate.burst / self.processes
        return Bucket(blind_index("rate", name).hex(), rate, share, share, self.now())

    def missing(self, bucket: Bucket) -> float:
        """How many points a bucket lacks of this process's share."""
        return max(0.0, bucket.rate.burst / self.processes - bucket.left)

    def refill_alone(self, seconds: float) -> None:
        """Gives every bucket this process's share of what the time has brought."""
        for bucket in self:
            bucket.left += min(self.missing(bucket), bucket.rate.refill * seconds / self.processes)

    def take_idle(self) -> list[Bucket]:
        """Removes the buckets that nobody has used for a while."""
        over = self.now() - IDLE
        names = [name for name, bucket in self._buckets.items() if bucket.seen < over]
        return [self._buckets.pop(name) for name in names]
