"""How a lower room names a row of an upper room: by kind and id, never by its table."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from uuid import UUID


class SubjectKind(StrEnum):
    """Kinds of rows that jobs, payouts, notifications and the audit may be about."""

    CUSTOMER = "CUSTOMER"
    """客户."""
    PARTNER = "PARTNER"
    """合作伙伴."""
    STAFF = "STAFF"
    """员工."""
    PRODUCT = "PRODUCT"
    """产品."""
    POLICY = "POLICY"
    """保单."""
    CLAIM = "CLAIM"
    """赔案."""
    COMPLAINT = "COMPLAINT"
    """投诉."""
    PAYOUT = "PAYOUT"
    """付款."""
    INVOICE = "INVOICE"
    """保费账单."""
    PREMIUM_EXCEPTION = "PREMIUM_EXCEPTION"
    """保费收款异常."""
    RENEWAL = "RENEWAL"
    """续保."""
    NOTIFICATION = "NOTIFICATION"
    """通知."""
    JOB = "JOB"
    """作业."""
    SESSION = "SESSION"
    """会话."""
    QUEUE = "QUEUE"
    """队列."""
    INQUIRY = "INQUIRY"
    """咨询."""
    APPLICATION = "APPLICATION"
    """投保申请."""
    RECOMMENDATION = "RECOMMENDATION"
    """产品推荐."""
    SERVICE_STANDARD = "SERVICE_STANDARD"
    """服务标准."""
    SPECIAL_DAY = "SPECIAL_DAY"
    """特殊日."""
    SCORECARD = "SCORECARD"
    """评分卡."""
    CREDIT_ASSESSMENT = "CREDIT_ASSESSMENT"
    """信用评估."""
    FRAUD_STANDARD = "FRAUD_STANDARD"
    """反欺诈标准."""
    DOCUMENT = "DOCUMENT"
    """单证."""
    EVIDENCE = "EVIDENCE"
    """证明材料文件."""
    REGISTRATION = "REGISTRATION"
    """批量承保."""
    BORDEREAU = "BORDEREAU"
    """保费清单."""
    COMMISSION_STATEMENT = "COMMISSION_STATEMENT"
    """手续费结算单."""
    WEBHOOK_ENDPOINT = "WEBHOOK_ENDPOINT"
    """推送地址."""
    WEBHOOK_DELIVERY = "WEBHOOK_DELIVERY"
    """推送."""
    REPAIRER = "REPAIRER"
    """维修网点."""
    REPAIR_ORDER = "REPAIR_ORDER"
    """维修工单."""
    FIRST_NOTICE = "FIRST_NOTICE"
    """报案草稿."""
    SALVAGE = "SALVAGE"
    """残值."""
    SUBROGATION = "SUBROGATION"
    """代位求偿."""
    CLAIM_BORDEREAU = "CLAIM_BORDEREAU"
    """理赔清单."""
    PAYMENT_FILE = "PAYMENT_FILE"
    """付款文件."""
    BANK_STATEMENT = "BANK_STATEMENT"
    """银行对账单."""
    RECOVERY_RECEIPT = "RECOVERY_RECEIPT"
    """追偿收款."""
    SURVEY = "SURVEY"
    """满意度调查."""


@dataclass(frozen=True, slots=True)
class Subject:
    """One row of some room."""

    kind: SubjectKind
    id: UUID


@dataclass(frozen=True, slots=True)
class Scope:
    """Who a row concerns, copied onto rows of lower rooms so that they can decide their own visibility."""

    customer_id: UUID | None = None
    partner_id: UUID | None = None
