-- What the models of the ledger cannot say: postings balance, are whole, and stand for ever.
CREATE FUNCTION ledger_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER ledger_transaction_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_transaction
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();
CREATE TRIGGER ledger_line_append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger_line
  FOR EACH STATEMENT EXECUTE FUNCTION ledger_is_append_only();

CREATE FUNCTION ledger_is_balanced() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  posting uuid;
BEGIN
  -- A CASE would plan both of its branches, and each table has only one of the columns.
  IF TG_TABLE_NAME = 'ledger_line' THEN posting := NEW.transaction_id; ELSE posting := NEW.id; END IF;
  IF EXISTS (SELECT FROM ledger_line WHERE transaction_id = posting GROUP BY currency HAVING sum(amount_minor) <> 0) THEN
    RAISE EXCEPTION 'posting % does not balance', posting USING ERRCODE = 'check_violation';
  END IF;
  IF (SELECT count(*) FROM ledger_line WHERE transaction_id = posting)
     <> (SELECT line_count FROM ledger_transaction WHERE id = posting) THEN
    RAISE EXCEPTION 'posting % is not whole', posting USING ERRCODE = 'check_violation';
  END IF;
  RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER ledger_line_balanced AFTER INSERT ON ledger_line
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_is_balanced();
CREATE CONSTRAINT TRIGGER ledger_transaction_balanced AFTER INSERT ON ledger_transaction
  DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_is_balanced();

-- Balances are sums, never counters, so that nothing can differ from its lines; read from an index alone.
CREATE INDEX ledger_line_sums ON ledger_line (account, currency) INCLUDE (amount_minor);
CREATE VIEW ledger_account AS
  SELECT md5(account || ':' || currency)::uuid AS id, account, currency, sum(amount_minor)::bigint AS balance_minor
  FROM ledger_line GROUP BY account, currency;
