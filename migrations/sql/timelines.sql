-- What happened to claims: the audit's entries about them, their payouts and their repairs, with who may be told.
-- A repairer's payout is neither the customer's nor the seller's, and is told to staff.
CREATE VIEW claim_event AS
SELECT
  e.id, e.at, e.action, c.id AS claim_id, c.customer_id, c.partner_id,
  upper(split_part(e.actor, ':', 1)) AS party,
  CASE WHEN e.actor LIKE 'staff:%' THEN substr(e.actor, 7)::uuid END AS staff_id
FROM claim c JOIN audit_entry e ON e.subject_id = c.id AND e.subject_kind = 'CLAIM'
UNION ALL SELECT
  e.id, e.at, e.action, p.subject_id, p.customer_id, p.partner_id,
  upper(split_part(e.actor, ':', 1)),
  CASE WHEN e.actor LIKE 'staff:%' THEN substr(e.actor, 7)::uuid END
FROM payout p JOIN audit_entry e ON e.subject_id = p.id AND e.subject_kind = 'PAYOUT'
WHERE p.subject_kind = 'CLAIM'
UNION ALL SELECT
  e.id, e.at, e.action, p.matter_id, p.customer_id, p.partner_id,
  upper(split_part(e.actor, ':', 1)),
  CASE WHEN e.actor LIKE 'staff:%' THEN substr(e.actor, 7)::uuid END
FROM payout p JOIN audit_entry e ON e.subject_id = p.id AND e.subject_kind = 'PAYOUT'
WHERE p.matter_id IS NOT NULL
UNION ALL SELECT
  e.id, e.at, e.action, r.claim_id, r.customer_id, r.partner_id,
  upper(split_part(e.actor, ':', 1)),
  CASE WHEN e.actor LIKE 'staff:%' THEN substr(e.actor, 7)::uuid END
FROM repair_order r JOIN audit_entry e ON e.subject_id = r.id AND e.subject_kind = 'REPAIR_ORDER';
