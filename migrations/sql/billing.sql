-- Numbers for people; gaps are allowed.
CREATE SEQUENCE invoice_number_seq;

-- Money that came in stands: what was wrong is put right by another posting, never by changing the first.
CREATE FUNCTION premium_payment_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'premium payments are append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER premium_payment_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON premium_payment
  FOR EACH STATEMENT EXECUTE FUNCTION premium_payment_is_append_only();
