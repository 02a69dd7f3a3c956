-- Decisions read what is in force from here; written with the event that adopted it.
create table adopted_file (
    file text not null,
    version integer not null,
    sha256 text not null,
    content text not null,
    reason text not null,
    adopted_by text not null,
    adopted_at timestamptz not null,
    event_id text not null,
    primary key (file, version)
);
grant select, insert on adopted_file to ${app_role};
