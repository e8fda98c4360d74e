"""`aftercare tour`: a client that walks the story of one claim over HTTP and says what it sees at each step.

It knows the demo's sign-ins and sends the operations of `docs/story.graphql`. Partners, customer and policy are new in
every run, so it can be repeated.
"""

from __future__ import annotations

import re
import secrets
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from stdnum import luhn

from commands.seed_data import PASSWORD
from domain.kernel import clock

STORY = Path(__file__).parent.parent / "docs" / "story.graphql"
OPERATION = re.compile(r"^(?:query|mutation) (\w+)", re.MULTILINE)
PATIENCE = 60.0  # seconds until what a worker does must be there
PAUSE = 0.3  # seconds between two looks


class StepFailed(RuntimeError):
    """A step did not end as the story says; the text says what came instead."""


def operations(text: str) -> dict[str, str]:
    """The operations of a document by their names, each as it stands."""
    starts = list(OPERATION.finditer(text))
    ends = [start.start() for start in starts[1:]] + [len(text)]
    return {
        start[1]: text[start.start() : end].split("\n#", 1)[0].strip() for start, end in zip(starts, ends, strict=True)
    }


def expect(holds: object, what: str) -> None:
    """Ends the step when something does not hold.

    Raises: StepFailed.
    """
    if not holds:
        raise StepFailed(what)


@dataclass
class Client:
    """Sends operations to one server, each as somebody."""

    http: httpx.Client
    operations: Mapping[str, str]

    def data(self, name: str, token: str | None, /, **variables: Any) -> dict[str, Any]:
        """The data of an operation.

        Raises: StepFailed when the server does not answer it.
        """
        headers = {"authorization": f"Bearer {token}"} if token else {}
        body = {"query": self.operations[name], "variables": variables}
        answer = self.http.post("/graphql", json=body, headers=headers)
        found: dict[str, Any] = answer.json()
        expect("errors" not in found, f"{name} was not answered: {found.get('errors')}")
        return dict(found["data"])

    def change(self, name: str, token: str | None, /, **given: Any) -> dict[str, Any]:
        """The payload of a mutation that is not refused."""
        payload = self.tried(name, token, **given)
        expect(not payload["errors"], f"{name} was refused: {payload['errors']}")
        return payload

    def tried(self, name: str, token: str | None, /, **given: Any) -> dict[str, Any]:
        """The payload of a mutation, refused or not."""
        (payload,) = self.data(name, token, input=given).values()
        expect(payload, f"{name} has no payload")
        return dict(payload)

    def mails(self, to: str) -> list[dict[str, Any]]:
        """The mails that the mailbox holds for an address, newest first."""
        found = self.http.get("/mailbox.json").json()["mails"]
        return [mail for mail in found if to in mail["to"]]


def wait_for(look: Callable[[], Any], what: str) -> Any:
    """What `look` finds as soon as it finds something.

    Raises: StepFailed when it does not within a minute.
    """
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if found := look():
            return found
        time.sleep(PAUSE)
    raise StepFailed(f"{what} did not come within {PATIENCE:.0f} s")


@dataclass
class Story:
    """What is known on the way: tokens by role, and the rows of this run."""

    client: Client
    bank: str | None = None
    mark: str = field(default_factory=lambda: secrets.token_hex(3).upper())
    tokens: dict[str, str] = field(default_factory=dict)
    rows: dict[str, Any] = field(default_factory=dict)

    @property
    def mail(self) -> str:
        """The customer's address."""
        return f"tour-{self.mark.lower()}@customer.example"

    def staff(self, role: str) -> str:
        """The access token of a member of staff of the demo."""
        if role not in self.tokens:
            given = {"email": f"{role}@demo.example", "password": PASSWORD}
            self.tokens[role] = self.client.change("StaffSignIn", None, **given)["accessToken"]
        return self.tokens[role]

    def partner(self, name: str) -> str:
        """The API key of a partner that is taken on now."""
        given = {"code": f"T-{self.mark}-{name}", "name": f"Tour shop {name}", "kind": "RETAILER"}
        given |= {"licenseNumber": f"L-{self.mark}-{name}", "licensedUntil": "2099-12-31"}
        taken = self.client.change("IntroducePartner", self.staff("sales"), commissionRate="0.15", **given)
        issued = self.client.change(
            "IssueKey", self.staff("admin"), partnerId=taken["partner"]["id"], name="tour", days=1,
            scopes=["READ", "SELL", "CLAIM", "COMPLAIN", "KEYS"],
        )
        return str(issued["apiKey"])

    def claim(self, name: str, token: str, **given: Any) -> dict[str, Any]:
        """A step of the claim on its present version; the claim after it."""
        known = self.rows["claim"]
        payload = self.client.change(name, token, claimId=known["id"], expectedVersion=known["version"], **given)
        self.rows["claim"] = known | payload["claim"]
        return dict(payload["claim"])

    def complaint(self, name: str, token: str, **given: Any) -> dict[str, Any]:
        """A step of the complaint on its present version."""
        known = self.rows["complaint"]
        payload = self.client.change(name, token, complaintId=known["id"], expectedVersion=known["version"], **given)
        self.rows["complaint"] = known | payload["complaint"]
        return dict(payload["complaint"])

    def payout(self, name: str, token: str) -> dict[str, Any]:
        """A step of the payout on its present version."""
        known = self.rows["payout"]
        payload = self.client.change(name, token, payoutId=known["id"], expectedVersion=known["version"])
        self.rows["payout"] = known | payload["payout"]
        return dict(payload["payout"])


