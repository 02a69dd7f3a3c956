create table read_model.environment (
    id text not null,
    name text not null,
    production boolean not null,
    registered_at timestamptz not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);

create table read_model.place (
    id text not null,
    project_id text not null,
    kind text not null,
    name text not null,
    owner_team text not null,
    retired boolean not null,
    registered_at timestamptz not null,
    registered_by text not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index place_by_project on read_model.place (project_id, id, valid_from);

create table read_model.deployment (
    id text not null,
    project_id text not null,
    model_version text not null,
    environment text not null,
    production boolean not null,
    place text not null,
    place_kind text not null,
    artifact_digest text not null,
    requester text not null,
    comment jsonb,
    status text not null,
    gate_open boolean not null,
    gate_reasons jsonb not null,
    gates jsonb not null,
    gate_answered_at timestamptz,
    requested_at timestamptz not null,
    changed_at timestamptz not null,
    changed_by text not null,
    reason jsonb,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index deployment_by_project on read_model.deployment (project_id, requested_at, id);
create index deployment_by_model_version on read_model.deployment (model_version, requested_at, id);
create index deployment_by_environment on read_model.deployment (environment, requested_at, id);
create index deployment_by_time on read_model.deployment (requested_at, id);

-- How often a gate answered as before; counted with the command that asked, since it is no event.
create table deployment_gate_repeat (
    deployment_id text primary key,
    repeats bigint not null,
    last_at timestamptz not null
);
grant select, insert, update on deployment_gate_repeat to ${app_role};
