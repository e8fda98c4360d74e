DROP INDEX audit_entry_reveals;
