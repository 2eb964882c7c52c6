-- What the pages of statistics read: statistics_day summed up over all dimensions but one, by day and by month. A page over a year would have to read each of its
-- finer rows otherwise. Triggers keep the two equal, so that what a process of an older version folds counts here, too.
create table statistics_sum (
  authority_id text not null,
  dimension text not null,            -- day, template, language, gateway or department
  span text not null,                 -- day or month; of the dimension day there are days only
  begins date not null,
  key text not null,
  status text not null,
  reminders bigint not null,
  segments bigint not null,
  primary key (authority_id, dimension, span, begins, key, status)
);

create function add_to_statistics_sum(changes statistics_day[]) returns void language sql as $$
  insert into statistics_sum as s (authority_id, dimension, span, begins, key, status, reminders, segments)
  select c.authority_id, x.dimension, x.span, x.begins, x.key, c.status, sum(c.reminders), sum(c.segments)
  from unnest(changes) c
  cross join lateral (
    select 'day' as dimension, 'day' as span, c.day as begins, to_char(c.day, 'YYYY-MM-DD') as key
    union all
    select d.dimension, p.span, p.begins, d.key
    from (values ('template', c.template), ('language', c.language), ('gateway', c.gateway), ('department', c.department)) d (dimension, key)
    cross join (values ('day', c.day), ('month', date_trunc('month', c.day::timestamp)::date)) p (span, begins)) x
  group by 1, 2, 3, 4, 5, 6 having sum(c.reminders) <> 0 or sum(c.segments) <> 0
  on conflict (authority_id, dimension, span, begins, key, status)
  do update set reminders = s.reminders + excluded.reminders, segments = s.segments + excluded.segments
$$;

create function statistics_day_changed() returns trigger language plpgsql as $$
declare
  changes statistics_day[];
begin
  if tg_op = 'INSERT' then
    changes := array(
      select (authority_id, day, template, language, gateway, department, status, reminders, segments)::statistics_day from new_rows);
  else
    changes := array(
      select (authority_id, day, template, language, gateway, department, status, -reminders, -segments)::statistics_day from old_rows
      union all
      select (authority_id, day, template, language, gateway, department, status, reminders, segments)::statistics_day from new_rows);
  end if;
  if cardinality(changes) > 0 then
    -- A fold inserts and updates, and so comes here twice: no order of the rows would keep two folds from waiting for each other.
    perform pg_advisory_xact_lock(7302026, 1);
    perform add_to_statistics_sum(changes);
  end if;
  return null;
end $$;
create trigger statistics_day_inserted after insert on statistics_day referencing new table as new_rows
  for each statement execute function statistics_day_changed();
create trigger statistics_day_updated after update on statistics_day referencing old table as old_rows new table as new_rows
  for each statement execute function statistics_day_changed();

-- The triggers' lock has waited for the folds that were on their way, and lets none begin before the end.
select add_to_statistics_sum(array_agg(d)) from statistics_day d group by authority_id, date_trunc('month', day::timestamp);
