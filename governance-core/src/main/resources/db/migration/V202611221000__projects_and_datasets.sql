create table read_model.project (
    id text not null,
    project_id text not null,
    name text not null,
    business_problem text not null,
    intended_purpose text not null,
    owner_team text not null,
    jurisdictions jsonb not null,
    risk_tier text not null,
    retired boolean not null,
    registered_at timestamptz not null,
    registered_by text not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);

create table read_model.dataset (
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
create index dataset_by_project on read_model.dataset (project_id, id, valid_from);

create table read_model.dataset_version (
    id text not null,
    dataset_id text not null,
    project_id text not null,
    version text not null,
    location text not null,
    sha256 text not null,
    schema_summary text not null,
    datasheet jsonb not null,
    licence text not null,
    legal_basis text not null,
    sensitive_attributes jsonb not null,
    sources jsonb not null,
    retired boolean not null,
    registered_at timestamptz not null,
    registered_by text not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index dataset_version_by_dataset on read_model.dataset_version (dataset_id, valid_from);
create index dataset_version_by_project on read_model.dataset_version (project_id, id, valid_from);

-- Decides whether a new source would close a circle; written with the event.
create table lineage_edge (
    version text not null,
    source text not null,
    primary key (version, source)
);
create index lineage_edge_by_source on lineage_edge (source);
grant select, insert on lineage_edge to ${app_role};
