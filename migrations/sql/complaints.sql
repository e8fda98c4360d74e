-- Numbers for people; gaps are allowed.
CREATE SEQUENCE complaint_number_seq;
