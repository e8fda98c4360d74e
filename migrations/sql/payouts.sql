-- The number by which the bank knows an attempt is its key there: once made it stays, whatever the code does.
CREATE FUNCTION payout_request_no_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the request number of an attempt never changes' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER payout_attempt_request_no_stays BEFORE UPDATE ON payout_attempt FOR EACH ROW
  WHEN (NEW.request_no IS DISTINCT FROM OLD.request_no OR NEW.payout_id IS DISTINCT FROM OLD.payout_id)
  EXECUTE FUNCTION payout_request_no_stays();
