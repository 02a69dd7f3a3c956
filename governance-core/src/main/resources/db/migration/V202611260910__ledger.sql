-- The verifiable log over the sequenced events: its entries, its tree in tiles of 256 hashes, its signed checkpoints.

-- Restored into another cluster, transaction ids begin anew and the cursor of the sequencer would skip events for ever.
alter table log_state add column system_identifier bigint;

-- One row for each epoch of the log: a new one begins where the log cannot go on after a restore.
create table log_tree (
    epoch integer primary key check (epoch > 0),
    origin text not null,
    -- Public keys of the log, one a line, as its signer says.
    keys text not null,
    predecessor bytea,
    -- Why the epoch before could not go on.
    statement text,
    size bigint not null check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    frontier bytea not null,
    check ((epoch = 1) = (predecessor is null)),
    check ((epoch = 1) = (statement is null))
);

-- The salted commitment to each event's row, in ledger order, and what was found of its writer's MAC.
-- No foreign keys here: a check by hash finds what they would, and more, and costs the writer nothing.
create table log_entry (
    epoch integer not null,
    position bigint not null,
    mac_state smallint not null check (mac_state between 0 and 2),
    commitment bytea not null check (octet_length(commitment) = 32),
    primary key (epoch, position)
);
create index log_entry_with_a_bad_mac on log_entry (epoch, position) where mac_state > 0;

-- Full tiles (C2SP tlog-tiles); partial ones are made when asked for.
create table log_tile (
    epoch integer not null,
    level smallint not null check (level between 0 and 7),
    n bigint not null check (n >= 0),
    root bytea not null check (octet_length(root) = 32),
    hashes bytea not null check (octet_length(hashes) = 8192),
    primary key (epoch, level, n)
);
alter table log_tile alter column hashes set storage external;

-- Every checkpoint that was ever published, as signed and cosigned.
create table log_checkpoint (
    epoch integer not null references log_tree,
    size bigint not null check (size >= 0),
    root bytea not null check (octet_length(root) = 32),
    note bytea not null,
    published_at timestamptz not null,
    primary key (epoch, size)
);

create trigger log_entry_is_append_only before update or delete or truncate on log_entry
    for each statement execute function refuse_change();
create trigger log_tile_is_append_only before update or delete or truncate on log_tile
    for each statement execute function refuse_change();
create trigger log_checkpoint_is_append_only before update or delete or truncate on log_checkpoint
    for each statement execute function refuse_change();
alter table log_entry enable always trigger log_entry_is_append_only;
alter table log_tile enable always trigger log_tile_is_append_only;
alter table log_checkpoint enable always trigger log_checkpoint_is_append_only;

grant select, insert on log_entry, log_tile, log_checkpoint to ${app_role};
grant select, insert on log_tree to ${app_role};
grant update (keys, size, root, frontier) on log_tree to ${app_role};
