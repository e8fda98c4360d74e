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
CREATE INDEX job_archive_subject ON job_archive (subject_id, id) WHERE subject_id IS NOT NULL;
CREATE INDEX job_archive_customer ON job_archive (customer_id, id) WHERE customer_id IS NOT NULL;
CREATE INDEX job_archive_partner ON job_archive (partner_id, id) WHERE partner_id IS NOT NULL;
CREATE INDEX job_archive_actor ON job_archive (actor_id, id) WHERE actor_id IS NOT NULL;

-- All jobs there are, for readers; a list merges the same index of both tables.
CREATE VIEW job_all AS
SELECT
  id, kind, schema_version, arguments, queue, priority, state, run_at, deadline_at, attempt, max_attempts, crashes,
  lapses, fence, lease_until, worker, progress, cancel_requested, unique_key, subject_kind, subject_id,
  customer_id, partner_id, actor_kind, actor_id, result_kind, result_id, schedule, slot, trace, created_at,
  dispatched_at, started_at, finished_at, error_code, error, version
FROM job
UNION ALL SELECT
  id, kind, schema_version, arguments, queue, priority, state, run_at, deadline_at, attempt, max_attempts, crashes,
  lapses, fence, lease_until, worker, progress, cancel_requested, unique_key, subject_kind, subject_id,
  customer_id, partner_id, actor_kind, actor_id, result_kind, result_id, schedule, slot, trace, created_at,
  dispatched_at, started_at, finished_at, error_code, error, version
FROM job_archive;
