ALTER TABLE api_key DROP CONSTRAINT api_key_session;
