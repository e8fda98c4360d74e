"""What the oracle knows of the real rooms, written a second time by hand: who sees which rows, and how they read.

The rules of visibility are those of the roles' table (customers their own, partners their book, staff what they work
with), here as Python over loaded rows. Nothing is taken from the rooms' `reading.py`.
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

from domain.applications.lifecycle import APPLICATION_LIFECYCLE, FLAG_LIFECYCLE
from domain.billing.lifecycle import EXCEPTION_LIFECYCLE as KEPT_LIFECYCLE
from domain.billing.lifecycle import INVOICE_LIFECYCLE
from domain.bordereaux.lifecycle import BORDEREAU_LIFECYCLE
from domain.claims.lifecycle import (
    ADVANCE_LIFECYCLE,
    CLAIM_LIFECYCLE,
    CLEARANCE_LIFECYCLE,
    DOCUMENT_LIFECYCLE,
    FIRST_NOTICE_LIFECYCLE,
    REFERRAL_LIFECYCLE,
)
from domain.commissions.lifecycle import STATEMENT_LIFECYCLE
from domain.complaints.lifecycle import COMPLAINT_LIFECYCLE
from domain.inquiries.lifecycle import INQUIRY_LIFECYCLE
from domain.jobs.lifecycle import JOB_LIFECYCLE
from domain.kernel import clock
from domain.kernel.actor import Actor, Role
from domain.kernel.lifecycle import Lifecycle
from domain.kernel.sealing import blind_index
from domain.kernel.settings import settings
from domain.payouts.lifecycle import EXCEPTION_LIFECYCLE, PAYOUT_LIFECYCLE
from domain.policies.lifecycle import POLICY_LIFECYCLE, REGISTRATION_LIFECYCLE
from domain.products.lifecycle import VERSION_LIFECYCLE
from domain.recoveries.lifecycle import RECEIPT_LIFECYCLE, SALVAGE_LIFECYCLE, SUBROGATION_LIFECYCLE
from domain.repairs.lifecycle import REPAIR_LIFECYCLE
from domain.staff.lifecycle import CHANGE_LIFECYCLE
from domain.surveys.lifecycle import SURVEY_LIFECYCLE
from tests.oracle.advice import advice_of_draft, advice_of_policy, papers_of_claim
from tests.oracle.customers import consent_text, consent_texts, duplicates_over
from tests.oracle.events import events, outlook
from tests.oracle.offers import judged_products, offer_over
from tests.oracle.oracle import Type, World
from tests.oracle.sights import (
    ADM,
    CH,
    CLAIM_READERS,
    CM,
    COM,
    CS,
    CUS,
    FAP,
    FIN,
    MONEY,
    PAR,
    POLICY_READERS,
    REP,
    RSK,
    SAL,
    STAFF,
    UW,
    all_to,
    any_of,
    both_own,
    only,
    own,
    own_staff,
)
from tests.oracle.writing import Values, money, wire

Shows = Callable[[Values, Actor, str], Any]
Tables = Mapping[str, list[Values]]
RECORDED = {"RECORDED": ("id",)}
SUBJECTS = {
    "APPLICATION": "Application", "BORDEREAU": "Bordereau", "CLAIM": "Claim",
    "CLAIM_BORDEREAU": "ClaimBordereau", "COMPLAINT": "Complaint",
    "INQUIRY": "Inquiry", "INVOICE": "Invoice", "POLICY": "Policy", "SURVEY": "Survey",
}
WRITTEN_ABOUT = {**SUBJECTS, "REPAIR_ORDER": "RepairOrder"}  # fmt: skip


def actions(lifecycle: Lifecycle[Any, Any]) -> Shows:
    """The steps of the table that start from the row's state and are open to a role of the reader."""
    return lambda row, actor, _: [
        each.action.value
        for each in lifecycle.steps
        if row["state"] in {state.value for state in each.sources} and each.roles & actor.roles
    ]


def without(action: str, shown: Shows, withheld: Callable[[Values], bool]) -> Shows:
    """The same without an action that some rows do not offer."""
    return lambda row, actor, language: [
        each for each in shown(row, actor, language) if each != action or not withheld(row)
    ]


def column(name: str) -> Shows:
    """A column under another name."""
    return lambda row, *_: wire(row[name])


def stored_list(name: str) -> Shows:
    """A list that is stored as JSON."""
    return lambda row, *_: json.loads(row[name])


def in_language(name: str) -> Shows:
    """A text that is kept in both languages."""
    return lambda row, _, language: row[f"{name}_{language}"]


def _statuses(row: Values, *_: object) -> list[str]:
    if row["state"] not in {"PENDING", "IN_FORCE"}:
        return []
    until = {"WAITING_PERIOD": row["waiting_until"], "MANUFACTURER_WARRANTY": row["warranty_until"]}
    return [name for name, day in until.items() if day is not None and day > clock.today()]


def _claim_is_overdue(row: Values, *_: object) -> bool:
    stopped = ("decided_at", "paused_at", "answered_at", "closed_at")
    return all(row[name] is None for name in stopped) and row["decision_due_at"] < clock.now()


def _is_payable(row: Values, *_: object) -> bool:
    before = row["paid_minor"] + row["advance_due_minor"] - row["advanced_minor"]
    return row["payable_minor"] is not None and row["payable_minor"] > before


def _calculation(row: Values, *_: object) -> list[Values]:
    return json.loads(row["calculation"]) if row["calculation"] else []


BLOCKS = {
    "LINES_MISSING": ("Assess at least one line first.", "请先录入定损明细。"),
    "NOTHING_PAYABLE": (
        "The contract pays nothing for this loss; decline it with the reason.",
        "按合同本次应赔金额为零,请以拒赔处理并说明理由。",
    ),
    "SECOND_NOTICE": (
        "The missing documents were asked for already; a manager must give the reason for a second notice.",
        "已一次性告知所缺材料,再次通知须由理赔经理说明理由。",
    ),
}


def _blocks(lines: set[Any], asked: set[Any]) -> Shows:
    def show(row: Values, _: Actor, language: str) -> list[Values]:
        blocked: list[tuple[str, str]] = []
        if row["state"] == "ASSESSING" and row["id"] not in lines:
            blocked = [("PROPOSE", "LINES_MISSING")]
        if row["state"] == "DECISION_PENDING" and not _is_payable(row):
            blocked = [(action, "NOTHING_PAYABLE") for action in ("SECOND", "APPROVE", "APPROVE_IN_PART")]
        if row["state"] == "REGISTERED" and row["id"] in asked:
            blocked = [("REQUEST_DOCUMENTS", "SECOND_NOTICE")]
        index = 1 if language == "zh" else 0
        return [{"action": action, "code": code, "message": BLOCKS[code][index]} for action, code in blocked]

    return show


def _result(row: Values, actor: Actor, _: str) -> str | None:
    outsider = actor.roles <= {CUS, PAR, REP, Role.ANONYMOUS}
    result: str | None = row["result"]
    return None if outsider and row["replied_at"] is None else result


def _complaint_is_overdue(row: Values, *_: object) -> bool:
    return row["replied_at"] is None and row["closed_at"] is None and row["due_at"] < clock.now()


