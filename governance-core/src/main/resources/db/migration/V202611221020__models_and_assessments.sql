create table read_model.model (
    id text not null,
    project_id text not null,
    name text not null,
    description text not null,
    owner text not null,
    registered_at timestamptz not null,
    registered_by text not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index model_by_project on read_model.model (project_id, id, valid_from);

create table read_model.model_version (
    id text not null,
    model_id text not null,
    project_id text not null,
    version text not null,
    artifact_digest text not null,
    code_commit text not null,
    training_datasets jsonb not null,
    test_datasets jsonb not null,
    metrics jsonb not null,
    model_card jsonb not null,
    limitations text not null,
    developer text not null,
    retired boolean not null,
    registered_at timestamptz not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index model_version_by_model on read_model.model_version (model_id, valid_from);
create index model_version_by_project on read_model.model_version (project_id, id, valid_from);
create index model_version_by_training on read_model.model_version
    using gin (training_datasets jsonb_path_ops);
create index model_version_by_test on read_model.model_version
    using gin (test_datasets jsonb_path_ops);

create table read_model.assessment (
    id text not null,
    project_id text not null,
    model_version text not null,
    dataset_version text,
    file text not null,
    file_name text not null,
    mapping jsonb not null,
    rules jsonb not null,
    rules_sha256 text not null,
    method text not null,
    status text not null,
    verdict text,
    failures jsonb not null,
    result jsonb,
    problem jsonb,
    started_at timestamptz not null,
    started_by text not null,
    ended_at timestamptz,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index assessment_by_model_version on read_model.assessment (model_version, started_at);
create index assessment_by_project on read_model.assessment (project_id, started_at);

-- Which completed assessment of a model version counts; written with the event.
create table assessment_latest (
    model_version text primary key,
    assessment_id text not null,
    verdict text not null,
    completed_at timestamptz not null
);
grant select, insert, update on assessment_latest to ${app_role};
