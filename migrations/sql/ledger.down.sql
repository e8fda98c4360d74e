DROP VIEW ledger_account;
DROP INDEX ledger_line_sums;
DROP TRIGGER ledger_transaction_balanced ON ledger_transaction;
DROP TRIGGER ledger_line_balanced ON ledger_line;
DROP FUNCTION ledger_is_balanced();
DROP TRIGGER ledger_line_append_only ON ledger_line;
DROP TRIGGER ledger_transaction_append_only ON ledger_transaction;
DROP FUNCTION ledger_is_append_only();
