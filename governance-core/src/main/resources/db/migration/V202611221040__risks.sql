-- The risks of each subject, for decisions; written with the events.
create table subject_risk (
    risk_id text not null,
    subject text not null,
    likelihood integer not null,
    impact integer not null,
    residual boolean not null,
    open boolean not null,
    primary key (risk_id, subject)
);
create index subject_risk_open on subject_risk (subject) where open;
grant select, insert, update on subject_risk to ${app_role};

create table read_model.risk (
    id text not null,
    project_id text not null,
    title text not null,
    description text not null,
    category text not null,
    subjects jsonb not null,
    harmed text not null,
    inherent_likelihood integer not null,
    inherent_impact integer not null,
    residual_likelihood integer,
    residual_impact integer,
    owner text,
    treatment text,
    plan text not null,
    responsible text,
    due text,
    review_on text,
    open boolean not null,
    recurrences integer not null,
    cause_event_id text,
    raised_at timestamptz not null,
    raised_by text not null,
    closed_at timestamptz,
    closed_by text,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index risk_by_project on read_model.risk (project_id, id, valid_from);
create index risk_by_subject on read_model.risk using gin (subjects jsonb_path_ops);

-- Every rating a risk was ever given, with who and why.
create table read_model.risk_rating (
    risk_id text not null,
    project_id text not null,
    position bigint not null,
    kind text not null,
    likelihood integer not null,
    impact integer not null,
    reason jsonb,
    rated_by text not null,
    at timestamptz not null,
    primary key (risk_id, position, kind)
);
