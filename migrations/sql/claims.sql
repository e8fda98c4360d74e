-- Numbers for people; gaps are allowed.
CREATE SEQUENCE claim_number_seq;

-- What was held for a claim and why it changed is told by rows that nobody changes.
CREATE FUNCTION reserve_change_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '% is append-only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER reserve_change_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON reserve_change
  FOR EACH STATEMENT EXECUTE FUNCTION reserve_change_is_append_only();
