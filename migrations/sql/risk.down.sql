DROP TRIGGER credit_band_append_only ON credit_band;
DROP TRIGGER scorecard_bin_append_only ON scorecard_bin;
DROP TRIGGER scorecard_append_only ON scorecard;
DROP TRIGGER credit_assessment_append_only ON credit_assessment;
DROP FUNCTION risk_is_append_only();
DELETE FROM credit_assessment;
DELETE FROM credit_band;
DELETE FROM scorecard_bin;
DELETE FROM scorecard;
