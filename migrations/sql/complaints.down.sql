DROP SEQUENCE complaint_number_seq;
