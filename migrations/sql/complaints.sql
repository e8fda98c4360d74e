-- Numbers for people; gaps are allowed.
CREATE SEQUENCE complaint_number_seq;
-- Complaints are found by what was complained of.
CREATE INDEX complaint_terms ON complaint USING gin (terms);
