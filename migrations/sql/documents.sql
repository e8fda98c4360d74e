-- What was given out stays as it was: no row of a document is changed or deleted.
CREATE FUNCTION document_stands() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'a document that was given out stands' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER document_stands BEFORE UPDATE OR DELETE OR TRUNCATE ON document
  FOR EACH STATEMENT EXECUTE FUNCTION document_stands();
