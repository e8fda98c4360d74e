-- A payment file that was written may be at the bank: nothing of it is changed, and no file is deleted.
CREATE FUNCTION payment_file_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a payment file stands' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payment_file_stands BEFORE UPDATE ON payment_file FOR EACH ROW
  WHEN (OLD.state = 'READY') EXECUTE FUNCTION payment_file_stands();
CREATE TRIGGER payment_file_stays BEFORE DELETE ON payment_file FOR EACH ROW EXECUTE FUNCTION payment_file_stands();
-- The number by which the bank knows an attempt is its key there: once made it stays, whatever the code does.
CREATE FUNCTION payout_request_no_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the request number of an attempt never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_attempt_request_no_stays BEFORE UPDATE ON payout_attempt FOR EACH ROW
  WHEN (NEW.request_no IS DISTINCT FROM OLD.request_no OR NEW.payout_id IS DISTINCT FROM OLD.payout_id)
  EXECUTE FUNCTION payout_request_no_stays();
