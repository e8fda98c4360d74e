-- What the models of the jobs room cannot say. Rows of `job` change three times in their first second, so pages keep
-- room for it and are vacuumed early; only what somebody searches by is indexed, and only where it is set.
ALTER TABLE job SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.05);

-- The relay: due jobs of one queue and priority, oldest first.
CREATE INDEX job_ready ON job (queue, priority, run_at, id) WHERE state = 'AVAILABLE';
-- The sweep, and how many jobs of a queue are under way.
CREATE INDEX job_lease ON job (queue, lease_until) WHERE state IN ('DISPATCHED', 'EXECUTING');
-- The archiving of finished jobs.
CREATE INDEX job_finished ON job (finished_at, id) WHERE finished_at IS NOT NULL;
-- Readers.
CREATE INDEX job_subject ON job (subject_id, id) WHERE subject_id IS NOT NULL;
CREATE INDEX job_customer ON job (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX job_partner ON job (partner_id, id) WHERE partner_id IS NOT NULL;
CREATE INDEX job_actor ON job (actor_id, id) WHERE actor_id IS NOT NULL;
