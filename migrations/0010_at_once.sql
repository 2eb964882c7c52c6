-- How many of a claim its process looks at and starts together, the oldest first: if it dies, one of those may be why. A process of an earlier version looks
-- at the whole claim, which is 500 at the most.

alter table batch add column at_once integer not null default 500;
