-- Numbers for people; gaps are allowed.
CREATE SEQUENCE repair_order_number_seq;

-- A price of a rate card stands: another one counts from a later day on.
CREATE FUNCTION rate_card_line_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a price of a rate card stands' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER rate_card_line_stands BEFORE UPDATE OR DELETE ON rate_card_line FOR EACH ROW
  EXECUTE FUNCTION rate_card_line_stands();
