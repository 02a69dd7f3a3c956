create table read_model.stale_approval (
    subject text not null,
    subject_id text not null,
    project_id text not null,
    stale boolean not null,
    reason text not null,
    cause text not null,
    since timestamptz not null,
    pending jsonb not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (subject, valid_from)
);
create index stale_approval_by_time on read_model.stale_approval (since, subject);
create index stale_approval_undecided on read_model.stale_approval (since)
    where valid_to = 9223372036854775807 and pending <> '[]'::jsonb;
