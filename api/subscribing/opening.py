"""The subscriptions of one process, put together: one watcher, and both ways of telling what it finds."""

from __future__ import annotations

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from api.answering import Answering
from api.documents import DocumentStore
from api.rates import Rates
from api.subscribing.connection import Authenticate, Serving
from api.subscribing.feed import Feed
from api.subscribing.places import Places
from api.subscribing.socket import SocketEndpoint
from api.subscribing.stream import Streaming
from api.subscribing.watcher import Watcher
from domain.kernel.news import close_news, open_news


class Subscriptions:
    """What is watched here, and for whom. Pages of `origins` may open sockets; units: `deadline` in seconds."""

    def __init__(
        self,
        answering: Answering,
        store: DocumentStore,
        authenticate: Authenticate,
        rates: Rates,
        *,
        deadline: float,
        origins: Collection[str],
        proxies: int,
    ) -> None:
        self.watcher, self.places = Watcher(answering.reading), Places()
        feed = Feed(answering, self.watcher, deadline)
        self.streaming = Streaming(feed, self.places)
        serving = Serving(feed, store, authenticate, self.places, rates, proxies)
        self.socket = SocketEndpoint(serving, origins)

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[None]:
        """Watches, and tells other processes of changes, for the time of a block."""
        await open_news()
        self.watcher.open()
        try:
            yield
        finally:
            await self.watcher.close()
            await close_news()
