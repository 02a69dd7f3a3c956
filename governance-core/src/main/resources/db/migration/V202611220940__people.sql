-- Who a pseudonym stands for. Outside the events, so that it can be erased; the row then stays
-- behind empty, and the pseudonym keeps its place in history.
create table person (
    id text primary key,
    username text unique check (username = lower(username)),
    display_name text,
    email text,
    state text not null check (state in ('INVITED', 'ACTIVE', 'DEACTIVATED', 'ERASED')),
    password_hash text,
    password_changed_at timestamptz,
    link_sha256 text unique,
    link_expires_at timestamptz,
    failed_attempts integer not null default 0,
    last_attempt_at timestamptz,
    locked_until timestamptz,
    blocked_attempts integer not null default 0,
    created_at timestamptz not null,
    constraint erased_is_empty check (state <> 'ERASED'
        or num_nonnulls(username, display_name, email, password_hash, link_sha256) = 0),
    constraint named_until_erased check (state = 'ERASED'
        or num_nonnulls(username, display_name) = 2)
);

-- Roles held now, for decisions; '*' stands for all projects.
create table role_grant (
    person_id text not null references person (id),
    role text not null,
    scope text not null,
    primary key (person_id, role, scope)
);
create index role_grant_by_role on role_grant (role, scope);

create table api_token (
    id text primary key,
    person_id text not null references person (id),
    secret_sha256 text not null,
    scopes text[] not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    last_used_at timestamptz
);
create index api_token_by_person on api_token (person_id);

grant select, insert, update on person to ${app_role};
grant select, insert, delete on role_grant to ${app_role};
grant select, insert, update on api_token to ${app_role};

create table read_model.person_standing (
    person text not null,
    standing text not null,
    since timestamptz not null,
    invited_at timestamptz not null,
    locked_until timestamptz,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (person, valid_from)
);

create table read_model.person_grant (
    person text not null,
    role text not null,
    scope text not null,
    granted_by text not null,
    granted_at timestamptz not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (person, role, scope, valid_from)
);
create index person_grant_by_scope on read_model.person_grant (scope, person);

create table read_model.person_token (
    token text not null,
    person text not null,
    name jsonb not null,
    scopes jsonb not null,
    issued_at timestamptz not null,
    expires_at timestamptz not null,
    revoked_at timestamptz,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (token, valid_from)
);
create index person_token_by_person on read_model.person_token (person);
