-- Where a project's risk tier comes from, what was answered about it, and who set it otherwise.
alter table read_model.project add column tier_origin text not null default 'DECLARED';
alter table read_model.project alter column tier_origin drop default;

create table read_model.project_intake (
    project_id text not null,
    result jsonb not null,
    answered_by text not null,
    answered_at timestamptz not null,
    overridden_by integer,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (project_id, valid_from)
);

create table read_model.tier_override (
    id text not null,
    project_id text not null,
    number integer not null,
    tier text not null,
    status text not null,
    override jsonb not null,
    asked_at timestamptz not null,
    signature jsonb,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index tier_override_by_project on read_model.tier_override (project_id, number, valid_from);
