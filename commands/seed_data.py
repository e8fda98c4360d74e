"""What the demo starts with: invented people, partners, products and devices, the same every time."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from stdnum import luhn
from stdnum.cn import ric

from domain.customers.details import CustomerDetails
from domain.customers.terms import Language
from domain.kernel.actor import Role
from domain.kernel.money import Money
from domain.partners.terms import PartnerKind
from domain.products.terms import (
    DeviceCategory,
    DisclosureLevel,
    Exclusion,
    Peril,
    PerilTerms,
    ProductKind,
    VersionTerms,
)
from domain.staff.terms import AuthorityKind, ProductGrade

PASSWORD = "aftercare-demo"  # noqa: S105 - everybody's in the demo, which production refuses
ADMINISTRATORS = ("admin@demo.example", "admin2@demo.example")


@dataclass(frozen=True)
class Colleague:
    """A member of staff. `limits` are what he or she may decide up to."""

    mail: str
    name: str
    role: Role
    what: str
    limits: tuple[tuple[AuthorityKind, str], ...] = ()


CLAIMS, PAYMENTS = AuthorityKind.CLAIM_DECISION, AuthorityKind.PAYOUT_APPROVAL
STAFF = (
    Colleague(ADMINISTRATORS[0], "Ren Jing 任静", Role.ADMIN, "administrator: staff, limits, jobs and queues"),
    Colleague(ADMINISTRATORS[1], "Guan Li 管黎", Role.ADMIN, "another, who confirms roles and limits"),
    Colleague("service@demo.example", "Ke Ran 柯然", Role.CUSTOMER_SERVICE, "customer service: reports, complaints"),
    Colleague(
        "handler@demo.example", "Li Peng 李鹏", Role.CLAIMS_HANDLER, "claims handler: decides up to 5,000.00",
        ((CLAIMS, "5000.00"),),
    ),
    Colleague(
        "handler2@demo.example", "Pei Lan 裴岚", Role.CLAIMS_HANDLER, "another claims handler", ((CLAIMS, "5000.00"),)
    ),
    Colleague(
        "manager@demo.example", "Ma Li 马莉", Role.CLAIMS_MANAGER, "claims manager: decides up to 50,000.00",
        ((CLAIMS, "50000.00"),),
    ),
    Colleague(
        "manager2@demo.example", "Meng Fan 孟凡", Role.CLAIMS_MANAGER, "another, who seconds what is above",
        ((CLAIMS, "200000.00"),),
    ),
    Colleague("finance@demo.example", "Cai Wu 蔡武", Role.FINANCE, "finance: makes payouts ready"),
    Colleague(
        "approver@demo.example", "Shen Pi 沈丕", Role.FINANCE_APPROVER, "finance approver: releases payouts",
        ((PAYMENTS, "50000.00"),),
    ),
    Colleague(
        "approver2@demo.example", "Shi Zong 施宗", Role.FINANCE_APPROVER, "another, for the second signature",
        ((PAYMENTS, "500000.00"),),
    ),
    Colleague("sales@demo.example", "Xiao Shou 肖寿", Role.SALES, "sales: partners and policies"),
    Colleague("underwriter@demo.example", "He Bao 何宝", Role.UNDERWRITER, "underwriter: products, commission"),
    Colleague("compliance@demo.example", "He Gui 贺贵", Role.COMPLIANCE, "compliance: reviews products for sale"),
    Colleague("risk@demo.example", "Feng Kong 冯孔", Role.RISK, "risk: holds payouts"),
    Colleague("hr@demo.example", "Ren Shi 任史", Role.HR, "human resources: takes staff on, grants sales grades"),
)  # fmt: skip


@dataclass(frozen=True)
class Associate:
    """A partner. `commission_rate` is its share of the net premium; who sells has a `license_number`."""

    code: str
    name: str
    kind: PartnerKind
    commission_rate: Decimal
    license_number: str | None = None


RETAILER = Associate("STAR", "Starlight Electronics 星辰电器", PartnerKind.RETAILER, Decimal("0.15"), "31000020260117")
MAKER = Associate("NORTHWIND", "Northwind Devices 北风科技", PartnerKind.MAKER, Decimal("0.08"), "44000020260042")
REPAIRER = Associate("QUICKFIX", "Quick Fix Repairs 快修坊", PartnerKind.REPAIRER, Decimal(0))
PARTNERS = (RETAILER, MAKER, REPAIRER)


@dataclass(frozen=True)
class Offer:
    """A product with the terms of its first version."""

    code: str
    kind: ProductKind
    name_zh: str
    name_en: str
    terms: VersionTerms


WEAR = Exclusion("WEAR", "正常磨损、褪色不赔。", "Wear and fading are not covered.", DisclosureLevel.ORDINARY)
INTENT = Exclusion("INTENT", "故意造成的损坏不赔。", "Damage caused on purpose is not covered.")
LOST = Exclusion("LOST", "遗失、无被盗证明的不赔。", "Loss without proof of theft is not covered.")

PRODUCTS = (
    Offer(
        "ADP", ProductKind.ACCIDENTAL_DAMAGE, "意外损坏保障", "Accidental damage",
        VersionTerms(
            grade=ProductGrade.P2, per_claim_limit=Money.of("8000.00"),
            months=12, base_rate=Decimal("0.06"), minimum_premium=Money.of("49.00"), deductible=Money.of("100.00"),
            perils={
                Peril.DROP: PerilTerms(), Peril.LIQUID: PerilTerms(), Peril.SCREEN: PerilTerms(max_claims_a_year=2),
            },
            exclusions=(WEAR, INTENT),
            relativities={"category": {
                "PHONE": Decimal("1.0"), "TABLET": Decimal("0.9"), "LAPTOP": Decimal("1.1"), "WATCH": Decimal("0.8"),
            }},
        ),
    ),
    Offer(
        "SCREEN", ProductKind.SCREEN, "碎屏保障", "Screen cover",
        VersionTerms(
            grade=ProductGrade.P1, per_claim_limit=Money.of("3000.00"),
            months=12, base_rate=Decimal("0.03"), minimum_premium=Money.of("29.00"), max_claims_a_year=1,
            perils={Peril.SCREEN: PerilTerms()}, exclusions=(WEAR, INTENT),
        ),
    ),
    Offer(
        "THEFT", ProductKind.THEFT, "盗抢保障", "Theft cover",
        VersionTerms(
            grade=ProductGrade.P2, per_claim_limit=Money.of("12000.00"),
            months=12, base_rate=Decimal("0.04"), minimum_premium=Money.of("39.00"), coinsurance_rate=Decimal("0.1"),
            waiting_days=7, max_claims_a_year=1, perils={Peril.THEFT: PerilTerms()}, exclusions=(LOST, INTENT),
        ),
    ),
    Offer(
        "EXT", ProductKind.EXTENDED_WARRANTY, "延长保修", "Extended warranty",
        VersionTerms(
            grade=ProductGrade.P3, per_claim_limit=Money.of("6000.00"),
            months=24, base_rate=Decimal("0.05"), minimum_premium=Money.of("59.00"), registration_days=30,
            starts_after_warranty=True, perils={Peril.BREAKDOWN: PerilTerms(), Peril.BATTERY: PerilTerms()},
            exclusions=(WEAR,),
        ),
    ),
)  # fmt: skip


def _checked(digits: str) -> str:
    return digits + str(luhn.calc_check_digit(digits))


def _identity(digits: str) -> str:
    return digits + str(ric.calc_check_digit(digits + "0"))


def _customer(name: str, mail: str, number: int, language: Language = Language.ZH) -> CustomerDetails:
    return CustomerDetails(
        full_name=name,
        phone=f"1380013{8000 + number:04d}",
        mail=f"{mail}@customer.example",
        language=language,
        identity_number=_identity(f"110101198{number}061500{number}"),
        bank_account=_checked(f"622588123456789{number:02d}"),
        address=f"北京市东城区和平里街 {number} 号",
    )


@dataclass(frozen=True)
class Sale:
    """A policy to sell: who buys which product for which device. `days_ago` is when the device was bought."""

    buyer: CustomerDetails
    product: str
    category: DeviceCategory
    brand: str
    model: str
    serial_number: str
    price: str
    days_ago: int
    by: Associate = RETAILER


ZHANG = _customer("张伟", "zhang.wei", 1)
WANG = _customer("王芳", "wang.fang", 2)
LIU = _customer("刘洋", "liu.yang", 3)
BROWN = _customer("Alex Brown", "alex.brown", 4, Language.EN)

PHONE, LAPTOP = DeviceCategory.PHONE, DeviceCategory.LAPTOP
SALES = (
    Sale(ZHANG, "ADP", PHONE, "Northwind", "N9 Pro", _checked("86012304000001"), "5999.00", 9),
    Sale(ZHANG, "EXT", LAPTOP, "Northwind", "Airbook 14", "NWAB14-000017", "7499.00", 12),
    Sale(WANG, "ADP", LAPTOP, "Lanshan", "L15", "LS15-2044-0031", "6299.00", 6),
    Sale(WANG, "SCREEN", PHONE, "Lanshan", "Mini 3", _checked("86012304000026"), "2899.00", 4),
    Sale(LIU, "ADP", PHONE, "Northwind", "N9", _checked("86012304000034"), "3999.00", 3, MAKER),
    Sale(LIU, "THEFT", DeviceCategory.TABLET, "Northwind", "Slate 11", "NWSL11-000242", "4599.00", 2, MAKER),
    Sale(BROWN, "ADP", DeviceCategory.WATCH, "Lanshan", "Watch 2", "LSW2-7741-9002", "1899.00", 5),
    Sale(BROWN, "EXT", DeviceCategory.APPLIANCE, "Haiyu", "Washer 8", "HYW8-330021", "3299.00", 20),
)
CUSTOMERS = (
    (ZHANG, "张伟, with a phone and a laptop"),
    (WANG, "王芳, with a claim that waits for papers"),
    (LIU, "刘洋, insured by the maker"),
    (BROWN, "Alex Brown, who reads English"),
)
