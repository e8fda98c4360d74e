-- Numbers for people; gaps are allowed.
CREATE SEQUENCE inquiry_number_seq;
-- Inquiries are found by what was asked and answered.
CREATE INDEX inquiry_terms ON inquiry USING gin (terms);
