"""The pages a person sees in a browser: start page, GraphiQL, the schema's text and the docs; none of it in production
unless ad-hoc documents are answered there.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from html import escape
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
KINDS = {".md", ".graphql", ".svg"}
ADDRESS = "http://127.0.0.1:8000"  # where the documents say that the demo is
COMMENT = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
LINK = re.compile(rf'<a href="{re.escape(ADDRESS)}/?([^"]*)">(.*?)</a>')
PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Aftercare · {title}</title>
<link rel="icon" href="/static/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/static/index.css">
</head>
<body class="text">
<div class="bar"><a href="/">Aftercare</a><a href="/docs">Docs</a></div>
<main>{body}</main>
</body>
</html>
"""
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
    """A document of the project: Markdown and operations as pages, drawings as they are."""
    asked = request.path_params["path"]
    if not asked:
        return await _start_of_docs(request)
    path = _shown(asked)
    if path is None:
        if _shown(f"docs/{asked}") is not None:
            return RedirectResponse(f"/docs/docs/{asked}")
        return PlainTextResponse("There is no such document.", 404)
    if path.suffix == ".svg":
        return FileResponse(path, headers=HEADERS)
    text = path.read_text()
    body = _as_html(text, str(request.base_url)) if path.suffix == ".md" else f"<pre><code>{escape(text)}</code></pre>"
    return HTMLResponse(PAGE.format(title=escape(path.name), body=body), headers=HEADERS)


def _shown(asked: str) -> Path | None:
    """The file that a path of `/docs` names, if it is one to be shown."""
    if "\0" in asked:
        return None
    path = (ROOT / asked).resolve()
    inside = path.is_relative_to(ROOT) and path.relative_to(ROOT).parts[:1] and path.relative_to(ROOT).parts[0] in READ
    return path if inside and path.suffix in KINDS and path.is_file() else None


def _as_html(text: str, address: str) -> str:
    """Markdown as HTML without its comments; links to the demo lead to the server at this address."""
    html = str(_markdown.render(COMMENT.sub("", text)))
    here = escape(address.rstrip("/"))
    return LINK.sub(lambda link: f'<a href="/{link[1]}">{link[2].replace(ADDRESS, here)}</a>', html)
