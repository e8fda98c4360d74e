-- What is promised from the first day on; the green channel halves it. Minutes of the calendar's time: a working day
-- has nine hours of sixty.
INSERT INTO service_standard
  (id, subject_kind, stage, channel, calendar, minutes, urgent_minutes, applies_from, source, created_at)
SELECT gen_random_uuid(), kind, stage, channel, calendar, minutes, (minutes + 1) / 2, applies_from::date, source, now()
FROM (VALUES
  ('INQUIRY', 'FIRST_RESPONSE', 'ANY', 'BUSINESS', 120, '2020-01-01', 'own service promise: first reply within 2 hours'),
  ('INQUIRY', 'FIRST_RESPONSE', 'CHAT', 'BUSINESS', 1, '2020-01-01', 'own service promise: chat within 1 minute'),
  ('INQUIRY', 'FIRST_RESPONSE', 'PHONE', 'AROUND_THE_CLOCK', 0, '2020-01-01', 'own service promise: phone at once'),
  ('INQUIRY', 'RESOLUTION', 'ANY', 'BUSINESS', 540, '2020-01-01', 'own service promise: answer within 1 working day'),
  ('APPLICATION', 'FIRST_RESPONSE', 'ANY', 'BUSINESS', 540, '2020-01-01', 'own service promise: underwritten in 1 working day'),
  ('APPLICATION', 'RESOLUTION', 'ANY', 'BUSINESS', 1620, '2020-01-01', 'own service promise: 3 working days when referred'),
  ('CLAIM', 'FIRST_RESPONSE', 'ANY', 'AROUND_THE_CLOCK', 30, '2020-01-01', 'own service promise: 30 minutes'),
  ('CLAIM', 'ASSIGNMENT', 'ANY', 'BUSINESS', 240, '2020-01-01', 'own service promise: assigned within 4 hours'),
  ('CLAIM', 'RESOLUTION', 'ANY', 'AROUND_THE_CLOCK', 43200, '2009-10-01', 'Insurance Law Art. 23: 30 days'),
  ('PAYOUT', 'RESOLUTION', 'ANY', 'AROUND_THE_CLOCK', 4320, '2020-01-01', 'own service promise: paid within 3 days'),
  ('REPAIR_ORDER', 'FIRST_RESPONSE', 'ANY', 'BUSINESS', 1620, '2020-01-01', 'own service promise: repairer in 3 working days'),
  ('COMPLAINT', 'FIRST_RESPONSE', 'ANY', 'BUSINESS', 540, '2020-01-01', 'own service promise: 1 working day'),
  ('COMPLAINT', 'RESOLUTION', 'ANY', 'AROUND_THE_CLOCK', 21600, '2020-03-01', 'CBIRC Order 2020-3: 15 days')
) AS promised (kind, stage, channel, calendar, minutes, applies_from, source);

-- One count for each month, kind of promise and partner, and one for all partners together.
CREATE UNIQUE INDEX service_attainment_key
  ON service_attainment (month, subject_kind, stage, channel, priority, partner_id) NULLS NOT DISTINCT;
