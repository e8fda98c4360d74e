from __future__ import annotations

import asyncio
import hashlib
import json
import os
import pwd
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
import redis

from tests.commands.processes import ROOT, environment, open_home, processes_of, wait_until

needs_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can change accounts")
needs_proc = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")


@dataclass
class Owner:
    """A process that owns the servers of a home."""

    process: subprocess.Popen[str]
    told: dict[str, Any]

    def query(self, statement: str) -> Any:
        async def ask() -> Any:
            connection = await asyncpg.connect(self.told["database_url"])
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        return asyncio.run(ask())

    def ping(self) -> bool:
        with redis.Redis.from_url(self.told["redis_url"]) as client:
            return bool(client.ping())

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(20)

    def kill(self) -> None:
        self.process.kill()
        self.process.wait(20)


@contextmanager
def owner(home: Path, prefix: Sequence[str] = (), **more: str) -> Iterator[Owner]:
    command = [*prefix, sys.executable, str(ROOT / "tests" / "commands" / "owner.py"), str(home)]
    process = subprocess.Popen(
        command, env=environment(home, **more), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd="/"
    )
    assert process.stdout is not None
    line = process.stdout.readline()
    try:
        assert line, "the servers did not start"
        yield Owner(process, json.loads(line))
    finally:
        if process.poll() is None:
            assert process.stdin is not None
            process.stdin.close()
            process.wait(20)
        process.stdout.close()


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """A home that the tests of this file use one after the other, so that its cluster is made once."""
    with open_home() as folder:
        yield folder


def account_of(pid: int) -> int:
    return Path(f"/proc/{pid}").stat().st_uid


@needs_proc
def test_both_servers_answer_and_end_with_their_owner(home: Path) -> None:
    with owner(home) as one:
        assert one.query("SELECT 1") == 1
        assert one.ping()
        assert not one.told["shared"]
    assert wait_until(lambda: not processes_of(home))


@needs_proc
def test_a_killed_owner_leaves_no_server_and_the_next_start_has_all_rows(home: Path) -> None:
    with owner(home) as one:
        one.query("CREATE TABLE kept AS SELECT generate_series(1, 1000) AS n")
        one.kill()
    assert wait_until(lambda: not processes_of(home)), processes_of(home)
    with owner(home) as again:
        assert again.query("SELECT count(*) FROM kept") == 1000
        assert again.ping()


@needs_proc
def test_a_start_after_everything_was_killed_at_once_has_all_rows(home: Path) -> None:
    with owner(home) as one:
        one.query("CREATE TABLE kept_too AS SELECT 1 AS n")
        for pid in (one.process.pid, *processes_of(home)):
            os.kill(pid, signal.SIGKILL)
        one.process.wait(20)
    with owner(home) as again:
        assert again.query("SELECT n FROM kept_too") == 1


def test_a_second_owner_shares_the_servers_of_the_first_and_leaves_them(home: Path) -> None:
    with owner(home) as first:
        with owner(home) as second:
            assert second.told["shared"]
            assert second.told["database_url"] == first.told["database_url"]
        assert first.query("SELECT 1") == 1


def test_two_homes_side_by_side_have_servers_of_their_own() -> None:
    with open_home() as one, open_home() as two, owner(one) as first, owner(two) as second:
        first.query("CREATE TABLE only_here AS SELECT 1 AS n")
        assert second.query("SELECT to_regclass('only_here')") is None
        assert second.ping()


@needs_proc
def test_a_path_longer_than_a_socket_allows_is_no_hindrance() -> None:
    with open_home() as home:
        deep = home / ("long-" * 20) / ("path-" * 20)
        with owner(deep) as one:
            assert one.query("SELECT 1") == 1
            assert one.ping()
        assert wait_until(lambda: not processes_of(deep))
        mark = hashlib.sha256(os.fsencode(deep)).hexdigest()[:12]
        shutil.rmtree(f"/tmp/aftercare-{mark}")  # noqa: S108 - where its sockets were


@needs_root
@needs_proc
def test_root_starts_servers_that_run_without_its_rights(home: Path) -> None:
    with owner(home) as one:
        accounts = {account_of(pid) for pid in one.told["pids"]}
        assert 0 not in accounts
        assert (home / "servers").stat().st_mode & 0o777 == 0o700


@needs_root
@needs_proc
def test_a_home_of_root_that_nobody_else_can_enter_is_no_hindrance() -> None:
    with open_home(0o700) as closed:
        home = closed / "home"
        mark = hashlib.sha256(os.fsencode(home)).hexdigest()[:12]
        elsewhere = Path(f"/var/tmp/aftercare-{mark}")  # noqa: S108 - where the launcher says it puts them
        try:
            with owner(home) as one:
                assert one.query("SELECT 1") == 1
                assert one.ping()
                assert elsewhere.is_dir()
                assert closed.stat().st_mode & 0o777 == 0o700
        finally:
            shutil.rmtree(elsewhere, ignore_errors=True)


def _as_nobody() -> list[str] | None:
    """A command that runs what follows as a normal user, who can read this Python wherever it lies."""
    nobody = pwd.getpwnam("nobody")
    plain = ["setpriv", f"--reuid={nobody.pw_uid}", f"--regid={nobody.pw_gid}", "--clear-groups"]
    reading = [*plain, "--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"]
    for prefix in (plain, reading):
        same = f"import sys; sys.exit(sys.version != {sys.version!r})"
        tried = subprocess.run([*prefix, sys.executable, "-c", same], capture_output=True, check=False, cwd="/")
        if tried.returncode == 0:
            return prefix
    return None


@needs_root
@needs_proc
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv changes the account")
def test_a_normal_user_starts_servers_of_his_own() -> None:
    prefix = _as_nobody()
    if prefix is None:
        pytest.skip("this Python is not open to other accounts")
    nobody = pwd.getpwnam("nobody")
    with open_home() as home:
        os.chown(home, nobody.pw_uid, nobody.pw_gid)
        with owner(home, prefix, HOME=str(home)) as one:
            assert one.query("SELECT 1") == 1
            assert {account_of(pid) for pid in one.told["pids"]} == {nobody.pw_uid}
        assert wait_until(lambda: not processes_of(home))
