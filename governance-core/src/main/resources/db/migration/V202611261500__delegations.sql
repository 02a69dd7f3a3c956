-- Who may decide in whose place, for decisions; empty roles or projects stand for all that are held.
create table delegation (
    id text primary key,
    person_id text not null references person (id),
    delegate_id text not null references person (id),
    roles text[] not null,
    projects text[] not null,
    begins_at timestamptz not null,
    until timestamptz not null
);
create index delegation_by_delegate on delegation (delegate_id, until);

grant select, insert, delete on delegation to ${app_role};

create table read_model.person_delegation (
    delegation text not null,
    person text not null,
    delegate text not null,
    roles jsonb not null,
    projects jsonb not null,
    begins_at timestamptz not null,
    until timestamptz not null,
    away boolean not null,
    note jsonb,
    ended_at timestamptz,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (delegation, valid_from)
);
create index person_delegation_by_person on read_model.person_delegation (person);
create index person_delegation_by_delegate on read_model.person_delegation (delegate);
