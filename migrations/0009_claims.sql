-- How claims find what is due. The first statement locks the table for all of this: a reader that came in between, and wanted to write then, would
-- wait for the indexes, and the drop at the end for that reader.

drop index reminder_next;
-- With the id, a claim can go on where the last one ended, also among many that are due at the same moment.
create index reminder_next on reminder (next_at, id) where status in ('planned', 'uncertain') and next_at is not null;
-- Where very many are due, each authority gets its turn. In a collation of its own, which the claim names: else the planner may take the index of all
-- that an authority ever had, and read the whole of it.
create index reminder_next_of_authority on reminder (authority_id collate "C", next_at, id) where status in ('planned', 'uncertain') and next_at is not null;
-- What an earlier claim never brought to an outcome: nearly nothing, which each tick asks for.
create index reminder_suspect on reminder (next_at, id) where claims > 0 and status in ('planned', 'uncertain') and next_at is not null;