def _serial(mark: str) -> str:
    digits = f"860123{int(mark, 16) % 10**8:08d}"
    return digits + str(luhn.calc_check_digit(digits))


def sell(story: Story) -> str:
    """A partner registers a device and sells a policy."""
    key = story.tokens["partner"] = story.partner("A")
    products = story.client.data("OnSale", key)["products"]["nodes"]
    versions = [version for product in products if product["code"] == "ADP" for version in product["versions"]]
    version = next(each for each in versions if each["state"] == "ON_SALE")
    phone = f"139{int(story.mark, 16) % 10**8:08d}"
    account = "622588" + f"{int(story.mark, 16):09d}"
    today: date = clock.today()
    device = {
        "category": "PHONE", "brand": "Northwind", "model": "N9 Ultra", "serialNumber": _serial(story.mark),
        "purchasedOn": today.isoformat(), "price": {"amount": "12999.00"},
    }  # fmt: skip
    person = {
        "fullName": "陈晨", "phone": phone, "mail": story.mail, "language": "ZH",
        "bankAccount": account + str(luhn.calc_check_digit(account)),
    }  # fmt: skip
    sold = story.client.change("Sell", key, productVersionId=version["id"], device=device, customer=person)
    policy = story.rows["policy"] = sold["policy"]
    expect(policy["state"] == "IN_FORCE", f"the policy is {policy['state']}")
    return f"{policy['policyNumber']}, premium {policy['premium']['amount']}, from {policy['startsOn']}"


def sign_in(story: Story) -> str:
    """The customer signs in with a one-time code from the mailbox."""
    story.client.change("RequestCode", None, mail=story.mail)

    def code() -> str | None:
        found = [re.search(r"\b(\d{6})\b", mail["body"]) for mail in story.client.mails(story.mail)]
        return next((match[1] for match in found if match), None)

    signed = story.client.change("CustomerSignIn", None, mail=story.mail, code=wait_for(code, "the code"))
    story.tokens["customer"] = signed["accessToken"]
    return f"{len(story.client.mails(story.mail))} mails so far, the policy's among them"


def report(story: Story) -> str:
    """The customer reports a claim."""
    given = {
        "policyId": story.rows["policy"]["id"], "lossOn": clock.today().isoformat(), "cause": "DROP",
        "place": "上海", "description": "手机从楼梯上摔下,屏幕和主板损坏。", "claimed": {"amount": "6860.00"},
    }  # fmt: skip
    claim = story.rows["claim"] = story.client.change("Report", story.tokens["customer"], **given)["claim"]
    return f"{claim['claimNumber']}, to be decided by {claim['decisionDueAt']}"


def assess(story: Story) -> str:
    """The handler registers, assesses and proposes."""
    handler = story.staff("handler")
    story.claim("Register", handler)
    story.claim("StartAssessment", handler)
    lines = [
        {"description": "主板", "bill": {"amount": "6700.00"}},
        {"description": "贴膜", "bill": {"amount": "160.00"}, "exclusion": "CONSUMABLE"},
    ]
    story.claim("SetLines", handler, lines=lines)
    claim = story.claim("Propose", handler, reason="照维修报价核定")
    expect(claim["payable"]["amount"] == "6600.00", f"the contract pays {claim['payable']}")
    steps = " → ".join(f"{step['rule']} {step['after']}" for step in claim["calculation"])
    return f"billed 6860.00 → {steps}"


