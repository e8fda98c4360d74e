"""The story of one claim, told over HTTP by the tour to a whole running system: API, workers, bank, mailbox."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator

import httpx
import pytest

from commands.tour import STEPS, STORY, Client, Story, operations, walk
from tests.commands.demonstration import Demo
from tests.commands.processes import open_home, processes_of


@pytest.fixture
def demo() -> Iterator[Demo]:
    with open_home() as home:
        one = Demo(home)
        try:
            one.start()
            yield one
        finally:
            if one.process is not None and not one.ended:
                one.tell(signal.SIGTERM)
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)


def test_the_story_is_told_to_its_end_and_the_bank_paid_once(demo: Demo) -> None:
    with httpx.Client(base_url=f"http://127.0.0.1:{demo.port}", timeout=30) as http:
        story = Story(Client(http, operations(STORY.read_text())), demo.bank)
        told = list(walk(story))
    assert len(told) == len(STEPS)
    book = (demo.home / "bank").glob("*")
    numbers = [line for path in book for line in path.read_text().splitlines() if '"SETTLED"' in line]
    assert len(numbers) == 1, numbers
