-- When the first condition of an approval that is in force has to be confirmed.
alter table read_model.review add column condition_due timestamptz;
create index review_condition_due on read_model.review (condition_due)
    where valid_to = 9223372036854775807 and condition_due is not null;

create table read_model.review_condition (
    id text not null,
    subject text not null,
    round integer not null,
    number integer not null,
    project_id text not null,
    state text not null,
    owner text not null,
    due_at timestamptz not null,
    confirmer text not null,
    set_by text not null,
    condition jsonb not null,
    valid_from bigint not null,
    valid_to bigint not null,
    primary key (id, valid_from)
);
create index review_condition_of_owner on read_model.review_condition (owner, due_at)
    where state = 'OPEN';
create index review_condition_to_confirm on read_model.review_condition (confirmer, due_at)
    where state = 'FULFILLED';
