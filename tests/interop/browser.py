"""A real browser without a window, spoken to by the DevTools protocol."""

from __future__ import annotations

import json
import shutil
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

PROGRAMS = ("chromium", "chromium-browser", "google-chrome", "chrome")
PATIENCE = 20.0  # seconds
OFFERS = 'document.querySelector(".graphiql-execute-button").hasAttribute("aria-haspopup")'
"""Whether the page knows by now that the tab has several operations, and so offers them instead of running one."""
RUN = """(() => { const button = document.querySelector(".graphiql-execute-button");
  button.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true, button: 0 })); button.click(); })()"""
ITEM = """(() => { const item = [...document.querySelectorAll("[role=menuitem]")].find(one => one.textContent == %s);
  if (!item) return null; const box = item.getBoundingClientRect();
  return [box.x + box.width / 2, box.y + box.height / 2]; })()"""


class NoBrowser(RuntimeError):
    """None of the known browsers is installed."""


class Page:
    """One page. What went wrong on it is kept in `complaints`."""

    def __init__(self, socket: ClientConnection) -> None:
        self._socket, self._last = socket, 0
        self.complaints: list[str] = []
        for domain in ("Page", "Runtime", "Log"):
            self.tell(f"{domain}.enable")

    def tell(self, method: str, **parameters: Any) -> dict[str, Any]:
        """The result of one command."""
        self._last += 1
        self._socket.send(json.dumps({"id": self._last, "method": method, "params": parameters}))
        while True:
            message = json.loads(self._socket.recv(timeout=PATIENCE))
            if message.get("id") == self._last:
                return dict(message["result"])
            if message.get("method") in {"Runtime.exceptionThrown", "Log.entryAdded"}:
                self.complaints.append(json.dumps(message["params"]))

    def value(self, expression: str) -> Any:
        """What an expression of JavaScript comes to."""
        found = self.tell("Runtime.evaluate", expression=expression, awaitPromise=True, returnByValue=True)
        assert "exceptionDetails" not in found, found
        return found["result"].get("value")

    def until(self, right: Callable[[], Any]) -> Any:
        """Waits until something is so; what it then is."""
        deadline = time.monotonic() + PATIENCE
        while not (found := right()):
            assert time.monotonic() < deadline, (self.complaints, self.value("document.body.innerText"))
            time.sleep(0.05)
        return found

    def fill(self, form: str, **given: str) -> None:
        """Types into the fields of a form."""
        for name, text in given.items():
            self.value(f"document.getElementById({form!r}).elements[{name!r}].value = {json.dumps(text)}")

    def press(self, selector: str, place: int = 0) -> None:
        """Presses a button."""
        self.value(f"document.querySelectorAll({json.dumps(selector)})[{place}].click()")

    def text(self, selector: str) -> str:
        """What is to be read in an element."""
        return str(self.value(f"document.querySelector({json.dumps(selector)})?.textContent ?? ''"))

    def run(self, operation: str) -> Any:
        """GraphiQL's answer to an operation of the open tab."""
        result = 'document.querySelector(".result-window .CodeMirror").CodeMirror'
        self.value(f"{result}.setValue('')")
        self.until(lambda: self.value(OFFERS))
        self.value(RUN)
        x, y = self.until(lambda: self.value(ITEM % json.dumps(operation)))
        for kind, button in (("mouseMoved", "none"), ("mousePressed", "left"), ("mouseReleased", "left")):
            self.tell("Input.dispatchMouseEvent", type=kind, x=x, y=y, button=button, clickCount=1)
        answer = self.until(lambda: self._whole(self.value(f"{result}.getValue()")))
        assert "errors" not in answer, answer
        return answer["data"]

    @staticmethod
    def _whole(text: str) -> Any:
        try:
            return json.loads(text)
        except ValueError:
            return None


@contextmanager
def browser(home: Path) -> Iterator[Page]:
    """A page of a browser with a profile of its own.

    Raises: NoBrowser.
    """
    program = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if program is None:
        raise NoBrowser(f"none of {', '.join(PROGRAMS)} is installed")
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--remote-debugging-port=0", "--window-size=1400,900")
    process = subprocess.Popen(
        [program, *options, f"--user-data-dir={home}", "about:blank"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        with connect(_address(home), max_size=None) as socket:
            yield Page(socket)
    finally:
        process.terminate()
        process.wait(20)


def _address(home: Path) -> str:
    """Where the page is spoken to, once the browser has told its port."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        try:
            port = (home / "DevToolsActivePort").read_text().split()[0]
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/json", timeout=5) as answer:
                return str(next(each for each in json.load(answer) if each["type"] == "page")["webSocketDebuggerUrl"])
        except (OSError, IndexError, StopIteration):
            time.sleep(0.1)
    raise NoBrowser("the browser did not start")
