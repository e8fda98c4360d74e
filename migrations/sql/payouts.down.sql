DROP TRIGGER payment_file_stays ON payment_file;
DROP TRIGGER payment_file_stands ON payment_file;
DROP FUNCTION payment_file_stands();
DROP TRIGGER payout_attempt_request_no_stays ON payout_attempt;
DROP FUNCTION payout_request_no_stays();
