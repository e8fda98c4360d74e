-- An API key shares its id with its session, so that the test of a session is the test of a key.
ALTER TABLE api_key ADD CONSTRAINT api_key_session FOREIGN KEY (id) REFERENCES session (id) ON DELETE RESTRICT;
