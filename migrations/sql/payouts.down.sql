DROP TRIGGER payout_attempt_request_no_stays ON payout_attempt;
DROP FUNCTION payout_request_no_stays();
