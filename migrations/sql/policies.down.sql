DROP SEQUENCE policy_number_seq;
