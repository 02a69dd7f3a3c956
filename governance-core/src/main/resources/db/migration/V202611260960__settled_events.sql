-- A new epoch gives every event its position. In another cluster many of them have transaction ids that are still to come
-- there, and would be given a second one when they do: up to this index all have theirs, whatever their transaction ids.
alter table log_state add column settled_global_index bigint not null default 0;
