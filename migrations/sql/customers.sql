-- What somebody revealed in the last hour is counted before every reveal, however long the audit has grown.
CREATE INDEX audit_entry_reveals ON audit_entry (actor, at) WHERE action = 'customer:reveal';
