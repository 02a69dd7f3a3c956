-- Which approvals are in force and what each depends on, for decisions and for what follows from an
-- event; written with the events.
create table approval_in_force (
    approval text primary key,
    project_id text not null,
    correlation text not null
);
create table approval_dependency (
    subject text not null,
    approval text not null,
    primary key (subject, approval)
);
create index approval_dependency_by_approval on approval_dependency (approval);
grant select, insert, update, delete on approval_in_force, approval_dependency to ${app_role};

-- Those given before there was such an index.
insert into approval_in_force
select substr(a.aggregate_identifier, 8),
       split_part(split_part(substr(a.aggregate_identifier, 8), ':', 2), '.', 1),
       coalesce(convert_from(a.meta_data, 'UTF8')::jsonb ->> 'correlation', '')
  from event a
 where a.payload_type = 'review.approved'
   and not exists (
       select 1 from event e
        where e.aggregate_identifier = a.aggregate_identifier
          and e.sequence_number > a.sequence_number
          and (e.payload_type in ('review.approved', 'review.revoked', 'review.became-stale',
                                  'review.condition-missed')
               or (e.payload_type = 'review.expired'
                   and convert_from(e.payload, 'UTF8')::jsonb ->> 'of' = 'APPROVAL')));

insert into approval_dependency
select approval, approval from approval_in_force
union select 'project:' || project_id, approval from approval_in_force
union select 'dataset-version:' || l.source, f.approval
        from approval_in_force f
        join lineage_edge l on f.approval = 'dataset-version:' || l.version;

with version as (
    select aggregate_identifier as ref, convert_from(payload, 'UTF8')::jsonb as said
      from event where payload_type = 'model.version-registered'),
resting as (
    select approval, approval as version from approval_in_force
     where approval like 'model-version:%'
    union all
    select f.approval, 'model-version:' || (convert_from(d.payload, 'UTF8')::jsonb ->> 'modelVersion')
      from approval_in_force f
      join event d on d.aggregate_identifier = f.approval and d.payload_type = 'deployment.requested')
insert into approval_dependency
select r.version, r.approval from resting r
union select 'model:' || split_part(substr(r.version, 15), '@', 1), r.approval from resting r
union select 'dataset-version:' || dataset, r.approval
        from resting r
        join version v on v.ref = r.version
       cross join lateral jsonb_array_elements_text(
                 (v.said -> 'trainingDatasets') || (v.said -> 'testDatasets')) dataset
on conflict do nothing;
