"""Fills a migrated database with one insurer's business: two partners, their customers, policies and claims.

Everything is made inside the database by INSERT … SELECT, the same rows for the same size on every run. Keys grow with
time as the application's do, and no two rows share an instant, so every order has something to sort.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from uuid import UUID

import asyncpg

RETAILER = UUID("01860000-0000-7000-8000-000000000001")
SESSION = UUID("01860000-0000-7000-8000-000000000003")
STRANGER = UUID("01860000-0000-7000-8000-000000000002")
CLAIMS_EACH = 5  # a policy has 0 to 4 claims, 2 on average
STRANGERS = 50  # the other partner sold one policy beside so many

TIME_ID = """
CREATE FUNCTION pg_temp.time_id(at timestamptz, salt text) RETURNS uuid LANGUAGE sql IMMUTABLE AS $$
  SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7' || substr(md5(salt), 1, 3)
    || '8' || substr(md5(salt), 4, 15))::uuid
$$;
"""

PARTNERS = f"""
INSERT INTO partner (id, code, name, kind, commission_rate, active, created_at, version) VALUES
  ('{RETAILER}', 'RETAIL', 'Bright Devices', 'RETAILER', 0.150000, true, '2022-12-01', 1),
  ('{STRANGER}', 'OTHER', 'Harbour Phones', 'RETAILER', 0.120000, true, '2022-12-02', 1);
"""

SESSION_ROW = f"""
INSERT INTO session (id, principal, partner_id, roles, scopes, label, created_at, expires_at, version)
VALUES ('{SESSION}', 'API_KEY', '{RETAILER}', '["PARTNER"]', '["READ"]', 'bench', now(), now() + interval '12 hours',
  1);
"""

PRODUCTS = """
INSERT INTO product (id, code, kind, name_zh, name_en, sold, created_at)
SELECT pg_temp.time_id('2022-12-01'::timestamptz + n * interval '1 day', 'product' || n), 'P' || n,
  (ARRAY['EXTENDED_WARRANTY', 'ACCIDENTAL_DAMAGE', 'SCREEN'])[n], (ARRAY['延保', '意外损坏', '碎屏'])[n],
  (ARRAY['Extended warranty', 'Accidental damage', 'Screen'])[n], true, '2022-12-01'::timestamptz + n * interval '1 day'
FROM generate_series(1, 3) n;
INSERT INTO product_version (id, product_id, number, state, grade, currency, months, base_rate, minimum_premium_minor,
  premium_tax_rate, per_claim_limit_minor, aggregate_limit_rate, deductible_minor, coinsurance_rate, max_claims_a_year,
  waiting_days, cooling_off_days, registration_days, refund_fee_minor, depreciation_monthly_rate,
  depreciation_floor_rate, replacement_rate, starts_after_warranty, submitted_by, submitted_at,
  released_by, released_at, version)
SELECT pg_temp.time_id(created_at + interval '1 hour', 'version' || code), id, 1, 'ON_SALE', 'P2', 'CNY', 12, 0.08,
  1900, 0.06, NULL, 1, 10000, 0, 3, 0, 15, 30, 0, 0.01, 0.4, 0.7, kind = 'EXTENDED_WARRANTY',
  gen_random_uuid(), created_at, gen_random_uuid(), created_at, 1
FROM product;
"""

# `n` counts policies in the order of their sale, those of the stranger among them; customers have one policy or two.
BOOK = """
CREATE TEMP TABLE book AS
SELECT n, (n * 4 + 4) / 5 AS customer_no, n % {strangers} = 7 AS is_strange,
  '2023-01-01'::timestamptz + n * (interval '1100 days' / {policies}) + (n % 7) * interval '1 ms' AS at
FROM generate_series(1, {policies}) n;
ALTER TABLE book ADD id uuid, ADD customer_id uuid, ADD partner_id uuid;
UPDATE book SET id = pg_temp.time_id(at, 'policy' || n),
  partner_id = CASE WHEN is_strange THEN '{stranger}'::uuid ELSE '{retailer}'::uuid END,
  customer_id = pg_temp.time_id('2022-12-31'::timestamptz + customer_no * interval '1 s',
    'customer' || customer_no || is_strange);
