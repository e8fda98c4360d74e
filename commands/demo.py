"""`aftercare demo`: the whole system on one machine, with data to look at, until Ctrl-C."""

from __future__ import annotations

import asyncio
import os
import signal
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

from commands.addresses import addresses, coming_settings, home, in_production, say, typed, use, write_note
from commands.children import LOOPBACK, Children, child_environment, choose_port, is_free, listens
from commands.seed import DemoAccess, seed
from commands.servers.embedded import EmbeddedServers, run_already
from domain.connections import database
from domain.kernel.settings import settings
from domain.migrating import migrate, pending

PREFERRED = {"bank": 8100, "identity": 8101, "smtp": 8025, "mailbox": 8026}  # ports
PAYER = {
    "AFTERCARE_PAYER_NAME": "Aftercare Insurance",
    "AFTERCARE_PAYER_ACCOUNT": "6228480402564890018",
    "AFTERCARE_PAYER_BANK": "102100099996",
}
"""Our account at the bank, invented; payment files name it."""
PATIENCE = 60.0  # seconds until the start has failed
ENDINGS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class CannotDemonstrate(SystemExit):
    """The demo cannot run here; the text says why and what to do."""


def demo() -> None:
    """Starts everything, shows how to get in, and keeps it running until it is told to stop.

    Raises: CannotDemonstrate, ServerDidNotStart, ChildEnded, CannotMigrate, WrongSettings.
    """
    _expect_room()
    for each in ENDINGS:
        signal.signal(each, _stop)
    began = time.monotonic()
    with suppress(KeyboardInterrupt):
        try:
            with addresses(say, begin=True) as servers:
                _run(servers, began)
        finally:
            for each in ENDINGS:
                signal.signal(each, signal.SIG_IGN)


def _expect_room() -> None:
    """Sees that nothing stands in the way, before anything is started."""
    if in_production():
        raise CannotDemonstrate("AFTERCARE_ENV is production: a demo gives everybody the same password.")
    port = coming_settings().port
    if run_already(home()):
        raise CannotDemonstrate(f"A demo runs in {home()} already; end it, or let AFTERCARE_HOME name another folder.")
    if not is_free(port):
        raise CannotDemonstrate(f"Port {port} is taken: end what uses it, or set AFTERCARE_PORT.")


def _stop(*_: object) -> None:
    """Ends whatever is going on, once; what follows is the orderly end."""
    for each in ENDINGS:
        signal.signal(each, signal.SIG_IGN)
    raise KeyboardInterrupt


def _run(servers: EmbeddedServers | None, began: float) -> None:
    if servers is not None and servers.shared:
        raise CannotDemonstrate(f"Another command has just started the servers of {home()}; start the demo again.")
    configured = settings()
    chosen, ports = _choose(configured.port)
    use(chosen)
    children = Children(home() / "logs", say)
    children.environment = child_environment()
    try:
        say("starting the bank, the register of identities and the mailbox")
        children.start("bank", "sandbox.bank", "--port", str(ports["bank"]), "--home", str(home() / "bank"))
        children.start("identity", "sandbox.identity", "--port", str(ports["identity"]))
        mailbox = ("--smtp-port", str(ports["smtp"]), "--http-port", str(ports["mailbox"]))
        children.start("mailbox", "commands.mailbox", *mailbox)
        access = asyncio.run(_prepare(home() / "partner-key"))
        say("starting the API and the workers")
        children.start("api", "commands", "serve")
        address = f"http://{LOOPBACK}:{configured.port}"
        children.wait_until(lambda: _is_ready(address), PATIENCE, "the API")
        children.wait_until(lambda: all(map(listens, ports.values())), PATIENCE, "a sandbox or the mailbox")
        children.start("workers", "commands", "work")
        children.start("schedule", "commands", "schedule")
        write_note(chosen)
        print(_welcome(address, access, children.folder, time.monotonic() - began), flush=True)
        _keep(children, servers)
    finally:
        say("stopping")
        children.stop()


def _choose(port: int) -> tuple[dict[str, str], dict[str, int]]:
    """The settings of a demo, and the ports of the bank, of the register of identities, of mail and of the mailbox."""
    taken = {port}
    ports = {name: choose_port(preferred, taken) for name, preferred in PREFERRED.items()}
    chosen = {
        "AFTERCARE_PORT": str(port),
        "AFTERCARE_PUBLIC_URL": f"http://{LOOPBACK}:{port}",
        "AFTERCARE_BANK_URL": f"http://{LOOPBACK}:{ports['bank']}",
        "AFTERCARE_IDENTITY_URL": f"http://{LOOPBACK}:{ports['identity']}",
        "AFTERCARE_SMTP_HOST": LOOPBACK,
        "AFTERCARE_SMTP_PORT": str(ports["smtp"]),
        "AFTERCARE_MAILBOX_URL": f"http://{LOOPBACK}:{ports['mailbox']}",
        **PAYER,
    }
    return chosen, ports


async def _prepare(key_file: Path) -> DemoAccess:
    """The newest tables, and the demo data in them if they are empty."""
    url = settings().database_url
    if missing := await pending(url):
        say(f"migrating: {', '.join(missing)}")
        await migrate(url)
    async with database(url):
        return await seed(key_file, say)


def _is_ready(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}/health/ready", timeout=5) as answer:  # noqa: S310 - our own address
            return bool(answer.status == 200)
    except (urllib.error.URLError, OSError):
        return False


def _keep(children: Children, servers: EmbeddedServers | None) -> None:
    """Looks after everything until a signal interrupts it."""
    while True:
        children.look()
        if servers is not None and (fallen := servers.fallen()):
            raise CannotDemonstrate(f"{fallen}. Start the demo again: nothing is lost.")
        time.sleep(0.5)


def _welcome(address: str, access: DemoAccess, logs: Path, seconds: float) -> str:
    width = max(len(person.mail) for person in (*access.staff, *access.customers))
    staff = "\n".join(f"  {person.mail:<{width}}  {person.what}" for person in access.staff)
    customers = "\n".join(f"  {person.mail:<{width}}  {person.what}" for person in access.customers)
    bank, register = os.environ["AFTERCARE_BANK_URL"], os.environ["AFTERCARE_IDENTITY_URL"]
    return f"""
Aftercare is ready after {seconds:.1f} s.

  Start page   {address}/
  GraphiQL     {address}/graphiql
  API          {address}/graphql
  Mailbox      {address}/mailbox   every mail the system sends
  Bank         {bank}   the sandbox that payouts go to
  Identities   {register}   the sandbox that is asked who customers are
  Logs         {logs}

Staff sign in with staffSignIn, password {access.password}
{staff}
Customers sign in with customerRequestCode and customerSignIn; the code comes to the mailbox
{customers}
A partner's key, as "Authorization: Bearer …": {access.partner_key}

Try: open GraphiQL, sign in at its top with the key, and run the tabs from left to right: the story of one claim.
Let the bank lose its next answer:
  curl -d '{{"faults": ["LOST_ANSWER"]}}' {bank}/plan
In another terminal, in this folder:
  {typed("tour")}
  {typed("doctor")}
  {typed("jobs")}
Ctrl-C stops everything; the data stays in {home()}.
"""
