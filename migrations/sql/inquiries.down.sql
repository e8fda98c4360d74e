DROP INDEX inquiry_terms;
DROP SEQUENCE inquiry_number_seq;
