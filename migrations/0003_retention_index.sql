-- The check of a foreign key on (authority_id, id) took this index while the table had no statistics, and read all appointments of the authority for each
-- reminder. With the moment first it serves the retention alone.

create index appointment_past on appointment (coalesce(start_at, updated_at), authority_id);
drop index appointment_retention;
