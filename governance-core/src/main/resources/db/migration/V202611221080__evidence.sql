create table read_model.evidence (
    id text not null,
    project_id text not null,
    subject text not null,
    digest text not null,
    name text not null,
    type text not null,
    size bigint not null,
    note jsonb not null,
    retained_until timestamptz not null,
    attached_at timestamptz not null,
    attached_by text not null,
    deleted_at timestamptz,
    deleted_by text,
    deleted_because jsonb,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index evidence_by_subject on read_model.evidence (subject, id, valid_from);
create index evidence_by_project on read_model.evidence (project_id, id, valid_from);

-- Decides whether a content may go; written with the event.
create table evidence_need (
    digest text not null,
    evidence text not null,
    primary key (digest, evidence)
);
grant select, insert, delete on evidence_need to ${app_role};

create index dataset_version_by_source on read_model.dataset_version using gin (sources);
