"""How many connections that stay open each client may have in this process."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterator
from contextlib import contextmanager

from api.errors import Code, RequestError
from domain.kernel.actor import Actor

MOST_CONNECTIONS = 20


class Places:
    """Counts the connections of each client."""

    def __init__(self, most: int = MOST_CONNECTIONS) -> None:
        self.most = most
        self.taken: Counter[Hashable] = Counter()

    @contextmanager
    def held(self, actor: Actor, address: str) -> Iterator[None]:
        """Takes a place for the time of a block. A client is who calls, or the address of somebody unknown.

        Raises: RequestError with THROTTLED when all of the client's places are taken.
        """
        client = actor.id or address
        if self.taken[client] >= self.most:
            raise RequestError.of(Code.THROTTLED, f"At most {self.most} connections may stay open at once.")
        self.taken[client] += 1
        try:
            yield
        finally:
            self.taken[client] -= 1
            if not self.taken[client]:
                del self.taken[client]
