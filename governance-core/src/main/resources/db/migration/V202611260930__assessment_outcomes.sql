-- How each assessment ended, under which rule set; written with the event. Decides which later one
-- allows a risk to be closed that a failed one raised.
create table assessment_outcome (
    event_id text primary key,
    assessment_id text not null unique,
    model text not null,
    model_version text not null,
    rule_set text not null,
    rule_set_version text not null,
    verdict text not null,
    completed_at timestamptz not null
);
create index assessment_outcome_by_model on assessment_outcome (model, completed_at);
grant select, insert on assessment_outcome to ${app_role};

insert into assessment_outcome
select event_identifier,
       said ->> 'id',
       split_part(said ->> 'modelVersion', '@', 1),
       said ->> 'modelVersion',
       said #>> '{result,rules,name}',
       said #>> '{result,rules,version}',
       said ->> 'verdict',
       time_stamp::timestamptz
  from (select event_identifier, time_stamp, convert_from(payload, 'UTF8')::jsonb as said
          from event where payload_type = 'bias.assessment-completed') completed;

-- A prediction log is needed by the assessments made of it, as evidence is by what is attached.
insert into evidence_need (digest, evidence)
select said ->> 'file', 'assessment ' || (said ->> 'id')
  from (select convert_from(payload, 'UTF8')::jsonb as said
          from event where payload_type = 'bias.assessment-started') started;
