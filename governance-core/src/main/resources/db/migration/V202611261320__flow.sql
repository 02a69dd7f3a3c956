-- How reviews flow: each round, and each signature with how long after the question it came.
create table read_model.review_round (
    id text not null,
    subject text not null,
    round integer not null,
    subject_kind text not null,
    project_id text not null,
    risk_tier text not null,
    status text not null,
    requester text not null,
    opened_at timestamptz not null,
    closed_at timestamptz,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index review_round_by_time on read_model.review_round (opened_at, valid_to)
    include (valid_from, project_id, subject_kind, subject, round, status, closed_at);

create table read_model.review_vote (
    position bigint primary key,
    subject text not null,
    round integer not null,
    subject_kind text not null,
    project_id text not null,
    requester text not null,
    signer text not null,
    role text not null,
    verdict text not null,
    asked_at timestamptz not null,
    at timestamptz not null
);
create index review_vote_by_time on read_model.review_vote (at)
    include (position, project_id, verdict, requester, signer, asked_at);