def decide(story: Story) -> str:
    """The amount is above the handler's limit; the manager approves it."""
    known = story.rows["claim"]
    refused = story.client.tried(
        "Approve", story.staff("handler"), claimId=known["id"], expectedVersion=known["version"]
    )
    (error,) = refused["errors"] or [{}]
    expect(error.get("__typename") == "LimitError", f"the handler was not refused: {refused}")
    claim = story.claim("Approve", story.staff("manager"))
    expect(claim["state"] == "APPROVED", f"the claim is {claim['state']}")
    limit = error["limit"]["amount"]
    return f"refused above {limit}, approved {claim['approved']['amount']} by {claim['decider']['name']}"


def agree(story: Story) -> str:
    """The customer agrees, and the payout is requested."""
    claim = story.claim("Agree", story.tokens["customer"])
    expect(claim["state"] == "PAYMENT_PENDING", f"the claim is {claim['state']}")
    return f"to be paid by {claim['payDueAt']}"


def approve_payout(story: Story) -> str:
    """Finance makes the payout; others approve it."""
    found = story.client.data("PayoutOfClaim", story.staff("finance"), id=story.rows["claim"]["id"])
    (story.rows["payout"],) = found["claim"]["payouts"]
    made = story.payout("MakeReady", story.staff("finance"))
    story.payout("ApprovePayout", story.staff("approver"))
    if story.bank is not None:
        planned = httpx.post(f"{story.bank}/plan", json={"faults": ["LOST_ANSWER"]}, timeout=5)
        expect(planned.is_success, f"the bank answers {planned.status_code}")
    payout = story.payout("ApprovePayout", story.staff("approver2"))
    expect(payout["state"] != "PENDING_APPROVAL", f"the payout is {payout['state']}")
    names = ", ".join(each["approver"]["name"] for each in payout["approvals"])
    return f"to {made['bankAccount']}, made by {made['maker']['name']}, approved by {names}"


def settle(story: Story) -> str:
    """The bank's first answer is lost; the payout is found by asking and settles once."""
    seen, told = _settled(story)
    expect("UNKNOWN" in seen, f"no answer was lost: {seen}")
    return told


def settle_undisturbed(story: Story) -> str:
    """The bank is left as it is, for its address is not known (--bank); the payout settles once."""
    return _settled(story)[1]


def _settled(story: Story) -> tuple[list[str], str]:
    """The states in which the payout was seen until it was settled, and what is told of it."""
    began, seen = time.monotonic(), list[str]()

    def settled() -> dict[str, Any] | None:
        found: dict[str, Any] = story.client.data("Payout", story.staff("finance"), id=story.rows["payout"]["id"])
        state = found["payout"]["state"]
        if state not in seen:
            seen.append(state)
        return found["payout"] if state == "SETTLED" else None

    payout = wait_for(settled, "the money")
    expect(len(payout["attempts"]) == 1, f"there were {len(payout['attempts'])} attempts")
    expect(not payout["exceptions"], "the payout has an open exception")
    took, number = time.monotonic() - began, payout["attempts"][0]["requestNo"]
    return seen, f"{' → '.join(seen)} in {took:.1f} s, one attempt {number}"


def tell(story: Story) -> str:
    """The customer is told, and sees it all on one screen."""

    def paid() -> dict[str, Any] | None:
        found: dict[str, Any] = story.client.data("MyClaim", story.tokens["customer"], id=story.rows["claim"]["id"])
        told = [one for one in found["claim"]["notifications"] if one["template"] == "CLAIM_PAID" and one["sentAt"]]
        return found["claim"] if found["claim"]["state"] == "PAID" and told else None

    claim = wait_for(paid, "the news of the payment")
    number = claim["claimNumber"]
    wait_for(lambda: [mail for mail in story.client.mails(story.mail) if number in mail["body"]], "the mail")
    return f"{number} {claim['state']} {claim['paid']['amount']}, {len(claim['notifications'])} notices"