TOLD = {
    "BANK_PENDING": ("The bank has taken it and has not paid yet.", "银行已受理，尚未完成付款。"),
    "POLICIES_BEGIN": ("Beginning the covers whose first day has come.", "正在使到期起保的保单生效。"),
    "ROWS_REGISTER": ("Selling the rows of the file.", "正在逐行承保。"),
}
UNTOLD = ("It did not work; the code says why.", "执行未成功，原因见代码。")


def _job_error(row: Values, _: Actor, language: str) -> Values | None:
    if row["error_code"] is None:
        return None
    message = TOLD.get(row["error_code"], UNTOLD)[language == "zh"]
    return {"code": row["error_code"], "message": message, "isFinal": row["state"] in {"DEAD", "CANCELLED"}}


def _job_progress(row: Values, _: Actor, language: str) -> Values | None:
    if row["progress"] is None:
        return None
    progress: Values = json.loads(row["progress"])
    code = progress.get("message")
    return {**progress, "message": TOLD[code][language == "zh"] if code else None}


def _job_status(row: Values, *_: object) -> str:
    state: str = row["state"]
    if state == "AVAILABLE":
        return "RETRYING" if row["attempt"] > 0 or row["crashes"] > 0 else "QUEUED"
    names = {"DISPATCHED": "QUEUED", "EXECUTING": "RUNNING", "PARKED": "AWAITING_OUTCOME", "DEAD": "FAILED"}
    return names.get(state, state)


def _poll_after(row: Values, *_: object) -> int | None:
    if row["state"] in {"SUCCEEDED", "DEAD", "CANCELLED"}:
        return None
    if row["state"] == "AVAILABLE":
        wait: float = (row["run_at"] - clock.now()) / timedelta(milliseconds=1)
        return round(min(60_000, max(500, wait)))
    return 30_000 if row["state"] == "PARKED" else 500


def _result_link(row: Values, _: Actor, language: str) -> str | None:
    found = row[f"result_{language}_id"]
    return _link({"id": found}) if found else None


def _csv_link(row: Values, *_: object) -> str | None:
    return _link({"id": row["document_id"]}) if row["document_id"] else None


def _row_faults(row: Values, _: Actor, language: str) -> list[Values]:
    stored = json.loads(row["faults"])
    return [{"code": each["code"], "message": each[language], "path": each["path"]} for each in stored]


def _link(row: Values, *_: object) -> str:
    configured = settings()
    name, until = f"doc_{row['id'].hex}", int((clock.now() + timedelta(seconds=300)).timestamp())
    key, said = configured.link_secret.get_secret_value().encode(), f"{name}.{until}".encode()
    signature = hmac.digest(key, said, "sha256").hex()
    return f"{configured.public_url}/files/{name}?until={until}&signature={signature}"


def _file_link(row: Values, actor: Actor, _: str) -> str | None:
    if row["state"] != "RELEASED":
        return None
    configured, name = settings(), f"evf_{row['id'].hex}"
    kind = "staff" if actor.staff_id else "customer" if actor.customer_id else "partner"
    identity = actor.staff_id or actor.customer_id or actor.partner_id
    assert identity is not None
    viewer, until = f"{kind}-{identity.hex}", int((clock.now() + timedelta(seconds=300)).timestamp())
    key, said = configured.link_secret.get_secret_value().encode(), f"evidence.{name}.{viewer}.{until}".encode()
    signature = hmac.digest(key, said, "sha256").hex()
    return f"{configured.public_url}/files/papers/{name}?viewer={viewer}&until={until}&signature={signature}"


def _payments_link(row: Values, actor: Actor, _: str) -> str | None:
    if row["state"] != "READY" or actor.staff_id is None or not actor.roles & {FIN, FAP}:
        return None
    configured, name = settings(), f"pmf_{row['id'].hex}"
    viewer, until = actor.staff_id.hex, int((clock.now() + timedelta(seconds=300)).timestamp())
    key, said = configured.link_secret.get_secret_value().encode(), f"payment_file.{name}.{viewer}.{until}".encode()
    signature = hmac.digest(key, said, "sha256").hex()
    return f"{configured.public_url}/files/payments/{name}?viewer={viewer}&until={until}&signature={signature}"


def _handed_in_by_itself(actor: Actor, row: Values) -> bool:
    return PAR in actor.roles and actor.partner_id is not None and (
        row["partner_id"] == actor.partner_id == row["uploader_id"]
    )


def _name(row: Values, actor: Actor, _: str) -> str:
    name: str = row["full_name"]
    return name[0] + "**" if actor.roles == {PAR} else name


def _sealed(name: str, normal: Callable[[str], str]) -> Callable[[str], bytes]:
    return lambda text: blind_index(name, normal(text.strip()))


def _parties(tables: Tables) -> dict[str, Type]:
    sold = {"policies": ("Policy", "customer_id"), "claims": ("Claim", "customer_id")}
    called = any_of(own(PAR, "partner_id"), all_to(ADM))
    return {
        "Partner": Type("partner", "par", any_of(all_to(*STAFF), own(PAR, "id")), orders=RECORDED, fields={
            "bankAccount": column("bank_account_mask"),
        }, many={
            "policies": ("Policy", "partner_id"), "claims": ("Claim", "partner_id"),
            "commissionRates": ("CommissionRate", "partner_id"), "webhooks": ("WebhookEndpoint", "partner_id"),
        }),
        "WebhookEndpoint": Type(
            "webhook_endpoint", "whk", called, orders=RECORDED, fields={"events": stored_list("events")},
            one={"partner": ("partner_id", "Partner")}, many={"deliveries": ("WebhookDelivery", "endpoint_id")},
        ),
        "WebhookDelivery": Type(
            "webhook_delivery", "whd", called, orders=RECORDED,
            one={"endpoint": ("endpoint_id", "WebhookEndpoint")},
            about={"subject": {"APPLICATION": "Application", "POLICY": "Policy", "REPAIR_ORDER": "RepairOrder"}},
        ),
        "Staff": Type("staff", "stf", all_to(*STAFF), fields={"roles": stored_list("roles")}, orders=RECORDED, many={
            "limits": ("AuthorityLimit", "staff_id"), "changes": ("StaffChange", "staff_id"),
        }, newest_first=frozenset({"limits", "changes"})),
        "StaffChange": Type(
            "staff_change", "scg", all_to(ADM, COM, Role.HR), orders=RECORDED,
            fields={"roles": stored_list("roles"), "availableActions": actions(CHANGE_LIFECYCLE)},
            one={
                "staff": ("staff_id", "Staff"), "proposer": ("proposer_id", "Staff"), "decider": ("decider_id", "Staff")
            },
        ),
        "AuthorityLimit": Type(
            "authority_limit", "aut", any_of(all_to(ADM, COM), own_staff("staff_id")), orders=RECORDED,
            one={"staff": ("staff_id", "Staff")},
        ),
        "Customer": Type(
            "customer", "cus", any_of(both_own("id"), all_to(*POLICY_READERS)), orders=RECORDED,
            fields={
                "fullName": _name, "language": lambda row, *_: row["language"].upper(), "phone": column("phone_mask"),
                "mail": column("mail_mask"), "identityNumber": column("identity_number_mask"),
                "bankAccount": column("bank_account_mask"), "address": column("address_mask"),
                "consentTexts": consent_texts, "possibleDuplicates": duplicates_over(tables),
            },
            one={"partner": ("partner_id", "Partner")},
            many={
                **sold, "invoices": ("Invoice", "customer_id"), "payouts": ("Payout", "customer_id"),
                "complaints": ("Complaint", "customer_id"),
                "inquiries": ("Inquiry", "customer_id"), "recommendations": ("Recommendation", "customer_id"),
                "applications": ("Application", "customer_id"), "repairOrders": ("RepairOrder", "customer_id"),
                "creditAssessments": ("CreditAssessment", "customer_id"), "consents": ("Consent", "customer_id"),
            },
            newest_first=frozenset({"consents"}),
            filters={"phone": "phone_blind", "mail": "mail_blind", "identityNumber": "identity_number_blind"},
            stored={
                "phone": _sealed("phone", str), "mail": _sealed("mail", str.lower),
                "identityNumber": _sealed("identity_number", str.upper),
                "organisationCode": lambda text: text.strip().upper(),
            },
        ),
        "Consent": Type(
            "consent", "cst", any_of(both_own(), all_to(*POLICY_READERS)), orders=RECORDED,
            fields={"language": lambda row, *_: row["language"].upper(), "text": consent_text},
            one={"customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner")},
        ),
        "Session": Type(
            "session", "ses",
            any_of(
                own_staff("staff_id"), own(CUS, "customer_id"), own(PAR, "partner_id"), own(REP, "partner_id"),
                only(all_to(ADM), "principal", "STAFF", "API_KEY"),
            ),
            fields={
                "roles": stored_list("roles"),
                "scopes": stored_list("scopes"),
                "isLive": lambda row, *_: row["revoked_at"] is None and row["expires_at"] > clock.now(),
            },
            one={
                "staff": ("staff_id", "Staff"), "customer": ("customer_id", "Customer"),
                "partner": ("partner_id", "Partner"),
            },
            orders=RECORDED,
        ),
    }  # fmt: skip


