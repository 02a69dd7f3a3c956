-- The waivers of each subject, for decisions; written with the events.
create table subject_waiver (
    waiver_id text primary key,
    subject text not null,
    gate text not null,
    environment text,
    until timestamptz not null,
    reason text not null,
    granted boolean not null
);
create index subject_waiver_by_subject on subject_waiver (subject, until);
grant select, insert, update on subject_waiver to ${app_role};

create table read_model.waiver (
    id text not null,
    project_id text not null,
    gate text not null,
    sentence text not null,
    subject text not null,
    environment text,
    reason text not null,
    control text not null,
    until timestamptz not null,
    by jsonb not null,
    policy jsonb not null,
    requester text not null,
    asked_at timestamptz not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index waiver_by_subject on read_model.waiver (subject, id);
create index waiver_by_project on read_model.waiver (project_id, id);