def balance(story: Story) -> str:
    """The ledger balances."""
    accounts = story.client.data("Balances", story.staff("finance"))["ledgerAccounts"]["nodes"]
    sums: dict[str, Decimal] = {}
    for each in accounts:
        sums[each["currency"]] = sums.get(each["currency"], Decimal(0)) + Decimal(each["balance"]["amount"])
    expect(sums and not any(sums.values()), f"the sums are {sums}")
    return f"{len(accounts)} accounts, sum {', '.join(f'{total} {currency}' for currency, total in sums.items())}"


def complain(story: Story) -> str:
    """The customer complains and is answered in time."""
    customer = story.rows["policy"]["customer"]["id"]
    given = {
        "customerId": customer, "channel": "APP", "category": "CLAIM_DELAY", "description": "等了太久才接到电话。",
        "subjectId": story.rows["claim"]["id"],
    }  # fmt: skip
    service, compliance = story.staff("service"), story.staff("compliance")
    story.rows["complaint"] = story.client.change("Complain", story.tokens["customer"], **given)["complaint"]
    story.complaint("AcceptComplaint", service)
    colleagues = story.client.data("Colleagues", service)["staff"]["nodes"]
    assignee = next(each["id"] for each in colleagues if each["email"].startswith("service@"))
    story.complaint("AssignComplaint", service, assigneeId=assignee)
    story.complaint(
        "DraftReply", service, result="UPHELD", text="很抱歉让您久等,我们已改进排班。", rootCause="晚间无人值班"
    )
    story.complaint("ApproveReply", compliance)
    read = story.client.data("MyComplaint", story.tokens["customer"], id=story.rows["complaint"]["id"])["complaint"]
    expect(read["state"] == "REPLIED" and not read["isOverdue"], f"the complaint is {read}")
    return f"{read['complaintNumber']} answered at {read['repliedAt']}, due {read['dueAt']}"


def stay_apart(story: Story) -> str:
    """A partner who asks for another partner's policy gets what a missing one gives."""
    other, own = story.partner("B"), story.rows["policy"]["id"]
    theirs = story.client.data("PolicyById", other, id=own)
    missing = story.client.data("PolicyById", other, id="pol_" + "0" * 32)
    expect(theirs == missing == {"policy": None}, f"the other partner sees {theirs}")
    mine = story.client.data("PolicyById", story.tokens["partner"], id=own)
    expect(mine["policy"]["id"] == own, "the partner does not see its own policy")
    return "null for both"


STEPS: tuple[Callable[[Story], str], ...] = (
    sell, sign_in, report, assess, decide, agree, approve_payout, settle, tell, balance, complain, stay_apart,
)  # fmt: skip


def steps_of(story: Story) -> list[Callable[[Story], str]]:
    """The steps in their order; without the bank's address nothing is asked of the bank."""
    return [settle_undisturbed if each is settle and story.bank is None else each for each in STEPS]


def walk(story: Story) -> Iterator[tuple[str, str]]:
    """Takes one step after another; each with what was seen.

    Raises: StepFailed at the first that does not end as it should.
    """
    for step in steps_of(story):
        sentence = (step.__doc__ or step.__name__).rstrip(".")
        try:
            yield sentence, step(story)
        except (StepFailed, httpx.HTTPError, KeyError, ValueError, StopIteration) as error:
            raise StepFailed(f"{sentence}: {type(error).__name__}: {error}") from error


def _answers(url: str) -> bool:
    """Whether an Aftercare answers, and not nobody or something else."""
    try:
        return bool(httpx.get(f"{url}/health/live", timeout=5).json() == {"live": True})
    except (httpx.HTTPError, httpx.InvalidURL, ValueError):
        return False


def main(url: str, bank: str | None = None) -> int:
    """Walks the story against a server of the demo; 0 when all of it went as told, else 1.

    `bank` is the address of the sandbox bank, which is then told to lose its next answer.
    """
    if not _answers(url):
        print(f"No Aftercare answers at {url}; start `make demo`.", file=sys.stderr)
        return 1
    with httpx.Client(base_url=url, timeout=30) as http:
        story = Story(Client(http, operations(STORY.read_text())), bank)
        try:
            for number, (sentence, seen) in enumerate(walk(story), 1):
                print(f"{number:>2}. {sentence}\n    {seen}", flush=True)
        except StepFailed as failed:
            print(f"This step failed. {failed}", flush=True)
            return 1
    print("The story is told.", flush=True)
    return 0