def _products(tables: Tables) -> dict[str, Type]:
    offered = [each for each in tables["product_version"] if each["state"] in {"ON_SALE", "WITHDRAWN"}]
    versions, products = {each["id"] for each in offered}, {each["product_id"] for each in offered}

    def outsider(actor: Actor) -> bool:
        return bool(actor.roles & {CUS, PAR})

    def sees_product(actor: Actor, row: Values) -> bool:
        return all_to(*STAFF)(actor, row) or (outsider(actor) and row["id"] in products)

    def sees_part(actor: Actor, row: Values) -> bool:
        return all_to(*STAFF)(actor, row) or (outsider(actor) and row["product_version_id"] in versions)

    version = {"productVersion": ("product_version_id", "ProductVersion")}
    return {
        "Product": Type(
            "product", "prd", sees_product, fields={"name": in_language("name")}, orders=RECORDED,
            many={"versions": ("ProductVersion", "product_id")},
        ),
        "ProductVersion": Type(
            "product_version", "pvn",
            any_of(all_to(*STAFF), only(all_to(CUS, PAR), "state", "ON_SALE", "WITHDRAWN")),
            fields={"availableActions": actions(VERSION_LIFECYCLE)}, asked={"offer": offer_over(tables)},
            one={
                "product": ("product_id", "Product"), "drafter": ("drafted_by", "Staff"),
                "submitter": ("submitted_by", "Staff"), "releaser": ("released_by", "Staff"),
            },
            with_parent=frozenset({"product"}),
            many={
                "policies": ("Policy", "product_version_id"), "perils": ("ProductPeril", "product_version_id"),
                "exclusions": ("ProductExclusion", "product_version_id"),
                "relativities": ("ProductRelativity", "product_version_id"),
            },
            orders=RECORDED,
        ),
        "ProductPeril": Type("product_peril", "ppl", sees_part, one=version, orders=RECORDED),
        "ProductExclusion": Type(
            "product_exclusion", "pex", sees_part, fields={"text": in_language("text")}, one=version, orders=RECORDED
        ),
        "ProductRelativity": Type("product_relativity", "prl", all_to(*STAFF), one=version, orders=RECORDED),
        "CommissionRate": Type(
            "commission_rate", "cmr", any_of(all_to(FIN, UW, SAL, COM), own(PAR, "partner_id")), orders=RECORDED,
            one={
                "partner": ("partner_id", "Partner"), "product": ("product_id", "Product"),
                "setter": ("set_by", "Staff"),
            },
        ),
    }  # fmt: skip


def _policies(tables: Tables) -> dict[str, Type]:
    sees = any_of(both_own(), all_to(*POLICY_READERS))
    sells = any_of(own(PAR, "partner_id"), all_to(SAL, CS, FIN, COM))
    return {
        "Policy": Type(
            "policy", "pol", sees, groups=frozenset({"device"}),
            fields={"statuses": _statuses, "availableActions": actions(POLICY_LIFECYCLE)},
            asked={"coverAdvice": advice_of_policy(tables)},
            one={
                "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner"),
                "productVersion": ("product_version_id", "ProductVersion"),
            },
            many={
                "covers": ("PolicyCover", "policy_id"), "lapses": ("PolicyLapse", "policy_id"),
                "invoices": ("Invoice", "subject_id"), "claims": ("Claim", "policy_id"),
                "firstNotices": ("FirstNotice", "policy_id"),
                "reminders": ("RenewalReminder", "policy_id"), "complaints": ("Complaint", "subject_id"),
                "notifications": ("Notification", "subject_id"), "documents": ("Document", "subject_id"),
            },
            orders={**RECORDED, "ISSUED_AT": ("issued_at", "id")},
        ),
        "Registration": Type(
            "registration", "reg", sells, orders=RECORDED,
            fields={"availableActions": actions(REGISTRATION_LIFECYCLE), "resultLink": _result_link},
            one={
                "partner": ("partner_id", "Partner"), "productVersion": ("product_version_id", "ProductVersion"),
                "job": ("job_id", "Job"),
            },
            many={
                "rows": ("RegistrationRow", "registration_id"), "documents": ("Document", "subject_id"),
            },
        ),
        "RegistrationRow": Type(
            "registration_row", "rrw", sells, orders={**RECORDED, "LINE": ("line", "id")},
            fields={"faults": _row_faults},
            one={"registration": ("registration_id", "Registration"), "policy": ("policy_id", "Policy")},
        ),
        "Bordereau": Type(
            "bordereau", "bdx",
            any_of(
                all_to(FIN, FAP, UW, COM),
                only(own(PAR, "partner_id"), "state", "SUBMITTED", "ACKNOWLEDGED", "REJECTED"),
            ),
            fields={"availableActions": actions(BORDEREAU_LIFECYCLE), "csvLink": _csv_link},
            one={
                "partner": ("partner_id", "Partner"), "document": ("document_id", "Document"), "job": ("job_id", "Job"),
            },
            orders={"MONTH": ("month", "id"), **RECORDED},
        ),
        "CommissionStatement": Type(
            "commission_statement", "cms",
            any_of(all_to(FIN, FAP, UW, COM), only(own(PAR, "partner_id"), "state", "CLOSED", "APPROVED", "PAID")),
            fields={"availableActions": actions(STATEMENT_LIFECYCLE)},
            one={"partner": ("partner_id", "Partner"), "approver": ("approver_id", "Staff")},
            many={"payouts": ("Payout", "subject_id")},
            orders={"MONTH": ("month", "id"), **RECORDED},
        ),
        "ClaimBordereau": Type(
            "claim_bordereau", "cbx",
            any_of(
                all_to(FIN, FAP, UW, COM),
                only(own(PAR, "partner_id"), "state", "SUBMITTED", "ACKNOWLEDGED", "REJECTED"),
            ),
            fields={"availableActions": actions(BORDEREAU_LIFECYCLE), "csvLink": _csv_link},
            one={
                "partner": ("partner_id", "Partner"), "document": ("document_id", "Document"), "job": ("job_id", "Job"),
            },
            orders={"MONTH": ("month", "id"), **RECORDED},
        ),
        "Document": Type(
            "document", "doc",
            any_of(
                both_own(), all_to(FIN, FAP, UW, COM),
                only(all_to(*POLICY_READERS), "kind", "POLICY_DOCUMENT", "REGISTRATION_RESULT"),
            ),
            about={
                "subject": {
                    "BORDEREAU": "Bordereau", "CLAIM_BORDEREAU": "ClaimBordereau", "POLICY": "Policy",
                    "REGISTRATION": "Registration",
                },
            },
            orders=RECORDED,
            fields={"language": lambda row, *_: row["language"].upper(), "link": _link},
        ),
        "PolicyCover": Type("policy_cover", "pcv", sees, one={"policy": ("policy_id", "Policy")}, orders=RECORDED),
        "PolicyLapse": Type("policy_lapse", "plp", sees, one={"policy": ("policy_id", "Policy")}, orders=RECORDED),
        "RenewalReminder": Type(
            "renewal_reminder", "ren", sees, one={"policy": ("policy_id", "Policy")}, orders=RECORDED
        ),
    }  # fmt: skip


