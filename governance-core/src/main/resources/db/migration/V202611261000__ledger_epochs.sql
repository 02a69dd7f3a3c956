-- With its successor an epoch's last checkpoint is known to everybody, whether it was published before or not.
alter table log_tree add column begun_at timestamptz not null default now();
