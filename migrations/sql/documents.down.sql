DROP TRIGGER document_stands ON document;
DROP FUNCTION document_stands();
