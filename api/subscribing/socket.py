"""GraphQL over a WebSocket by `graphql-transport-ws`: the handshake, and a connection for each that passes it."""

from __future__ import annotations

from collections.abc import Collection

from starlette.types import Receive, Scope, Send

from api.credentials import Origins
from api.framing import SOCKET_PROTOCOL
from api.subscribing.connection import Close, Connection, Serving


class SocketEndpoint:
    """The ASGI application behind the WebSocket `/graphql`. Pages of `origins` and of its own host may open one."""

    def __init__(self, serving: Serving, origins: Collection[str] = ()) -> None:
        self.serving, self.origins = serving, Origins(origins)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one connection."""
        headers: dict[bytes, bytes] = dict(scope["headers"])
        await receive()
        if not self.origins.welcome(headers):
            await send({"type": "websocket.close"})  # before it was accepted, which the server tells as 403
            return
        if SOCKET_PROTOCOL not in scope["subprotocols"]:
            await send({"type": "websocket.accept"})
            reason = "Subprotocol not acceptable"
            await send({"type": "websocket.close", "code": int(Close.NO_PROTOCOL), "reason": reason})
            return
        await send({"type": "websocket.accept", "subprotocol": SOCKET_PROTOCOL})
        await Connection(self.serving, scope, receive, send).serve()