"""

CUSTOMERS = """
INSERT INTO customer (id, partner_id, kind, identity_state, full_name, language, phone_sealed, phone_mask, phone_blind,
  mail_sealed, mail_mask, mail_blind, mail_since, identity_number_sealed, identity_number_mask, identity_number_blind,
  created_at, version)
SELECT DISTINCT ON (customer_id) customer_id, partner_id, 'PERSON', 'UNVERIFIED',
  substr('王李张刘陈杨赵黄周吴', 1 + customer_no % 10, 1)
    || substr('伟芳娜敏静强磊军洋勇', 1 + customer_no / 10 % 10, 1),
  CASE WHEN customer_no % 9 = 0 THEN 'en' ELSE 'zh' END,
  decode(repeat(md5('p' || customer_id), 2), 'hex'),
  '13' || customer_no % 10 || '****' || lpad((customer_no % 10000)::text, 4, '0'),
  decode(md5('pb' || customer_id), 'hex'),
  decode(repeat(md5('m' || customer_id), 3), 'hex'), 'c***' || customer_no % 1000 || '@example.com',
  decode(md5('mb' || customer_id), 'hex'), '2022-12-31'::timestamptz + customer_no * interval '1 s',
  decode(repeat(md5('i' || customer_id), 2), 'hex'), '110***********' || lpad((customer_no % 10000)::text, 4, '0'),
  decode(md5('ib' || customer_id), 'hex'),
  '2022-12-31'::timestamptz + customer_no * interval '1 s', 1
FROM book ORDER BY customer_id;
"""

POLICIES = """
INSERT INTO policy (id, policy_number, product_version_id, customer_id, partner_id, state, category, brand, model,
  serial_number, condition, purchased_on, invoice_number, warranty_until, waiting_until, starts_on, ends_on,
  cooling_off_until, loss_reported, currency, price_minor, sum_insured_minor, deductible_minor, premium_minor,
  premium_net_minor, premium_tax_minor, commission_minor, refund_minor, issued_at, cancelled_at, document_edition,
  created_at, version)
SELECT b.id, 'PL' || to_char(at, 'YYYY') || lpad(n::text, 9, '0'), v.ids[1 + n % 3], customer_id, partner_id,
  CASE WHEN n % 33 = 0 THEN 'CANCELLED' WHEN at::date + 366 < '2026-01-05' THEN 'EXPIRED' ELSE 'IN_FORCE' END,
  (ARRAY['PHONE', 'TABLET', 'LAPTOP', 'WATCH', 'APPLIANCE'])[1 + n % 5],
  (ARRAY['Aurora', 'Borealis', 'Cygnus', 'Dorado'])[1 + n % 4], 'Model ' || n % 97,
  'SN' || lpad(n::text, 12, '0'), 'NEW', at::date, 'INV' || n, at::date + 365, NULL, at::date + 1, at::date + 366,
  at::date + 15, n % 5 > 0, 'CNY', price, price, 10000, price / 12, price / 12 - price / 200, price / 200, price / 80,
  CASE WHEN n % 33 = 0 THEN price / 40 END, at, CASE WHEN n % 33 = 0 THEN at + interval '90 days' END, 1, at, 1
FROM book b, LATERAL (SELECT 100000 + n % 8999 * 100 AS price) p,
  (SELECT array_agg(id ORDER BY id) AS ids FROM product_version) v
ORDER BY n;
"""

CLAIMS = """
INSERT INTO claim (id, claim_number, policy_id, customer_id, partner_id, handler_id, reporter_kind, reporter_id,
  loss_on, reported_at, cause, place, description, state, currency, claimed_minor, payable_minor, term_limit_minor,
  count_limit, third_party_paid_minor, rights_waived_minor, approved_minor, paid_minor, repair_minor, spared_minor,
  advanced_minor, advance_due_minor, reserve_minor, calculation, decision_no, fraud_score, referral, lane,
  decision_due_at, decided_at,
  agreed_at, pay_due_at, paid_at, answered_at, closed_at, created_at, version)
