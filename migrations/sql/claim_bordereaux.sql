-- Numbers for people; gaps are allowed.
CREATE SEQUENCE claim_bordereau_number_seq;
