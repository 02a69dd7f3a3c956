create table read_model.review (
    subject text not null,
    subject_kind text not null,
    project_id text not null,
    round integer not null,
    status text not null,
    requester text not null,
    opened_at timestamptz not null,
    due_at timestamptz not null,
    closed_at timestamptz,
    approved_until timestamptz,
    awaiting jsonb not null,
    excluded jsonb not null,
    signed jsonb not null,
    review jsonb not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (subject, valid_from)
);
create index review_open on read_model.review (due_at, subject, valid_from) where status = 'OPEN';
create index review_by_requester on read_model.review (requester, opened_at);
create index review_by_kind on read_model.review (subject_kind, project_id, valid_from);
create index review_ending on read_model.review (approved_until)
    where valid_to = 9223372036854775807 and approved_until is not null;
