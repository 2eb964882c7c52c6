-- Which database this is, so that one that was made anew from a dump is known as such; null: not noted yet.
alter table installation add column database_identity text;

-- What the metrics count at every scrape.
create index reminder_parked on reminder (expires_at) where status = 'suppressed' and reason in ('internal_error', 'text_refused');
create index inbound_authority_open on inbound_authority (inbound_id) where needs_person and settled_at is null;
