DROP SEQUENCE claim_number_seq;
