"""Other people's clients tell the whole story to a whole running system, with ordinary and with trusted documents."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import pytest

from commands.tour import STEPS as TOUR
from tests.commands.demonstration import Demo
from tests.commands.processes import ROOT, open_home, processes_of, wait_until
from tests.interop.tools import FOLDER, Node

pytestmark = pytest.mark.interop
STORY = ROOT / "docs" / "story.graphql"
WATCHING = FOLDER / "story" / "watching.graphql"
TEXT = STORY.read_text() + WATCHING.read_text()
OPERATIONS = set(re.findall(r"^(?:query|mutation|subscription) (\w+)", TEXT, re.MULTILINE))
STEPS = re.findall(r"^  async function (\w+)", (FOLDER / "story" / "steps.mjs").read_text(), re.MULTILINE)
PATIENCE = 150.0  # seconds until the story is told
ENDING = 10.0  # seconds until the process ends by itself, once its clients are closed

OVER = {
    "urql": {"query": "http", "mutation": "http", "subscription": "sse"},
    "apollo": {"query": "http", "mutation": "http", "subscription": "ws"},
    "graphql-ws": dict.fromkeys(("query", "mutation", "subscription"), "ws"),
    "graphql-sse": dict.fromkeys(("query", "mutation", "subscription"), "sse"),
}
"""What each client's operations are answered over, by their kind."""
HASH = {"urql": "persistedQuery", "apollo": "persistedQuery", "graphql-ws": "documentId", "graphql-sse": "documentId"}
"""Where each client puts a document's hash."""
ONE_ANSWER = {"http": ["200"], "sse": ["next", "complete", "end"], "ws": ["next", "complete"]}
"""What the server says to a query or mutation, whole and in order."""
CLAIM = [
    (1, "NOTIFIED"),
    (2, "REGISTERED"),
    (3, "ASSESSING"),
    (4, "ASSESSING"),
    (5, "DECISION_PENDING"),
    (6, "APPROVED"),
    (7, "PAYMENT_PENDING"),
    (8, "PAID"),
]
"""All news of the claim. Nothing may be left out, as nobody takes a step before the last one was heard of. `AGREED` has
no news, since the payout is requested in the same transaction."""
JOB = {
    "NONE": [(1, "QUEUED"), (2, "RUNNING"), (3, "SUCCEEDED")],
    "LOST_ANSWER": [(1, "QUEUED"), (2, "RUNNING"), (3, "AWAITING_OUTCOME"), (4, "SUCCEEDED")],
}
"""How the job stands, one after the other, by what the bank does. A worker does not wait for who comes to watch: what
it did before may be left out, and what it did at once after, but not what lasts."""
LASTING = {"NONE": set(), "LOST_ANSWER": {"RUNNING", "AWAITING_OUTCOME"}}
"""The bank keeps the worker waiting for seconds, and then the next question waits for some more."""
FIELD = {"WatchClaim": "claimUpdated", "WatchJob": "jobUpdated"}


@contextmanager
def demonstrating(**settings: str) -> Iterator[Demo]:
    """A whole system with its own servers, workers, bank and mailbox."""
    with open_home() as home:
        demo = Demo(home, **settings)
        try:
            demo.start()
            yield demo
        finally:
            if demo.process is not None and not demo.ended:
                demo.tell(signal.SIGTERM)
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)


@pytest.fixture(scope="module")
def open_demo() -> Iterator[Demo]:
    """A system that answers any document."""
    with demonstrating() as demo:
        yield demo


@pytest.fixture(scope="module")
def trusting_demo(manifest: Path) -> Iterator[Demo]:
    """A system that answers only what stands in the manifest."""
    trusted = {"AFTERCARE_DOCUMENTS": "trusted", "AFTERCARE_DOCUMENTS_MANIFEST": str(manifest)}
    with demonstrating(**trusted) as demo:
        yield demo


