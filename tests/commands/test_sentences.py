"""What a person can mend is told in one sentence, before anything is started or made."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from graphql import parse, validate

from api.schema import SCHEMA
from commands.addresses import typed
from commands.doctor import judge_depth, wrong_settings
from commands.tour import Client, Story, settle, settle_undisturbed, steps_of
from domain.jobs.measuring import Depth
from domain.kernel.settings import SECRETS, WrongSettings, variable
from tests.commands.processes import environment, open_home

AWAY = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:9/none", "REDIS_URL": "redis://127.0.0.1:9"}
NOWHERE = Path("/proc/aftercare")  # nothing can be made there


def run(home: Path, *command: str, **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "commands", *command],
        env=environment(home, **more),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def sentence(ran: subprocess.CompletedProcess[str]) -> str:
    """The one line in which a command was refused."""
    assert ran.returncode == 1, ran
    assert ran.stdout == ""
    (line,) = ran.stderr.splitlines()
    return line


@pytest.fixture
def taken() -> Iterator[int]:
    """A port that somebody listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield int(listening.getsockname()[1])


@pytest.mark.parametrize("command", [("doctor",), ("jobs",), ("backup", "file"), ("serve",), ("token", "a@b.example")])
def test_a_command_that_looks_at_what_is_there_makes_nothing(tmp_path: Path, command: tuple[str, ...]) -> None:
    told = sentence(run(tmp_path / "home", *command))
    assert f"There is no Aftercare in {tmp_path / 'home'}" in told
    assert "AFTERCARE_HOME" in told
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("command", ["serve", "migrate", "jobs", "seed"])
def test_a_database_out_of_reach_is_told(tmp_path: Path, command: str) -> None:
    assert "the database does not answer" in sentence(run(tmp_path, command, **AWAY))


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="there is no such folder")
def test_a_home_that_cannot_be_made_is_told() -> None:
    told = sentence(run(NOWHERE, "migrate"))
    assert f"Nothing can be kept in {NOWHERE}" in told
    assert "AFTERCARE_HOME" in told


def test_a_wrong_or_taken_port_is_told_before_anything_is_started(tmp_path: Path, taken: int) -> None:
    assert "AFTERCARE_PORT: is not a whole number" in sentence(run(tmp_path, "demo", AFTERCARE_PORT="abc"))
    assert f"Port {taken} is taken" in sentence(run(tmp_path, "demo", AFTERCARE_PORT=str(taken)))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["http://127.0.0.1:9", "http://a:b", "nowhere"])
def test_a_tour_of_nothing_is_told(tmp_path: Path, url: str) -> None:
    assert sentence(run(tmp_path, "tour", "--url", url)) == f"No Aftercare answers at {url}; start `make demo`."


def test_commands_on_a_database_without_tables_are_told_to_migrate() -> None:
    with open_home() as home:
        (home / "servers").mkdir()
        for command in (("jobs",), ("serve",)):
            ran = run(home, *command)
            assert ran.returncode == 1
            assert ran.stderr.splitlines()[-1].endswith("the database has no tables yet: run `aftercare migrate`.")
            assert "Traceback" not in ran.stderr
        ran = run(home, "backup", str(home / "file"))
        assert ran.returncode == 1
        assert "There is nothing to back up" in ran.stderr
        assert not (home / "file").exists()


def test_the_doctor_lists_every_wrong_setting(tmp_path: Path) -> None:
    ran = run(tmp_path, "doctor", AFTERCARE_ENV="production", REDIS_URL="http://x", AFTERCARE_BLIND_KEY="k" * 32)
    assert ran.returncode == 1
    lacking = ["DATABASE_URL", "REDIS_URL", *(variable(name) for name in SECRETS if name != "blind_key")]
    assert re.findall(r"^WRONG  (\w+)", ran.stdout, re.MULTILINE) == lacking


def test_a_start_is_stopped_by_the_first_wrong_setting_alone() -> None:
    wrong = WrongSettings("Settings: A is wrong.", "Settings: B is wrong.")
    assert str(wrong) == "Settings: A is wrong."
    assert [each.what for each in wrong_settings(wrong)] == ["A is wrong.", "B is wrong."]


def test_the_query_that_the_doctor_names_is_valid() -> None:
    found = judge_depth(Depth("MONEY", "DEAD", 3, 1.0), paused=False)
    named = re.search(r"`(jobs\(.*?\))`", found.mend or "") if found else None
    assert named is not None
    query = f"{{ {named[1].replace('jobs(', 'jobs(first: 10, ')} {{ nodes {{ id }} }} }}"
    assert validate(SCHEMA._schema, parse(query)) == []


def test_a_command_is_shown_as_it_works_when_pasted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AFTERCARE_HOME", str(tmp_path / "a home"))
    shell = ["/bin/sh", "-c", typed("jobs")]
    ran = subprocess.run(shell, capture_output=True, text=True, check=False, env=environment(tmp_path))
    assert f"There is no Aftercare in {tmp_path / 'a home'}" in ran.stderr
    monkeypatch.delenv("AFTERCARE_HOME")
    assert "AFTERCARE_HOME" not in typed("jobs")


@pytest.mark.parametrize(("bank", "told"), [("http://bank.example", "answer is lost"), (None, "left as it is")])
def test_a_tour_tells_of_a_lost_answer_only_where_it_can_order_one(bank: str | None, told: str) -> None:
    story = Story(Client(httpx.Client(), {}), bank)
    (step,) = [each for each in steps_of(story) if each in {settle, settle_undisturbed}]
    assert told in (step.__doc__ or "")
