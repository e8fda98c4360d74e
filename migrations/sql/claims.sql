-- Numbers for people; gaps are allowed.
CREATE SEQUENCE claim_number_seq;
