-- Numbers for people; gaps are allowed.
CREATE SEQUENCE policy_number_seq;
