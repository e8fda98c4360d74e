DROP INDEX job_actor;
DROP INDEX job_partner;
DROP INDEX job_customer;
DROP INDEX job_subject;
DROP INDEX job_finished;
DROP INDEX job_lease;
DROP INDEX job_ready;
ALTER TABLE job RESET (fillfactor, autovacuum_vacuum_scale_factor, autovacuum_analyze_scale_factor);