SELECT pg_temp.time_id(reported, 'claim' || n || '-' || k),
  'CL' || to_char(reported, 'YYYY') || lpad((n * 5 + k)::text, 10, '0'),
  id, customer_id, partner_id, NULL, 'CUSTOMER', customer_id, reported::date - 1, reported,
  (ARRAY['BREAKDOWN', 'DROP', 'LIQUID', 'SCREEN', 'BATTERY'])[1 + (n + k) % 5],
  (ARRAY['Shanghai', 'Beijing', 'Chengdu', 'Shenzhen'])[1 + (n + k) % 4],
  'The device stopped working after ' || (n + k) % 60 || ' minutes of use; it was sent in with its charger.',
  CASE WHEN is_done THEN 'CLOSED' ELSE 'ASSESSING' END, 'CNY', amount,
  CASE WHEN is_done THEN amount - 10000 END, CASE WHEN is_done THEN 900000 END, CASE WHEN is_done THEN 3 END, 0, 0,
  CASE WHEN is_done THEN amount - 10000 END, CASE WHEN is_done THEN amount - 10000 ELSE 0 END, 0, 0, 0, 0,
  CASE WHEN is_done THEN 0 ELSE amount END,
  CASE WHEN is_done THEN '[]'::jsonb END, CASE WHEN is_done THEN 1 ELSE 0 END, 0, 'NONE',
  1, reported + interval '30 days', CASE WHEN is_done THEN reported + interval '4 days' END,
  CASE WHEN is_done THEN reported + interval '5 days' END, CASE WHEN is_done THEN reported + interval '15 days' END,
  CASE WHEN is_done THEN reported + interval '6 days' END, CASE WHEN is_done THEN reported + interval '6 days' END,
  CASE WHEN is_done THEN reported + interval '7 days' END, reported, 4
FROM book, generate_series(0, n % {claims_each} - 1) k,
  LATERAL (SELECT at + (20 + k * 40) * interval '1 day' + k * interval '11 ms' AS reported,
    20000 + n % 7993 * 10 + k * 1300 AS amount, (n + k) % 4 <> 0 AS is_done) s
ORDER BY n, k;
"""


@dataclass(frozen=True)
class Seeded:
    """What was made: rows of the retailer whose book is read, and rows of the other that it must not see."""

    policies: int
    claims: int
    strange_policies: int
    seconds: float


async def seed(url: str, policies: int) -> Seeded:
    """Fills a migrated, empty database: the retailer's book gets so many policies, and twice as many claims."""
    started = time.monotonic()
    rows = policies * STRANGERS // (STRANGERS - 1) + 6
    figures: dict[str, object] = {"policies": rows, "strangers": STRANGERS, "claims_each": CLAIMS_EACH}
    figures |= {"retailer": RETAILER, "stranger": STRANGER}
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET synchronous_commit = off; SET TimeZone = 'UTC'; SET work_mem = '256MB'")
        for part in (TIME_ID, PARTNERS, SESSION_ROW, PRODUCTS):
            await connection.execute(part)
        for part in (BOOK, CUSTOMERS, POLICIES, CLAIMS):
            await connection.execute(part.format(**figures))
        await connection.execute("VACUUM (ANALYZE)")
        counts = await connection.fetchrow(
            "SELECT (SELECT count(*) FROM policy WHERE partner_id = $1),"
            " (SELECT count(*) FROM claim WHERE partner_id = $1),"
            " (SELECT count(*) FROM policy WHERE partner_id <> $1)",
            RETAILER,
        )
    finally:
        await connection.close()
    own, claims, strange = counts
    return Seeded(own, claims, strange, round(time.monotonic() - started, 1))
