"""Where documents are set and kept: what a renderer and a store do, and what a store says when it could not."""

from __future__ import annotations

import re
from typing import Protocol

from domain.documents.papers import Paper

KEY = re.compile(r"[a-z0-9_]+(/[a-z0-9_]+)*\.[a-z]+")
KEY_LENGTH = 200


class StoreUnavailable(ConnectionError):
    """The store is out of reach or does not take part for the moment; it may be tried again."""


class NotStored(LookupError):
    """The store holds nothing under the key."""


class WrongKey(ValueError):
    """A key that leads elsewhere, or may."""


class Renderer(Protocol):
    """Sets papers."""

    def render(self, paper: Paper) -> bytes:
        """The paper as a file; the same bytes for the same paper. It takes its time: call it in a thread."""


class Store(Protocol):
    """Keeps files under keys that the house makes; what is written stands whole or not at all."""

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keeps a file; once more is as once.

        Raises: StoreUnavailable, WrongKey.
        """

    async def get(self, key: str) -> bytes:
        """A file that was kept.

        Raises: NotStored, StoreUnavailable, WrongKey.
        """


class NoRenderer(RuntimeError):
    """The process was put together without a renderer."""


class NoStore(RuntimeError):
    """The process was put together without a store."""


_renderers: list[Renderer] = []
_stores: list[Store] = []


def use_renderer(renderer: Renderer) -> None:
    """Lets this process set papers; said once, where the process is put together."""
    _renderers[:] = [renderer]


def renderer_in_use() -> Renderer:
    """The renderer of this process.

    Raises: NoRenderer.
    """
    if not _renderers:
        raise NoRenderer("no renderer was given to this process")
    return _renderers[0]


def use_store(store: Store) -> None:
    """Lets this process keep and fetch files; said once, where the process is put together."""
    _stores[:] = [store]


def store_in_use() -> Store:
    """The store of this process.

    Raises: NoStore.
    """
    if not _stores:
        raise NoStore("no store was given to this process")
    return _stores[0]


def checked_key(key: str) -> str:
    """A key of lower-case words between single slashes, as every store takes it.

    Raises: WrongKey, without repeating it.
    """
    if len(key) > KEY_LENGTH or KEY.fullmatch(key) is None:
        raise WrongKey("this is no key of a file")
    return key