def _what_is_paid(payout: Values) -> tuple[object, ...]:
    return payout["subject_id"], payout["decision_no"], payout["instalment"]


def _waits_for_money(tables: Tables) -> Callable[[Values], bool]:
    """Whether money of a claim came back that was not paid again."""
    came_back = [each for each in tables["payout"] if each["state"] == "REVERSED"]
    arrived = {_what_is_paid(each) for each in tables["payout"] if each["state"] == "SETTLED"}

    def waits(claim: Values) -> bool:
        return any(
            claim["id"] in {each["subject_id"], each["matter_id"]} and _what_is_paid(each) not in arrived
            for each in came_back
        )

    return waits


def _is_not_rescinded(tables: Tables) -> Callable[[Values], bool]:
    """Whether nothing of a claim can be taken back: risk has not found it false, or its customer is owed nothing."""
    own = [{**each, "matter_id": None} for each in tables["payout"]]
    waits = _waits_for_money({**tables, "payout": own})

    def is_kept(claim: Values) -> bool:
        is_over = claim["state"] in {"PAID", "DECLINED"} and not waits(claim) and not claim["advance_due_minor"]
        return is_over or claim["referral"] != "CONFIRMED"

    return is_kept


def _is_asked_anew(tables: Tables) -> Callable[[Values], bool]:
    live = {_what_is_paid(each) for each in tables["payout"] if each["state"] not in {"REVERSED", "CANCELLED"}}
    return lambda row: row["state"] == "REVERSED" and _what_is_paid(row) in live


def _claims(tables: Tables) -> dict[str, Type]:
    lines = {row["claim_id"] for row in tables["claim_line"]}
    declined_for_it = {row["id"] for row in tables["claim"] if row["decline_code"] == "FRAUD"}
    asked = {row["claim_id"] for row in tables["claim_document"]}
    sees = any_of(both_own(), all_to(*CLAIM_READERS))
    sees_parts = any_of(both_own(), all_to(*(role for role in CLAIM_READERS if role is not UW)))
    claim = {"claim": ("claim_id", "Claim")}
    return {
        "Claim": Type(
            "claim", "clm", sees,
            fields={
                "availableActions": without(
                    "RESCIND", without("CLOSE", actions(CLAIM_LIFECYCLE), _waits_for_money(tables)),
                    _is_not_rescinded(tables),
                ),
                "actionBlocks": _blocks(lines, asked),
                "calculation": _calculation, "outlook": outlook, "isOverdue": _claim_is_overdue,
                "forRepair": lambda row, *_: money(row["repair_minor"], row["currency"]),
                "isPayable": _is_payable, "advisedPapers": papers_of_claim(tables),
                "hasLines": lambda row, *_: row["id"] in lines,
                "hasAskedForDocuments": lambda row, *_: row["id"] in asked,
            },
            one={
                "policy": ("policy_id", "Policy"), "customer": ("customer_id", "Customer"),
                "partner": ("partner_id", "Partner"), "handler": ("handler_id", "Staff"),
                "decider": ("decided_by", "Staff"),
            },
            many={
                "lines": ("ClaimLine", "claim_id"), "documents": ("ClaimDocument", "claim_id"),
                "files": ("EvidenceFile", "subject_id"),
                "payouts": ("Payout", "subject_id"), "notifications": ("Notification", "subject_id"),
                "complaints": ("Complaint", "subject_id"), "inquiries": ("Inquiry", "outcome_id"),
                "advances": ("Advance", "claim_id"), "reserveChanges": ("ReserveChange", "claim_id"),
                "clearances": ("Clearance", "claim_id"),
                "referrals": ("Referral", "claim_id"), "fraudSignals": ("FraudSignal", "subject_id"),
                "repairOrders": ("RepairOrder", "claim_id"), "timeline": ("ClaimEvent", "claim_id"),
                "firstNotices": ("FirstNotice", "claim_id"), "salvages": ("Salvage", "claim_id"),
                "subrogations": ("Subrogation", "claim_id"), "recoveryReceipts": ("RecoveryReceipt", "claim_id"),
                "surveys": ("Survey", "claim_id"),
            },
            orders={**RECORDED, "REPORTED_AT": ("reported_at", "id"), "URGENCY": ("lane", "reported_at", "id")},
        ),
        "FirstNotice": Type(
            "first_notice", "fno",
            any_of(both_own("reporter_id", "reporter_id"), only(all_to(CS), "reporter_kind", "CUSTOMER"), all_to(COM)),
            fields={
                "availableActions": actions(FIRST_NOTICE_LIFECYCLE), "serialNumber": column("told_serial_number"),
                "advice": advice_of_draft(tables),
            },
            one={
                "policy": ("policy_id", "Policy"), "customer": ("customer_id", "Customer"),
                "partner": ("partner_id", "Partner"), "claim": ("claim_id", "Claim"),
                "duplicateOf": ("duplicate_of_id", "Claim"),
            },
            orders=RECORDED,
        ),
        "Referral": Type(
            "referral", "rfl", all_to(CH, CM, RSK, COM), fields={
                "availableActions": without(
                    "REFER", actions(REFERRAL_LIFECYCLE), lambda row: row["claim_id"] in declined_for_it
                ),
            },
            one={**claim, "judge": ("judge_id", "Staff")}, orders=RECORDED,
        ),
        "Advance": Type(
            "advance", "adv", all_to(CH, CM, FIN, FAP, RSK, COM),
            fields={"availableActions": actions(ADVANCE_LIFECYCLE)},
            one={**claim, "decider": ("decider_id", "Staff"), "payout": ("payout_id", "Payout")}, orders=RECORDED,
        ),
        "Clearance": Type(
            "clearance", "clr", all_to(CH, CM, FIN, FAP, RSK, COM),
            fields={"availableActions": actions(CLEARANCE_LIFECYCLE)},
            one={**claim, "judge": ("judge_id", "Staff"), "requester": ("requested_by", "Staff")}, orders=RECORDED,
        ),
        "ReserveChange": Type(
            "reserve_change", "rsc", all_to(CH, CM, FIN, FAP, RSK, COM),
            one={**claim, "changer": ("changer_id", "Staff")}, orders=RECORDED,
        ),
        "ClaimLine": Type("claim_line", "cln", sees_parts, one=claim, orders=RECORDED),
        "ClaimDocument": Type(
            "claim_document", "cld", sees_parts, fields={"availableActions": actions(DOCUMENT_LIFECYCLE)}, one=claim,
            many={"files": ("EvidenceFile", "part_id")}, orders=RECORDED,
        ),
        "EvidenceFile": Type(
            "evidence_file", "evf",
            any_of(
                own(CUS, "customer_id"), _handed_in_by_itself,
                only(all_to(CS, CH, CM, RSK, COM), "subject_kind", "CLAIM"),
            ),
            fields={"link": _file_link}, one={"claimDocument": ("part_id", "ClaimDocument")},
            about={"subject": {"CLAIM": "Claim"}}, orders=RECORDED,
        ),
        "Complaint": Type(
            "complaint", "cmp",
            any_of(both_own(), all_to(CS, RSK, COM), own(CH, "assignee_id"), own(CM, "assignee_id")),
            fields={
                "availableActions": actions(COMPLAINT_LIFECYCLE), "isOverdue": _complaint_is_overdue,
                "result": _result,
            },
            one={
                "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner"),
                "assignee": ("assignee_id", "Staff"),
            },
            many={"notifications": ("Notification", "subject_id"), "inquiries": ("Inquiry", "outcome_id")},
            about={"subject": {"CLAIM": "Claim", "POLICY": "Policy", "STAFF": "Staff"}},
            filters={"description": "terms"},
            orders={**RECORDED, "DUE_AT": ("due_at", "id")},
        ),
        "Notification": Type(
            "notification", "ntf", any_of(all_to(CS, COM), only(own(CUS, "customer_id"), "party_kind", "CUSTOMER")),
            fields={"address": column("address_mask")}, about={"subject": WRITTEN_ABOUT}, orders=RECORDED,
        ),
    }  # fmt: skip


