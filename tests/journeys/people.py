"""The people of the journeys, and what they do in most of them: a sale, a report, an assessment, a payment."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import uuid4

from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.ids import any_id, public_id
from tests.factories.insured import handler, manager, partner_with_a_book, staff, version_on_sale
from tests.factories.payouts import ACCOUNT, approver
from tests.factories.repairs import CITY, shop
from tests.journeys.world import World

NAME, ADDRESS, PHONE_PREFIX = "欧阳若兰", "上海市徐汇区天平路一百号", "138"
BILL: tuple[dict[str, Any], ...] = ({"description": "Mainboard", "bill": {"amount": "1700.00"}},)
"""1,500.00 of it are paid by the contract."""

BALANCES = "{ ledgerAccounts(first: 100) { nodes { account balance { amount } } } }"
SHOP_ACCOUNT = "31050161364000001234"
MEDIA = {"PDF": "application/pdf", "JPEG": "image/jpeg"}


@dataclass
class Cast:
    """Who takes part, the policy, and its customer's device."""

    world: World
    partner: Actor
    customer: Actor
    language: str
    policy: str
    serial_number: str
    mail: str
    phone: str
    handler: Actor
    manager: Actor
    maker: Actor
    approvers: tuple[Actor, ...]
    service: Actor

    @property
    def private(self) -> tuple[str, ...]:
        """What is nobody's business but the customer's."""
        return (NAME, ADDRESS, ACCOUNT, self.mail, self.phone, self.serial_number)

    async def report(self, cause: str = "SCREEN", claimed: str = "1700.00", days_ago: int = 1) -> str:
        """The customer reports a loss; the claim's id."""
        with self.world.calendar.now():
            day = clock.today() - timedelta(days=days_ago)
        told = await self.world.change(
            self.customer, "claimReport", "claim { id }", policyId=self.policy, lossOn=day.isoformat(), cause=cause,
            place="上海", description="手机从楼梯上摔下。", claimed={"amount": claimed},
        )  # fmt: skip
        return str(told["claim"]["id"])

    async def move_account(self, account: str) -> None:
        """The customer wants the money elsewhere."""
        assert self.customer.customer_id is not None
        me = public_id("cus", self.customer.customer_id)
        await self.world.step(self.customer, "customerChangeBankAccount", me, bankAccount=account)

    async def submit(self, notice: str, **parts: Any) -> str:
        """The customer fills in the last parts of a first notice and hands it in; the claim's id."""
        with self.world.calendar.now():
            day = clock.today().isoformat()
        version = (await self.world.read(self.customer, notice, "version"))["version"]
        rest = {"lossOn": day, "place": "上海", "description": "地下室进水。", "claimed": {"amount": "1700.00"}}
        told = await self.world.change(
            self.customer, "firstNoticeSubmit", "claim { id }", firstNoticeId=notice, expectedVersion=version,
            parts=rest | parts,
        )  # fmt: skip
        return str(told["claim"]["id"])

    async def assess(self, claim: str, bill: tuple[dict[str, Any], ...] = BILL) -> None:
        """The handler takes the claim up, assesses it by the bill, and proposes what the contract pays."""
        await self.world.step(self.handler, "claimRegister", claim)
        await self.world.step(self.handler, "claimStartAssessment", claim)
        await self.propose(claim, bill)

    async def propose(self, claim: str, bill: tuple[dict[str, Any], ...] = BILL) -> None:
        """The handler sets the bill of a claim and proposes what the contract pays."""
        await self.world.step(self.handler, "claimSetLines", claim, lines=list(bill))
        await self.world.step(self.handler, "claimPropose", claim, reason="照维修报价核定")

    async def grant(self, claim: str, by: Actor | None = None) -> None:
        """The claim is approved in full, and the customer agrees."""
        await self.world.step(by or self.handler, "claimApprove", claim)
        await self.world.step(self.customer, "claimAgree", claim)

    async def payouts(self, row_id: str) -> list[dict[str, Any]]:
        """What is paid for a claim or a repair order, the oldest first."""
        shown = "payouts { id state amount { amount } attempts { requestNo state } }"
        return list((await self.world.read(self.maker, row_id, shown))["payouts"])

    async def release(self, payout: str, approvals: int = 1) -> None:
        """Finance makes a payout ready, and as many others as it takes approve it; the bank has not been asked yet."""
        await self.world.step(self.maker, "payoutMakeReady", payout)
        for each in self.approvers[:approvals]:
            await self.world.step(each, "payoutApprove", payout)

    async def owed(self) -> str:
        """What the ledger says is granted and not paid."""
        accounts = (await self.world.ask(self.maker, BALANCES))["ledgerAccounts"]["nodes"]
        return str(next(each["balance"]["amount"] for each in accounts if each["account"] == "CLAIMS_PAYABLE"))

    async def serve(self, order: str, *steps: tuple[Actor | str, str, dict[str, Any]]) -> None:
        """One step of a repair order after the other, each by whose turn it is."""
        for who, name, given in steps:
            await self.world.step(who, f"repairOrder{name}", order, **given)

    async def pay(self, claim: str, approvals: int = 1) -> str:
        """The newest payout of a claim goes its whole way; its id."""
        payout = str((await self.payouts(claim))[-1]["id"])
        await self.release(payout, approvals)
        await self.world.work()
        return payout

    async def hand_in(self, row_id: str, kind: str, content: bytes, file_type: str) -> str:
        """The customer hands a paper of a claim in as a file; its id."""
        ticket = await self.world.change(
            self.customer, "claimPaperTicket", "file { id } uploadUrl", claimId=row_id, kind=kind,
            fileName=f"发票.{file_type.lower()}", fileType=file_type, size=len(content),
        )  # fmt: skip
        await self.world.send(ticket["uploadUrl"], content, MEDIA[file_type])
        return str(ticket["file"]["id"])

    async def complain(self, claim: str, text: str) -> str:
        """The customer complains about a claim; the complaint's id."""
        assert self.customer.customer_id is not None
        told = await self.world.change(
            self.customer, "complaintReceive", "complaint { id }", channel="APP", category="CLAIM_DECISION",
            customerId=public_id("cus", self.customer.customer_id), description=text, subjectId=claim,
        )  # fmt: skip
        return str(told["complaint"]["id"])

    async def answer(self, complaint: str, compliance: Actor, result: str, text: str) -> None:
        """Service takes a complaint up and drafts a reply, which compliance approves."""
        assert self.service.staff_id is not None
        assignee = public_id("stf", self.service.staff_id)
        await self.world.step(self.service, "complaintAccept", complaint)
        await self.world.step(self.service, "complaintAssign", complaint, assigneeId=assignee)
        draft = {"result": result, "text": text, "rootCause": "The photo was not looked at."}
        await self.world.step(self.service, "complaintDraftReply", complaint, **draft)
        await self.world.step(compliance, "complaintApproveReply", complaint)

    def was_told(self, *words: str) -> bool:
        """Whether one letter to the customer says all of this."""
        mine = [str(each.get_content()) for each in self.world.mail.came if str(each["To"]) == self.mail]
        return any(all(word in text for word in words) for text in mine)


