-- The visibility of a partner as row policies, for the role that PostGraphile signs in with.
CREATE FUNCTION bench_partner_id() RETURNS uuid LANGUAGE sql STABLE AS
  $$ SELECT nullif(current_setting('bench.partner_id', true), '')::uuid $$;
ALTER TABLE customer ENABLE ROW LEVEL SECURITY;
ALTER TABLE policy ENABLE ROW LEVEL SECURITY;
ALTER TABLE claim ENABLE ROW LEVEL SECURITY;
CREATE POLICY partner ON customer FOR SELECT USING (partner_id = (SELECT bench_partner_id()));
CREATE POLICY partner ON policy FOR SELECT USING (partner_id = (SELECT bench_partner_id()));
CREATE POLICY partner ON claim FOR SELECT USING (partner_id = (SELECT bench_partner_id()));
GRANT USAGE ON SCHEMA public TO bench_graphile;
GRANT SELECT ON ALL TABLES IN SCHEMA public TO bench_graphile;