def _payouts(tables: Tables) -> dict[str, Type]:
    money_staff, payout = all_to(*MONEY), {"payout": ("payout_id", "Payout")}
    ledger = all_to(FIN, FAP, COM)
    return {
        "Payout": Type(
            "payout", "pay",
            any_of(own(CUS, "customer_id"), own(REP, "payee_partner_id"), all_to(*MONEY, CS, CH, CM)),
            fields={
                "availableActions": without("RETRY", actions(PAYOUT_LIFECYCLE), _is_asked_anew(tables)),
                "bankAccount": column("account_mask"),
            },
            one={
                "customer": ("customer_id", "Customer"), "maker": ("maker_id", "Staff"),
                "payeePartner": ("payee_partner_id", "Partner"),
            },
            many={
                "attempts": ("PayoutAttempt", "payout_id"), "approvals": ("PayoutApproval", "payout_id"),
                "exceptions": ("PayoutException", "payout_id"), "postings": ("LedgerTransaction", "subject_id"),
            },
            about={
                "source": {
                    "CLAIM": "Claim", "POLICY": "Policy", "REPAIR_ORDER": "RepairOrder",
                    "COMMISSION_STATEMENT": "CommissionStatement", "SALVAGE": "Salvage",
                },
            },
            orders=RECORDED,
        ),
        "PayoutAttempt": Type(
            "payout_attempt", "pat", money_staff, one={**payout, "paymentFile": ("payment_file_id", "PaymentFile")},
            many={"entries": ("BankStatementEntry", "attempt_id")}, orders=RECORDED,
        ),
        "PaymentFile": Type(
            "payment_file", "pmf", money_staff, fields={"link": _payments_link},
            one={"maker": ("maker_id", "Staff")}, many={"attempts": ("PayoutAttempt", "payment_file_id")},
            orders=RECORDED,
        ),
        "BankStatement": Type(
            "bank_statement", "bst", money_staff, one={"uploader": ("uploader_id", "Staff")},
            many={"entries": ("BankStatementEntry", "statement_id")}, orders=RECORDED,
        ),
        "BankStatementEntry": Type(
            "bank_statement_entry", "bse", money_staff,
            one={"statement": ("statement_id", "BankStatement"), "attempt": ("attempt_id", "PayoutAttempt")},
            orders=RECORDED,
        ),
        "PayoutApproval": Type(
            "payout_approval", "pap", money_staff, one={**payout, "approver": ("approver_id", "Staff")}, orders=RECORDED
        ),
        "PayoutException": Type(
            "payout_exception", "pxc", money_staff, fields={"availableActions": actions(EXCEPTION_LIFECYCLE)},
            one={**payout, "owner": ("owner_id", "Staff")}, orders=RECORDED,
        ),
        "LedgerTransaction": Type(
            "ledger_transaction", "ltx", ledger, many={"lines": ("LedgerLine", "transaction_id")},
            about={"subject": {
                "PAYOUT": "Payout", "POLICY": "Policy", "CLAIM": "Claim", "INVOICE": "Invoice",
                "PREMIUM_EXCEPTION": "PremiumException",
            }}, orders=RECORDED,
        ),
        "LedgerLine": Type(
            "ledger_line", "lln", ledger, one={"transaction": ("transaction_id", "LedgerTransaction")}, orders=RECORDED
        ),
        "LedgerAccount": Type("ledger_account", "lac", ledger, orders=RECORDED),
    }  # fmt: skip


def _billing(tables: Tables) -> dict[str, Type]:
    sees, finance = any_of(both_own(), all_to(SAL, CS, FIN, FAP, UW, COM)), all_to(FIN, COM)
    invoice = {"invoice": ("invoice_id", "Invoice")}

    def is_overdue(row: Values, *_: object) -> bool:
        return bool(row["state"] == "DUE" and row["due_on"] < clock.today())

    return {
        "Invoice": Type(
            "invoice", "inv", sees, fields={"availableActions": actions(INVOICE_LIFECYCLE)},
            one={"customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner")},
            many={
                "instalments": ("Instalment", "invoice_id"), "payments": ("PremiumPayment", "invoice_id"),
                "exceptions": ("PremiumException", "invoice_id"), "notifications": ("Notification", "subject_id"),
                "postings": ("LedgerTransaction", "subject_id"),
            },
            about={"subject": {"APPLICATION": "Application", "POLICY": "Policy"}}, orders=RECORDED,
        ),
        "Instalment": Type("instalment", "ist", sees, fields={"isOverdue": is_overdue}, one=invoice, orders=RECORDED),
        "PremiumPayment": Type(
            "premium_payment", "ppy", finance, one={**invoice, "paidInstalment": ("instalment_id", "Instalment")},
            orders=RECORDED,
        ),
        "PremiumException": Type(
            "premium_exception", "pxe", finance, fields={"availableActions": actions(KEPT_LIFECYCLE)},
            one={**invoice, "settler": ("settler_id", "Staff")}, orders=RECORDED,
        ),
    }  # fmt: skip


