DROP INDEX complaint_terms;
DROP SEQUENCE complaint_number_seq;
