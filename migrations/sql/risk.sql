-- What was scored stands, and so does what it was scored by: refreshed counts are another scorecard from a later day on.
CREATE FUNCTION risk_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER credit_assessment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_assessment
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER scorecard_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON scorecard
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER scorecard_bin_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON scorecard_bin
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER credit_band_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON credit_band
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER fraud_standard_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fraud_standard
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER fraud_rule_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fraud_rule
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();
CREATE TRIGGER fraud_signal_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON fraud_signal
  FOR EACH STATEMENT EXECUTE FUNCTION risk_is_append_only();

-- The first scorecard. The counts of CLAIMS_3Y are a worked example of the field; those of the other four
-- characteristics, the grades with their factors, and the days that a score counts are proposals of ours: a setting,
-- to be replaced by counts of the insurer's own customers (`scorecardSet`). Every characteristic counts the same 1,000
-- customers who turned out well and 100 who did not. Ids say the order in which bins and bands are shown.
INSERT INTO scorecard (id, applies_from, pdo, base_score, base_odds, valid_days, created_at)
VALUES ('00000000-0000-7000-8000-000000000001', '2020-01-01', 20, 600, 50, 180, now());
INSERT INTO scorecard_bin (id, scorecard_id, characteristic, lower, upper, value, goods, bads)
SELECT ('00000000-0000-7000-8000-0000000001' || to_char(place, 'FM00'))::uuid, '00000000-0000-7000-8000-000000000001',
  characteristic, lower, upper, value, goods, bads
FROM (VALUES
  (1, 'CLAIMS_3Y', 0, 1, NULL, 700, 40),
  (2, 'CLAIMS_3Y', 1, 2, NULL, 200, 30),
  (3, 'CLAIMS_3Y', 2, NULL, NULL, 100, 30),
  (4, 'PAYMENT_DEFAULTS', 0, 1, NULL, 900, 50),
  (5, 'PAYMENT_DEFAULTS', 1, NULL, NULL, 100, 50),
  (6, 'TENURE_MONTHS', 0, 1, NULL, 150, 30),
  (7, 'TENURE_MONTHS', 1, 12, NULL, 350, 40),
  (8, 'TENURE_MONTHS', 12, NULL, NULL, 500, 30),
  (9, 'IDENTITY', NULL, NULL, 'VERIFIED', 850, 40),
  (10, 'IDENTITY', NULL, NULL, 'UNVERIFIED', 150, 60),
  (11, 'DECLARED_USE', NULL, NULL, 'PRIVATE', 900, 70),
  (12, 'DECLARED_USE', NULL, NULL, 'COMMERCIAL', 100, 30)
) AS counted (place, characteristic, lower, upper, value, goods, bads);
INSERT INTO credit_band (id, scorecard_id, grade, least_score, premium_factor, credit_action)
SELECT ('00000000-0000-7000-8000-0000000002' || to_char(place, 'FM00'))::uuid, '00000000-0000-7000-8000-000000000001',
  grade, least_score, premium_factor, credit_action
FROM (VALUES
  (1, 'A', 620, 0.90, 'ACCEPT'),
  (2, 'B', 590, 1.00, 'ACCEPT'),
  (3, 'C', 560, 1.15, 'SURCHARGE'),
  (4, 'D', 530, 1.30, 'SURCHARGE_OR_GUARANTEE'),
  (5, 'E', NULL, NULL, 'REFER')
) AS graded (place, grade, least_score, premium_factor, credit_action);

-- The first standard of screening claims. Its points and thresholds are proposals of ours: a setting, to be replaced by
-- what the insurer's own investigations find (`fraudStandardSet`).
INSERT INTO fraud_standard (id, applies_from, refer_at, created_at)
VALUES ('00000000-0000-7000-8000-000000000003', '2020-01-01', 50, now());
INSERT INTO fraud_rule (id, standard_id, code, points, threshold)
SELECT ('00000000-0000-7000-8000-0000000003' || to_char(place, 'FM00'))::uuid, '00000000-0000-7000-8000-000000000003',
  code, points, threshold
FROM (VALUES
  (1, 'LOSS_BEFORE_SALE', 60, 1),
  (2, 'EARLY_LOSS', 20, 14),
  (3, 'DEVICE_ELSEWHERE', 30, 1),
  (4, 'FREQUENT_CLAIMS', 30, 3),
  (5, 'INVOICE_REPEATED', 30, 1),
  (6, 'ACCOUNT_SHARED', 30, 2),
  (7, 'PAYEE_CHANGED', 20, 30),
  (8, 'NEAR_LIMIT', 10, 95),
  (9, 'SERIAL_MISMATCH', 30, 1),
  (10, 'FILE_REPEATED', 40, 1),
  (11, 'REPAIRER_OUTLIER', 20, 150)
) AS weighed (place, code, points, threshold);