def _machinery(tables: Tables) -> dict[str, Type]:
    technical = all_to(ADM, COM)
    return {
        "AuditEntry": Type("audit_entry", "aud", all_to(COM), orders=RECORDED),
        "Job": Type(
            "job_all", "job", any_of(technical, own_staff("actor_id"), both_own()),
            fields={
                "status": _job_status, "queuedAt": column("created_at"), "seq": column("version"),
                "nextAttemptAt": lambda row, *_: wire(row["run_at"]) if row["state"] == "AVAILABLE" else None,
                "progress": _job_progress, "error": _job_error,
                "canCancel": lambda row, *_: row["state"] in {"AVAILABLE", "DISPATCHED", "EXECUTING"}
                and not row["cancel_requested"],
                "canRetry": lambda row, *_: row["state"] == "DEAD", "pollAfterMs": _poll_after,
                "availableActions": actions(JOB_LIFECYCLE),
            },
            many={"attempts": ("JobAttempt", "job_id")}, orders=RECORDED,
            about={
                "subject": {
                    **SUBJECTS, "CUSTOMER": "Customer", "PAYOUT": "Payout", "NOTIFICATION": "Notification",
                    "REGISTRATION": "Registration", "WEBHOOK_DELIVERY": "WebhookDelivery",
                    "EVIDENCE": "EvidenceFile", "PAYMENT_FILE": "PaymentFile", "BANK_STATEMENT": "BankStatement",
                },
                "requestedBy": {"CUSTOMER": "Customer", "PARTNER": "Partner", "STAFF": "Staff"},
                "result": {
                    "APPLICATION": "Application", "BORDEREAU": "Bordereau", "CLAIM": "Claim", "COMPLAINT": "Complaint",
                    "CUSTOMER": "Customer", "DOCUMENT": "Document", "EVIDENCE": "EvidenceFile",
                    "SURVEY": "Survey", "INQUIRY": "Inquiry",
                    "JOB": "Job", "NOTIFICATION": "Notification", "PAYOUT": "Payout", "POLICY": "Policy",
                    "REGISTRATION": "Registration", "RENEWAL": "RenewalReminder",
                    "WEBHOOK_DELIVERY": "WebhookDelivery", "PAYMENT_FILE": "PaymentFile",
                    "BANK_STATEMENT": "BankStatement", "CLAIM_BORDEREAU": "ClaimBordereau",
                },
            },
            about_columns={"requestedBy": "actor", "result": "result"},
        ),
        "JobAttempt": Type("job_attempt", "jat", technical, one={"job": ("job_id", "Job")}, orders=RECORDED),
        "QueueControl": Type("queue_control", "que", technical, orders=RECORDED),
        "Schedule": Type("schedule", "sch", technical, orders=RECORDED),
    }  # fmt: skip


def _quotes(tables: Tables) -> dict[str, Type]:
    return {
        "Recommendation": Type(
            "recommendation", "rec",
            any_of(both_own(), all_to(CS, UW, COM), own(Role.SALES, "adviser_id")),
            fields={"judged": judged_products, "wantedPerils": stored_list("perils")},
            one={
                "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner"),
                "adviser": ("adviser_id", "Staff"), "chosen": ("chosen_id", "ProductVersion"),
            },
            orders=RECORDED,
        ),
    }  # fmt: skip


def _applications(tables: Tables) -> dict[str, Type]:
    sees = any_of(both_own(), all_to(CS, FIN, UW, RSK, COM), own(Role.SALES, "seller_id"))
    judges, application = all_to(UW, RSK, COM), {"application": ("application_id", "Application")}

    def requests(row: Values, *_: object) -> list[Values]:
        return [
            {"at": each["at"], "items": each["items"], "answer": each["answer"], "answeredAt": each["answered_at"]}
            for each in json.loads(row["requests"])
        ]

    def guarantor(row: Values, actor: Actor, _: str) -> str | None:
        name = row["guarantor_name"]
        return f"{name[0]}**" if name is not None and PAR in actor.roles else name

    return {
        "Application": Type(
            "application", "app", sees, groups=frozenset({"device"}),
            fields={
                "availableActions": actions(APPLICATION_LIFECYCLE), "requests": requests, "guarantorName": guarantor,
            },
            one={
                "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner"),
                "seller": ("seller_id", "Staff"), "productVersion": ("product_version_id", "ProductVersion"),
                "recommendation": ("recommendation_id", "Recommendation"), "policy": ("policy_id", "Policy"),
            },
            many={
                "disclosures": ("Disclosure", "application_id"), "flags": ("UnderwritingFlag", "application_id"),
                "assessments": ("CreditAssessment", "subject_id"), "invoices": ("Invoice", "subject_id"),
                "inquiries": ("Inquiry", "outcome_id"), "notifications": ("Notification", "subject_id"),
            },
            orders=RECORDED,
        ),
        "UnderwritingFlag": Type(
            "underwriting_flag", "uwf", judges, fields={"availableActions": actions(FLAG_LIFECYCLE)},
            one={**application, "judge": ("judge_id", "Staff")}, orders=RECORDED,
        ),
        "Disclosure": Type(
            "disclosure", "dsc", sees, fields={"language": lambda row, *_: row["language"].upper()}, one=application,
            orders=RECORDED,
        ),
    }  # fmt: skip


def _repair_actions(claims: list[Values]) -> Shows:
    stolen = {row["id"] for row in claims if row["cause"] == "THEFT"}

    def show(row: Values, actor: Actor, language: str) -> list[str]:
        found: list[str] = actions(REPAIR_LIFECYCLE)(row, actor, language)
        is_awaited = row["state"] == "ACCEPTED" and row["claim_id"] not in stolen
        return [each for each in found if not (is_awaited and each == "DECLARE_BEYOND_REPAIR")]

    return show


