"""Other people's clients tell the whole story to a whole running system, with ordinary and with trusted documents."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from commands.tour import STEPS as TOUR
from tests.commands.demonstration import Demo
from tests.commands.processes import ROOT, open_home, processes_of
from tests.interop.tools import FOLDER, Node

pytestmark = pytest.mark.interop
STORY = ROOT / "docs" / "story.graphql"
WATCHING = FOLDER / "story" / "watching.graphql"
CLIENTS = ("urql", "apollo", "socket", "events")  # queries, mutations and subscriptions by each
STEPS = re.findall(r"^  async function (\w+)", (FOLDER / "story" / "steps.mjs").read_text(), re.MULTILINE)


@contextmanager
def demonstrating(**settings: str) -> Iterator[str]:
    """The address of a whole system with its own servers, workers, bank and mailbox."""
    with open_home() as home:
        demo = Demo(home, **settings)
        try:
            demo.start()
            yield f"http://127.0.0.1:{demo.port}"
        finally:
            if demo.process is not None and not demo.ended:
                demo.tell(signal.SIGTERM)
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def open_demo() -> Iterator[str]:
    """A system that answers any document."""
    with demonstrating() as address:
        yield address


@pytest.fixture(scope="module")
def trusting_demo(manifest: Path) -> Iterator[str]:
    """A system that answers only what stands in the manifest."""
    trusted = {"AFTERCARE_DOCUMENTS": "trusted", "AFTERCARE_DOCUMENTS_MANIFEST": str(manifest)}
    with demonstrating(**trusted) as address:
        yield address


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_tells_the_story_with_ordinary_documents(node: Node, open_demo: str, client: str) -> None:
    told = node.told("story/tell.mjs", client, open_demo, str(STORY), str(WATCHING))
    assert told["told"] == STEPS and len(STEPS) == len(TOUR)
    assert told["sent"]["byText"] > len(STEPS) and told["sent"]["byHash"] == 0


@pytest.mark.parametrize("client", CLIENTS)
def test_a_client_tells_the_story_by_hashes_alone(node: Node, trusting_demo: str, manifest: Path, client: str) -> None:
    told = node.told("story/tell.mjs", client, trusting_demo, str(manifest))
    assert told["told"] == STEPS
    assert told["sent"]["byHash"] > len(STEPS) and told["sent"]["byText"] == 0
    assert (told["sent"]["byGet"] > 0) is (client == "urql")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_system_that_trusts_the_manifest_refuses_every_other_document(trusting_demo: str, method: str) -> None:
    body = {"query": "{ viewer { id } }"}
    sent = {"json": body} if method == "POST" else {"params": body}
    answer = httpx.request(method, f"{trusting_demo}/graphql", **sent)  # type: ignore[arg-type]
    assert [each["message"] for each in answer.json()["errors"]] == ["Only registered documents are answered here."]
