create table read_model.audit_entry (
    position bigint primary key,
    event_id text not null unique,
    at timestamptz not null,
    name text not null,
    stream text not null,
    subject_kind text not null,
    subject_id text not null,
    project_id text,
    actor text not null,
    on_behalf_of text,
    channel text not null,
    roles text not null,
    decision text,
    command text not null,
    correlation text not null,
    causation text not null,
    words text not null,
    personal_words text not null,
    persons jsonb not null,
    search tsvector generated always as (to_tsvector('simple', words)) stored,
    personal_search tsvector generated always as (to_tsvector('simple', personal_words)) stored
);
create index audit_entry_by_subject on read_model.audit_entry (subject_kind, subject_id, position);
create index audit_entry_by_project on read_model.audit_entry (project_id, position);
create index audit_entry_by_actor on read_model.audit_entry (actor, position);
create index audit_entry_by_name on read_model.audit_entry (name, position);
create index audit_entry_by_at on read_model.audit_entry (at, position);
create index audit_entry_by_decision on read_model.audit_entry (decision, position)
    where decision is not null;
create index audit_entry_by_correlation on read_model.audit_entry (correlation, position);
create index audit_entry_by_causation on read_model.audit_entry (causation, position);
create index audit_entry_search on read_model.audit_entry using gin (search);
create index audit_entry_personal_search on read_model.audit_entry using gin (personal_search);
create index audit_entry_persons on read_model.audit_entry using gin (persons jsonb_path_ops)
    where personal_words <> '';

-- An event as people can read it with SQL; sealed text stays sealed.
create view readable_event as
select l.position, l.position_time, e.event_identifier, e.type, e.aggregate_identifier,
       e.sequence_number, e.time_stamp, e.payload_type, e.payload_revision,
       convert_from(e.payload, 'UTF8')::jsonb as payload,
       convert_from(e.meta_data, 'UTF8')::jsonb as meta_data,
       e.writer_key_id, e.recorded_at
  from event e
  left join log_leaf l using (global_index);
grant select on readable_event to ${app_role};
