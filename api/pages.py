"""The pages a person sees in a browser: start page, GraphiQL, the schema's text and the docs; none of it in production
unless ad-hoc documents are answered there.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path

from markdown_it import MarkdownIt
from starlette.requests import Request
from starlette.responses import (
    FileResponse,
    HTMLResponse,
    PlainTextResponse,
    RedirectResponse,
    Response,
)
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from api.schema import SCHEMA

STATIC = Path(__file__).parent / "static"
ROOT = Path(__file__).parent.parent
READ = ("README.md", "CHANGELOG.md", "docs")  # what `/docs` shows of the project's folder
HEADERS = {
    # GraphiQL's editor sets styles on its elements; scripts come from files of ours alone.
    "Content-Security-Policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
    "font-src 'self' data:; frame-ancestors 'none'; base-uri 'none'; form-action 'self'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
}
PAGE = (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><title>Aftercare</title>'
    '<meta name="viewport" content="width=device-width, initial-scale=1"><link rel="icon" href="/static/icon.svg">'
    '<link rel="stylesheet" href="/static/index.css"></head><body class="text"><main>{}</main></body></html>'
)
_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")


def page_routes() -> list[BaseRoute]:
    """The routes of all pages."""
    return [
        Route("/", _file("index.html")),
        Route("/graphiql", _file("graphiql.html")),
        Route("/schema.graphql", _schema),
        Route("/docs", _start_of_docs),
        Route("/docs/{path:path}", _document),
        Mount("/static", StaticFiles(directory=STATIC)),
    ]


def _file(name: str) -> Callable[[Request], Awaitable[Response]]:
    async def show(_: Request) -> Response:
        return FileResponse(STATIC / name, headers=HEADERS)

    return show


async def _schema(_: Request) -> Response:
    return PlainTextResponse(SCHEMA.as_str())


async def _start_of_docs(_: Request) -> Response:
    return RedirectResponse("/docs/README.md")


async def _document(request: Request) -> Response:
    """A document of the project: Markdown as a page, operations as text."""
    path = (ROOT / request.path_params["path"]).resolve()
    shown = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[:1] and path.relative_to(ROOT).parts[0] in READ
    if not shown or not path.is_file() or path.suffix not in {".md", ".graphql"}:
        return PlainTextResponse("There is no such document.", 404)
    text = path.read_text()
    if path.suffix != ".md":
        return PlainTextResponse(text, headers=HEADERS)
    return HTMLResponse(PAGE.format(_markdown.render(text)), headers=HEADERS)
