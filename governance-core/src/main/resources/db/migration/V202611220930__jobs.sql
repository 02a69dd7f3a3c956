-- Long work: who asked for what, how far it is, what came out. Any node may take a job up; the attempt
-- number fences off a node that was thought dead and comes back.
create table job (
    id               uuid primary key,
    kind             text        not null,
    project_id       text,
    requested_by     text        not null,
    parameters       jsonb       not null,
    state            text        not null check (state in ('QUEUED', 'RUNNING', 'DONE', 'FAILED', 'CANCELLED')),
    done             bigint      not null default 0,
    total            bigint,
    message          text        not null default '',
    result           jsonb,
    attempt          integer     not null default 0,
    created_at       timestamptz not null,
    started_at       timestamptz,
    ended_at         timestamptz,
    heartbeat_at     timestamptz,
    cancel_requested boolean     not null default false,
    check ((state in ('DONE', 'FAILED', 'CANCELLED')) = (ended_at is not null))
);

create index job_waiting on job (created_at) where state in ('QUEUED', 'RUNNING');
create index job_of_person on job (requested_by, created_at desc);

grant select, insert, update on job to ${app_role};
