DROP TRIGGER premium_payment_append_only ON premium_payment;
DROP FUNCTION premium_payment_is_append_only();
DROP SEQUENCE invoice_number_seq;
