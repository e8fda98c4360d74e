from __future__ import annotations

import json
import os
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.commands.demonstration import Demo
from tests.commands.processes import open_home, processes_of, wait_until

pytestmark = pytest.mark.skipif(not Path("/proc/self/environ").exists(), reason="processes are found by /proc")

SIGN_IN = """
mutation { staffSignIn(input: {email: "handler@demo.example", password: "aftercare-demo"}) { accessToken } }
"""
UNDER_WAY = "{ repairOrders(first: 9) { nodes { state } } payouts(first: 9) { nodes { state } } }"
CLAIMS = "{ claims(first: 10) { nodes { claimNumber state } } }"


@pytest.fixture(scope="module")
def demo() -> Iterator[Demo]:
    """The tests of this file follow one demo through its life, in the order of the file."""
    with open_home() as home:
        one = Demo(home)
        try:
            yield one
        finally:
            for pid in processes_of(home):
                os.kill(pid, signal.SIGKILL)


def test_a_first_start_serves_what_it_prints(demo: Demo) -> None:
    demo.start()
    assert "migrating" in demo.log.read_text()
    assert "making demo data" in demo.log.read_text()
    assert json.loads(demo.page("/health/ready")) == {"ready": True}
    token = demo.ask(SIGN_IN)["staffSignIn"]["accessToken"]
    states = sorted(claim["state"] for claim in demo.ask(CLAIMS, token)["claims"]["nodes"])
    assert states == ["ASSESSING", "DECISION_PENDING", "DOCS_REQUESTED", "NOTIFIED", "PAYMENT_PENDING"]
    found = demo.ask(UNDER_WAY, token)
    assert [order["state"] for order in found["repairOrders"]["nodes"]] == ["ESTIMATE_SUBMITTED"]
    assert [payout["state"] for payout in found["payouts"]["nodes"]] == ["PENDING_APPROVAL"]
    printed = demo.log.read_text()
    key = printed.split('Bearer …": ')[1].split()[0]
    assert len(demo.ask("{ policies(first: 10) { nodes { policyNumber } } }", key)["policies"]["nodes"]) == 6
    assert "aftercare-demo" in printed
    assert f"http://127.0.0.1:{demo.port}/mailbox" in printed
    plan = printed.split("curl -d '")[1].split("'")[0]
    assert httpx.post(f"{demo.bank}/plan", content=plan).json() == {"planned": True}
    tour = next(line.strip() for line in printed.splitlines() if line.endswith(" tour"))
    assert tour.startswith(f"AFTERCARE_HOME={demo.home} ")
    for path in ("/", "/graphiql", "/schema.graphql", "/static/graphiql.js", "/mailbox"):
        assert demo.page(path)


def test_the_doctor_and_the_other_commands_find_the_running_demo(demo: Demo) -> None:
    # The workers come up right after the API.
    assert wait_until(lambda: demo.run("doctor").returncode == 0, 90), demo.run("doctor").stdout
    token = demo.run("token", "zhang.wei@customer.example").stdout.strip()
    assert demo.ask("{ me { fullName } }", token)["me"]["fullName"] == "张伟"
    assert demo.run("jobs").returncode == 0
    second = demo.run("demo")
    assert second.returncode != 0
    assert "already" in second.stderr


def test_mails_of_the_first_start_came_to_the_mailbox(demo: Demo) -> None:
    assert wait_until(lambda: "PL20" in demo.page("/mailbox"), 30)


def test_ctrl_c_ends_everything(demo: Demo) -> None:
    assert demo.tell(signal.SIGINT) == 0
    assert not processes_of(demo.home)


def test_a_second_start_makes_nothing_anew_and_keeps_the_data(demo: Demo) -> None:
    demo.start()
    printed = demo.log.read_text()
    assert "ready" in printed
    assert "migrating" not in printed
    assert "making demo data" not in printed
    token = demo.ask(SIGN_IN)["staffSignIn"]["accessToken"]
    assert len(demo.ask(CLAIMS, token)["claims"]["nodes"]) == 5


def test_a_killed_demo_takes_everything_with_it(demo: Demo) -> None:
    assert demo.tell(signal.SIGKILL) == -signal.SIGKILL
    assert wait_until(lambda: not processes_of(demo.home), 40), processes_of(demo.home)


def test_a_start_after_everything_was_killed_at_once_keeps_the_data(demo: Demo) -> None:
    demo.start()
    for pid in processes_of(demo.home):
        os.kill(pid, signal.SIGKILL)
    assert demo.process is not None
    demo.process.wait(20)
    demo.start()
    token = demo.ask(SIGN_IN)["staffSignIn"]["accessToken"]
    assert len(demo.ask(CLAIMS, token)["claims"]["nodes"]) == 5
    assert demo.tell(signal.SIGTERM) == 0
    assert not processes_of(demo.home)


def test_a_taken_port_is_named(demo: Demo) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taken.bind(("127.0.0.1", demo.port))
        taken.listen()
        refused = demo.run("demo")
    assert refused.returncode != 0
    assert f"Port {demo.port} is taken" in refused.stderr
    assert "AFTERCARE_PORT" in refused.stderr
    assert not processes_of(demo.home)