async def open_shop(cast: Cast) -> tuple[str, str]:
    """A repairer joins the network, with an account that finance sets: its id, and the API key of its system."""
    with cast.world.calendar.now():
        found, admin = await shop(), await staff(Role.ADMIN)
    assert found.actor.partner_id is not None
    partner = public_id("par", found.actor.partner_id)
    issued = await cast.world.change(
        admin, "apiKeyIssue", "apiKey", partnerId=partner, name="workshop", scopes=["READ", "REPAIR"]
    )
    setter = await staff(Role.FINANCE)
    account = {"bankAccount": SHOP_ACCOUNT, "reason": "by letter"}
    await cast.world.step(setter, "partnerBankAccountChange", partner, **account)
    return public_id("rpr", found.id), str(issued["apiKey"])


async def order_repair(cast: Cast, claim: str, repairer: str) -> str:
    """The handler has the device of a claim repaired by somebody of the network; the order's id."""
    made = await cast.world.change(
        cast.handler, "repairOrderCreate", "order { id }", claimId=claim, city=CITY, instructions="先打电话。"
    )
    order = str(made["order"]["id"])
    await cast.world.step(cast.handler, "repairOrderDispatch", order, repairerId=repairer)
    return order


async def sell(world: World, *, language: str = "ZH", price: str = "3000.00", days: int = 30) -> Cast:
    """A partner sells a policy, and so many days pass."""
    mark = uuid4()
    partner, serial = await partner_with_a_book(), f"SN{mark.hex[:20].upper()}"
    mail, phone = f"{mark.hex}@example.com", f"{PHONE_PREFIX}{mark.int % 10**8:08d}"
    with world.calendar.now():
        version = public_id("pvn", await version_on_sale())
        bought = clock.today().isoformat()
    device = {
        "category": "PHONE", "brand": "Acme", "model": "One", "serialNumber": serial, "purchasedOn": bought,
        "price": {"amount": price},
    }  # fmt: skip
    person = {
        "fullName": NAME, "phone": phone, "mail": mail, "language": language, "bankAccount": ACCOUNT,
        "address": ADDRESS,
    }  # fmt: skip
    sold = await world.change(
        partner, "policyRegister", "policy { id customer { id } }", productVersionId=version, device=device,
        customer=person,
    )  # fmt: skip
    customer = Actor(frozenset({Role.CUSTOMER}), customer_id=any_id(sold["policy"]["customer"]["id"]))
    with world.calendar.now():
        found = Cast(
            world, partner, customer, language.lower(), sold["policy"]["id"], serial, mail, phone, await handler(),
            await manager(), await staff(Role.FINANCE), (await approver(), await approver(), await approver()),
            await staff(Role.CUSTOMER_SERVICE),
        )  # fmt: skip
    await world.work()
    world.days_pass(days)
    return found
