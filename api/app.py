"""The ASGI application: the endpoint, health, the start page, and what is opened and closed with it."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.cors import CORSMiddleware
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.types import ASGIApp, Receive, Scope, Send

from api import bank, mail, oauth, premium
from api.answering import Answering
from api.changing import Changing
from api.cookies import CookieSessions
from api.credentials import Callers
from api.documents import DocumentStore
from api.evidence.serving import evidence_routes
from api.evidence.uploading import paper_routes
from api.files import file_routes
from api.http import GraphQLEndpoint
from api.leasing import Leasing
from api.metrics import served_metrics
from api.pages import page_routes
from api.payouts.serving import payment_file_routes
from api.payouts.uploading import statement_routes
from api.rates import Rates
from api.reading.plans import Planner
from api.schema import SCHEMA
from api.subscribing.opening import Subscriptions
from api.surveying import survey_routes
from api.uploads import upload_routes
from api.verify import verify_routes
from domain.access.reading import session_live_sql
from domain.connections import close_database, open_database
from domain.jobs.waking import close_waking, open_waking
from domain.kernel.actor import Actor
from domain.kernel.projection.pool import Reading, open_read_pool
from domain.kernel.settings import Documents, Environment, Settings
from domain.migrating import reader_role

log = logging.getLogger("aftercare.api")

PATH = "/graphql"
ASKED_HEADERS = ("Authorization", "Content-Type", "Idempotency-Key", "X-Request-Id", "Traceparent", "X-Aftercare-Csrf")
TOLD_HEADERS = ("RateLimit", "RateLimit-Policy", "Retry-After", "X-Request-Id")


class Straight:
    """Leads GraphQL over HTTP straight to its endpoint: finding a route and guarding it costs a tenth of a small read.

    The endpoint answers whatever happens, so that no guard is missed.
    """

    def __init__(self, app: ASGIApp, endpoint: ASGIApp) -> None:
        self.app, self.endpoint = app, endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serves one request."""
        is_straight = scope["type"] == "http" and scope["path"] == PATH
        await (self.endpoint if is_straight else self.app)(scope, receive, send)


class Api:
    """The parts of one API process, and what is opened and closed with it."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        schema = SCHEMA._schema  # noqa: SLF001 - strawberry has no public name for it
        self.planner = Planner(schema, session_live_sql)
        self.reading = Reading(settings.request_deadline)
        self.store = DocumentStore(schema, settings.answers, settings.documents_manifest)
        changing = Changing(SCHEMA, self.planner, self.reading)
        self.answering = Answering(schema, self.planner, self.reading, changing)
        self.rates, self.callers = Rates(settings.rate_scale), Callers(settings.origins)
        self.subscriptions = Subscriptions(
            self.answering,
            self.store,
            self.callers,
            self.rates,
            deadline=settings.request_deadline,
            origins=(settings.public_url, *settings.origins),
            proxies=settings.proxies,
        )

        self.endpoint = GraphQLEndpoint(
            self.answering,
            self.store,
            self.callers,
            self.rates,
            body_limit=settings.body_limit,
            deadline=settings.request_deadline,
            proxies=settings.proxies,
            stream=self.subscriptions.streaming.serve,
        )

    def routes(self) -> list[BaseRoute]:
        """What it answers; pages too, where people may look around."""
        settings = self.settings
        pages = settings.env is not Environment.PRODUCTION or settings.answers is Documents.OPEN
        return [
            Route(PATH, self.endpoint),
            WebSocketRoute(PATH, self.subscriptions.socket),
            CookieSessions(self.callers, secure=settings.public_url.startswith("https:")).route,
            Route("/health/live", _live),
            Route("/health/ready", self.ready),
            *bank.routes(),
            *premium.routes(settings.premium_secret),
            *mail.routes(settings.mail_secret, settings.letter_limit),
            *oauth.routes(settings.proxies),
            *file_routes(self.rates, settings.proxies),
            *upload_routes(self.callers, self.rates, self.is_live, settings.proxies),
            *paper_routes(self.rates, settings.proxies),
            *evidence_routes(self.rates, settings.proxies),
            *payment_file_routes(self.rates, settings.proxies),
            *statement_routes(self.rates, settings.proxies),
            *verify_routes(self.rates, settings.proxies),
            *survey_routes(self.rates, settings.proxies),
            *(page_routes() if pages else ()),
        ]

    @asynccontextmanager
    async def lifespan(self, app: Starlette) -> AsyncIterator[None]:
        """Opens the connections, and closes them when the process has answered what it took on."""
        settings = self.settings
        url = settings.database_read_url or settings.database_url
        async with AsyncExitStack() as closing:
            pool = await open_read_pool(url, settings.read_pool, settings.request_deadline, await reader_role(url))
            closing.push_async_callback(pool.close)
            self.reading.open(pool)
            await open_database(settings.database_url, settings.write_pool)
            closing.push_async_callback(close_database)
            await open_waking(settings.database_url)
            closing.push_async_callback(close_waking)
            leasing = Leasing(self.rates, settings.redis_url)
            leasing.start()
            closing.push_async_callback(leasing.stop)
            await closing.enter_async_context(self.subscriptions.opened())
            closing.enter_context(served_metrics(settings.api_metrics_port))
            app.state.ready = True
            closing.callback(setattr, app.state, "ready", False)  # noqa: FBT003 - the value it gets
            yield

    async def is_live(self, actor: Actor) -> bool:
        """Whether somebody's session still counts; who has none, needs none."""
        if actor.session_id is None:
            return True
        return await self.reading.holds(self.planner.live(actor.roles).format(id="$1::uuid"), actor.session_id)

    async def ready(self, _: Request) -> Response:
        """Whether it can read now."""
        try:
            fit = await self.reading.holds("true")
        except (OSError, TimeoutError) as error:
            log.warning("not ready: %s", type(error).__name__)
            fit = False
        return JSONResponse({"ready": fit}, 200 if fit else 503)


def create_app(settings: Settings, extra_routes: list[BaseRoute] | None = None) -> Starlette:
    """The API of one process. Development adds the IDE and what `extra_routes` brings (the demo's mailbox)."""
    api = Api(settings)
    routes = [*api.routes(), *(extra_routes or [])]
    guards = [*_guards(settings), Middleware(Straight, api.endpoint)]
    app = Starlette(routes=routes, lifespan=api.lifespan, middleware=guards)
    app.state.answering, app.state.reading, app.state.planner = api.answering, api.reading, api.planner
    app.state.subscriptions = api.subscriptions
    return app


def _guards(settings: Settings) -> list[Middleware]:
    """Lets the pages of the listed origins ask, and those of no other."""
    if not settings.origins:
        return []
    return [
        Middleware(
            CORSMiddleware,
            allow_origins=settings.origins,
            allow_methods=("GET", "POST", "PUT", "DELETE"),
            allow_headers=ASKED_HEADERS,
            allow_credentials=True,
            expose_headers=TOLD_HEADERS,
        )
    ]


async def _live(_: Request) -> Response:
    return JSONResponse({"live": True})
