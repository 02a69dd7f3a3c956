create table read_model.report (
    id text not null,
    project_id text not null,
    template text not null,
    subject text not null,
    ledger_position bigint not null,
    sha256 text not null,
    format text not null,
    issued_position bigint not null,
    issued_at timestamptz not null,
    issued_by text not null,
    downloads integer not null,
    verified_at timestamptz,
    verified_by text,
    found text,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index report_by_issue on read_model.report (issued_position);
create index report_by_project on read_model.report (project_id, issued_position);