def _repairs(tables: Tables) -> dict[str, Type]:
    orders = tables["repair_order"]
    inside = (CH, CM, FIN, RSK, COM)
    sees = any_of(both_own(), own(REP, "repairer_partner_id"), all_to(CS, *inside))
    names = {row["id"]: row["name"] for row in tables["repairer"]}
    customers = {row["id"]: row for row in tables["customer"]}

    def contact(name: str) -> Shows:
        def show(row: Values, *_: object) -> Any:
            is_live = row["closed_at"] is None and row["state"] not in {"CREATED", "REFUSED"}
            return customers[row["customer_id"]][name] if is_live else None

        return show

    repeated = {row["repeat_of_id"] for row in orders} - {None}

    def returned(row: Values) -> list[Values]:
        return [each for each in orders if each["repairer_id"] == row["id"] and each["returned_at"] is not None]

    def turnaround(order: Values) -> Fraction:
        return Fraction((order["returned_at"] - order["received_at"]) / timedelta(milliseconds=1)) / 86_400_000

    def average(row: Values, *_: object) -> str | None:
        found = [turnaround(each) for each in returned(row)]
        return f"{int(sum(found) / len(found) * 100 + Fraction(1, 2)) / Decimal(100):.2f}" if found else None

    def serial(name: str) -> Shows:
        def show(row: Values, actor: Actor, _: str) -> str | None:
            text: str | None = row[name]
            is_hidden = actor.roles == {REP} and row["closed_at"] is not None
            return text if text is None or not is_hidden else text[-4:].rjust(len(text), "*")

        return show

    return {
        "Repairer": Type(
            "repairer", "rpr", any_of(own(REP, "partner_id"), all_to(CS, *inside)),
            fields={
                "cities": stored_list("cities"), "brands": stored_list("brands"),
                "completedOrders": lambda row, *_: len(returned(row)), "averageTurnaroundDays": average,
                "repeatRepairs": lambda row, *_: sum(each["id"] in repeated for each in returned(row)),
            },
            one={"partner": ("partner_id", "Partner")},
            many={"rateCard": ("RateCardLine", "repairer_id"), "orders": ("RepairOrder", "repairer_id")},
            orders=RECORDED,
        ),
        "RateCardLine": Type(
            "rate_card_line", "rcl", any_of(own(REP, "repairer_partner_id"), all_to(*inside)),
            one={"repairer": ("repairer_id", "Repairer"), "setter": ("set_by", "Staff")}, orders=RECORDED,
        ),
        "RepairOrder": Type(
            "repair_order", "rpo", sees, groups=frozenset({"device"}),
            fields={
                "availableActions": _repair_actions(tables["claim"]), "grounds": stored_list("grounds"),
                "serialNumber": serial("serial_number"), "isRepeat": lambda row, *_: row["repeat_of_id"] is not None,
                "replacementSerialNumber": serial("replacement_serial_number"),
                "repairerName": lambda row, *_: names.get(row["repairer_id"]),
                "contactName": contact("full_name"), "contactPhone": contact("phone_mask"),
                "turnaroundDays": lambda row, *_: int(turnaround(row)) if row["returned_at"] is not None else None,
            },
            one={
                "claim": ("claim_id", "Claim"), "customer": ("customer_id", "Customer"),
                "partner": ("partner_id", "Partner"), "repairer": ("repairer_id", "Repairer"),
                "repeatOf": ("repeat_of_id", "RepairOrder"), "approver": ("approved_by", "Staff"),
            },
            many={
                "lines": ("EstimateLine", "order_id"), "repeats": ("RepairOrder", "repeat_of_id"),
                "notifications": ("Notification", "subject_id"), "payouts": ("Payout", "subject_id"),
            },
            orders=RECORDED,
        ),
        "EstimateLine": Type("estimate_line", "esl", sees, one={"order": ("order_id", "RepairOrder")}, orders=RECORDED),
    }  # fmt: skip


def _recoveries(_: Tables) -> dict[str, Type]:
    sees = all_to(CS, CH, CM, FIN, FAP, RSK, COM)
    left = only(own(CUS, "customer_id"), "state", "LEFT_TO_CUSTOMER")
    claim = {"claim": ("claim_id", "Claim")}

    def serial(row: Values, actor: Actor, _: str) -> str | None:
        text: str | None = row["serial_number"]
        is_hidden = actor.roles <= {CS, FIN, FAP}
        if text is None or not is_hidden:
            return text
        return text[-4:].rjust(len(text), "*") if len(text) > 4 else "*" * len(text)

    return {
        "Salvage": Type(
            "salvage", "slv", any_of(sees, left),
            fields={"availableActions": actions(SALVAGE_LIFECYCLE), "serialNumber": serial},
            one={**claim, "customer": ("customer_id", "Customer"), "recorder": ("recorded_by", "Staff")},
            many={"receipts": ("RecoveryReceipt", "salvage_id"), "payouts": ("Payout", "subject_id")}, orders=RECORDED,
        ),
        "Subrogation": Type(
            "subrogation", "sbr", sees, fields={"availableActions": actions(SUBROGATION_LIFECYCLE)},
            one={**claim, "opener": ("opened_by", "Staff")},
            many={"receipts": ("RecoveryReceipt", "subrogation_id")}, orders=RECORDED,
        ),
        "RecoveryReceipt": Type(
            "recovery_receipt", "rcp", sees, fields={"availableActions": actions(RECEIPT_LIFECYCLE)},
            one={
                **claim, "salvage": ("salvage_id", "Salvage"), "subrogation": ("subrogation_id", "Subrogation"),
                "recorder": ("recorded_by", "Staff"), "judge": ("judged_by", "Staff"),
            },
            orders=RECORDED,
        ),
    }  # fmt: skip


def _surveys(_: Tables) -> dict[str, Type]:
    asked = only(own(CUS, "customer_id"), "state", "SENT", "RESPONDED", "EXPIRED")

    def mean(row: Values, *_: object) -> str | None:
        if not row["responses"]:
            return None
        hundredths = (200 * row["score_sum"] + row["responses"]) // (2 * row["responses"])
        return f"{hundredths // 100}.{hundredths % 100:02}"

    return {
        "Survey": Type(
            "survey", "srv", any_of(asked, own(CH, "handler_id"), all_to(CS, CM, COM)),
            fields={
                "availableActions": actions(SURVEY_LIFECYCLE),
                "comment": lambda row, actor, _: None if actor.roles <= {CH} else row["comment"],
            },
            one={
                "claim": ("claim_id", "Claim"), "customer": ("customer_id", "Customer"),
                "handler": ("handler_id", "Staff"), "inquiry": ("inquiry_id", "Inquiry"),
            },
            orders=RECORDED,
        ),
        "SurveyMonth": Type(
            "survey_month", "srm", all_to(CM, COM, Role.HR),
            fields={
                "meanScore": mean,
                "responseRate": lambda row, *_: f"{Decimal(row['responses']) / row['sent']:.6f}",
            },
            one={"partner": ("partner_id", "Partner")}, orders={"MONTH": ("month", "id"), **RECORDED},
        ),
    }  # fmt: skip


def _inquiries(tables: Tables) -> dict[str, Type]:
    def is_overdue(row: Values, *_: object) -> bool:
        return bool(row["state"] in {"NEW", "IN_PROGRESS", "ESCALATED"} and row["due_at"] < clock.now())

    def conversation(row: Values, *_: object) -> list[Values]:
        return [{"kind": each["kind"], "text": each["text"], "at": each["at"]} for each in json.loads(row["entries"])]

    def notes(row: Values, *_: object) -> list[Values]:
        return [
            {"text": each["text"], "at": each["at"], "staffId": f"stf_{each['by'].replace('-', '')}"}
            for each in json.loads(row["notes"])
        ]

    return {
        "Inquiry": Type(
            "inquiry", "inq",
            any_of(
                both_own(), all_to(CS, CM, COM), own(Role.SALES, "assignee_id"), own(CH, "assignee_id"),
                own(UW, "assignee_id"),
            ),
            fields={
                "availableActions": actions(INQUIRY_LIFECYCLE), "isOverdue": is_overdue, "conversation": conversation,
                "notes": notes, "sender": column("sender_mask"), "language": lambda row, *_: row["language"].upper(),
            },
            one={
                "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner"),
                "assignee": ("assignee_id", "Staff"),
            },
            many={"notifications": ("Notification", "subject_id"), "surveys": ("Survey", "inquiry_id")},
            about={
                "subject": {"CLAIM": "Claim", "POLICY": "Policy"},
                "outcome": {"APPLICATION": "Application", "CLAIM": "Claim", "COMPLAINT": "Complaint"},
            },
            about_columns={"outcome": "outcome"},
            filters={"text": "terms"},
            orders={**RECORDED, "URGENCY": ("lane", "due_at", "id")},
        ),
    }  # fmt: skip


