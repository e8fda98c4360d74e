DROP TRIGGER disclosure_stands ON disclosure;
DROP FUNCTION disclosure_stands();
DROP TRIGGER application_inputs_locked ON application;
DROP FUNCTION application_inputs_locked();
DELETE FROM underwriting_standard;
DROP SEQUENCE application_number_seq;