def tell(node: Node, folder: Path, client: str, demo: Demo, fault: str, *documents: Path) -> Any:
    """What a client tells of its story, by a process that ends by itself; `fault` befalls the payment."""
    assert httpx.post(f"{demo.bank}/plan", json={"faults": [fault]}).json() == {"planned": True}
    arguments = (FOLDER / "story" / "tell.mjs", client, f"http://127.0.0.1:{demo.port}", *documents)
    log, argv = folder / "told.log", [node.path, *map(str, arguments)]
    with log.open("wb") as output:
        process = subprocess.Popen(argv, cwd=FOLDER, stdout=output, stderr=subprocess.STDOUT)
    try:
        in_time = wait_until(lambda: process.poll() is not None or b'{"told"' in log.read_bytes(), PATIENCE)
        assert in_time, log.read_text()
        wait_until(lambda: process.poll() is not None, ENDING)
        assert process.poll() == 0, log.read_text()
    finally:
        process.kill()
        process.wait()
    return json.loads(log.read_text().splitlines()[-1])


def check_requests(told: Any, client: str, by: str, query_method: str = "POST") -> None:
    """The whole story was told, each operation was sent as the client does it, and answered as the server must."""
    exchanges, over = told["exchanges"], OVER[client]
    assert told["told"] == STEPS and len(STEPS) == len(TOUR)
    assert {each["operation"] for each in exchanges} == OPERATIONS
    assert Counter(each["operation"] for each in exchanges) == Counter(told["asked"])
    methods = {"query": query_method, "mutation": "POST", "subscription": "POST"}
    assert {(each["kind"], each["over"], each["method"], each["by"]) for each in exchanges} == {
        (kind, over[kind], None if over[kind] == "ws" else methods[kind], by) for kind in over
    }
    answered = [each for each in exchanges if each["kind"] != "subscription"]
    assert [each for each in answered if each["talk"] != ONE_ANSWER[each["over"]]] == []
    assert set(told["closings"]) == ({1000} if "ws" in over.values() else set())


def check_news(told: Any, over: str, fault: str) -> None:
    """Each subscription told all, through the client as on the wire, and was ended by the side that must end it."""
    watched = [each for each in told["exchanges"] if each["kind"] == "subscription"]
    assert [each["operation"] for each in watched] == ["WatchClaim", "WatchJob", "WatchJob", "WatchClaim", "WatchClaim"]
    assert [each["data"] for each in watched] == told["watched"]
    ends = {"WatchClaim": ["stopped"], "WatchJob": ["complete", "end"] if over == "sse" else ["complete"]}
    for each in watched:
        assert each["talk"] == ["next"] * len(each["data"]) + ends[each["operation"]], each
    claim, job, again, missed, anew = ([data[FIELD[each["operation"]]] for data in each["data"]] for each in watched)
    assert [(each["version"], each["state"]) for each in claim] == CLAIM
    assert [missed, anew, again] == [claim[-1:], claim[-1:], job[-1:]]
    check_job(job, fault)


def check_job(job: list[dict[str, Any]], fault: str) -> None:
    """The job's news come in the order of what happened to it, to the end, with a result in the last alone."""
    stood = [(each["seq"], each["status"]) for each in job]
    assert stood == [each for each in JOB[fault] if each in stood]
    assert stood[-1] == JOB[fault][-1]
    assert LASTING[fault] <= {status for _, status in stood}
    assert [each["result"] is not None for each in job] == [False] * (len(job) - 1) + [True]


@pytest.mark.parametrize("client", OVER)
def test_a_client_tells_the_story_with_ordinary_documents(
    node: Node, open_demo: Demo, tmp_path: Path, client: str
) -> None:
    fault = "LOST_ANSWER"
    told = tell(node, tmp_path, client, open_demo, fault, STORY, WATCHING)
    check_requests(told, client, "text")
    check_news(told, OVER[client]["subscription"], fault)


@pytest.mark.parametrize("client", OVER)
def test_a_client_tells_the_story_by_hashes_alone(
    node: Node, trusting_demo: Demo, manifest: Path, tmp_path: Path, client: str
) -> None:
    told = tell(node, tmp_path, client, trusting_demo, "NONE", manifest)
    check_requests(told, client, HASH[client], query_method="GET" if client == "urql" else "POST")
    check_news(told, OVER[client]["subscription"], "NONE")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_a_system_that_trusts_the_manifest_refuses_every_other_document(trusting_demo: Demo, method: str) -> None:
    body = {"query": "{ viewer { id } }"}
    sent = {"json": body} if method == "POST" else {"params": body}
    answer = httpx.request(method, f"http://127.0.0.1:{trusting_demo.port}/graphql", **sent)  # type: ignore[arg-type]
    assert [each["message"] for each in answer.json()["errors"]] == ["Only registered documents are answered here."]