def _service_levels(tables: Tables) -> dict[str, Type]:
    serving, house = all_to(Role.SALES, CS, CH, CM, UW, RSK, COM), all_to(*(set(STAFF) - {ADM}))

    def is_overdue(row: Values, *_: object) -> bool:
        return bool(row["state"] == "RUNNING" and row["due_at"] < clock.now())

    def attainment(row: Values, *_: object) -> str | None:
        due = row["met"] + row["breached"]
        return f"{round(Decimal(row['met']) / due, 6):.6f}" if due else None

    return {
        "ServiceStandard": Type("service_standard", "sst", house, orders=RECORDED),
        "SpecialDay": Type("special_day", "sdy", house, orders={"DAY": ("day", "id"), **RECORDED}),
        "ServiceClock": Type(
            "service_clock", "clk", serving, fields={"isOverdue": is_overdue},
            many={"pauses": ("ServicePause", "clock_id")},
            about={"subject": {
                "APPLICATION": "Application", "COMPLAINT": "Complaint", "INQUIRY": "Inquiry",
                "REPAIR_ORDER": "RepairOrder",
            }},
            orders={"DUE_AT": ("due_at", "id"), **RECORDED},
        ),
        "ServicePause": Type(
            "service_pause", "spz", serving, one={"clock": ("clock_id", "ServiceClock")},
            with_parent=frozenset({"clock"}), orders=RECORDED,
        ),
        "ServiceAttainment": Type(
            "service_attainment", "sat", serving, fields={"attainment": attainment},
            one={"partner": ("partner_id", "Partner")}, orders={"MONTH": ("month", "id"), **RECORDED},
        ),
    }  # fmt: skip


def _risk(tables: Tables) -> dict[str, Type]:
    scored, card = all_to(UW, RSK, COM), {"scorecard": ("scorecard_id", "Scorecard")}
    suspects, standard = all_to(CH, CM, RSK, COM), {"standard": ("standard_id", "FraudStandard")}
    return {
        "Scorecard": Type(
            "scorecard", "scd", scored, one={"setter": ("set_by", "Staff")},
            many={"bins": ("ScorecardBin", "scorecard_id"), "bands": ("CreditBand", "scorecard_id")},
            orders={"APPLIES_FROM": ("applies_from", "id"), **RECORDED},
        ),
        "ScorecardBin": Type("scorecard_bin", "sbn", scored, one=card, orders=RECORDED),
        "CreditBand": Type("credit_band", "cbd", scored, one=card, orders=RECORDED),
        "FraudStandard": Type(
            "fraud_standard", "fst", suspects, one={"setter": ("set_by", "Staff")},
            many={"rules": ("FraudRule", "standard_id")},
            orders={"APPLIES_FROM": ("applies_from", "id"), **RECORDED},
        ),
        "FraudRule": Type("fraud_rule", "frl", suspects, one=standard, orders=RECORDED),
        "FraudSignal": Type(
            "fraud_signal", "fsg", suspects, one=standard, about={"subject": {"CLAIM": "Claim"}}, orders=RECORDED,
        ),
        "CreditAssessment": Type(
            "credit_assessment", "cra", all_to(Role.SALES, UW, RSK, COM), orders=RECORDED,
            fields={"facts": stored_list("facts"), "points": stored_list("points")},
            one={**card, "customer": ("customer_id", "Customer"), "partner": ("partner_id", "Partner")},
            about={"subject": {"APPLICATION": "Application"}},
        ),
    }  # fmt: skip


def world_of(tables: Tables) -> World:
    """All types over loaded tables, and what stands at the root."""
    parts = (
        _parties, _products, _policies, _billing, _claims, _payouts, _machinery, _inquiries, _quotes, _applications,
        _service_levels, _risk, _repairs, _recoveries, _surveys,
    )  # fmt: skip
    by_id = (
        "session", "application", "claim", "complaint", "customer", "document", "inquiry", "invoice", "job",
        "notification", "partner", "payout", "product", "recommendation", "registration", "bordereau", "repairer",
        "salvage", "subrogation", "survey",
    )  # fmt: skip
    lists = {
        "applications": "Application", "sessions": "Session", "auditEntries": "AuditEntry", "claims": "Claim",
        "complaints": "Complaint",
        "customers": "Customer", "inquiries": "Inquiry", "jobs": "Job", "queues": "QueueControl",
        "schedules": "Schedule",
        "ledgerAccounts": "LedgerAccount", "ledgerTransactions": "LedgerTransaction", "ledgerLines": "LedgerLine",
        "notifications": "Notification", "partners": "Partner", "payouts": "Payout",
        "paymentFiles": "PaymentFile", "bankStatements": "BankStatement",
        "payoutExceptions": "PayoutException", "policies": "Policy", "products": "Product",
        "productVersions": "ProductVersion", "renewalReminders": "RenewalReminder", "staff": "Staff",
        "staffChanges": "StaffChange", "serviceStandards": "ServiceStandard", "specialDays": "SpecialDay",
        "serviceClocks": "ServiceClock", "serviceAttainments": "ServiceAttainment", "scorecards": "Scorecard",
        "firstNotices": "FirstNotice", "advances": "Advance", "clearances": "Clearance",
        "creditAssessments": "CreditAssessment", "referrals": "Referral", "fraudStandards": "FraudStandard",
        "commissionRates": "CommissionRate", "recommendations": "Recommendation", "invoices": "Invoice",
        "premiumExceptions": "PremiumException", "registrations": "Registration", "bordereaux": "Bordereau",
        "commissionStatements": "CommissionStatement",
        "claimBordereaux": "ClaimBordereau",
        "webhookEndpoints": "WebhookEndpoint", "repairers": "Repairer", "repairOrders": "RepairOrder",
        "salvages": "Salvage", "subrogations": "Subrogation", "recoveryReceipts": "RecoveryReceipt",
        "surveys": "Survey", "surveyMonths": "SurveyMonth",
    }  # fmt: skip
    return World(
        types=events() | {name: type_ for part in parts for name, type_ in part(tables).items()},
        by_id={name: name.capitalize() for name in by_id}
        | {
            "evidenceFile": "EvidenceFile", "paymentFile": "PaymentFile", "bankStatement": "BankStatement",
            "productVersion": "ProductVersion", "staffMember": "Staff", "creditAssessment": "CreditAssessment",
            "webhookEndpoint": "WebhookEndpoint", "webhookDelivery": "WebhookDelivery", "repairOrder": "RepairOrder",
            "firstNotice": "FirstNotice", "commissionStatement": "CommissionStatement",
            "recoveryReceipt": "RecoveryReceipt", "claimBordereau": "ClaimBordereau",
        },
        lists=lists,
        mine={"viewer": ("Session", "session_id"), "me": ("Customer", "customer_id")},
        by_key={
            "policy": ("Policy", {"number": "policy_number"}), "claimByNumber": ("Claim", {"number": "claim_number"}),
            "complaintByNumber": ("Complaint", {"number": "complaint_number"}),
            "inquiryByNumber": ("Inquiry", {"number": "inquiry_number"}),
        },
    )  # fmt: skip


