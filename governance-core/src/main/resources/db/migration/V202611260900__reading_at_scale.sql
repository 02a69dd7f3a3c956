-- Streaming processors read by the position plus one: without this, each of their reads looks
-- through the whole ledger.
create index log_leaf_by_size on log_leaf ((position + 1));

-- "As of this time": times never fall from one position to the next.
create index log_leaf_by_time on log_leaf (position_time, position);

-- Whoever erases a person finds that person's words by it.
comment on index read_model.audit_entry_persons is
    'projections need it: a rebuild makes it before the rows, not after';

-- A text typed into the audit trail's search may be an id alone. Without it, the words' own
-- indexes are of no use, since any of the three may hold.
create index audit_entry_by_subject_id on read_model.audit_entry (subject_id, position);

-- The heat map counts every risk that holds, and reads nothing else of it.
create index risk_rated on read_model.risk (valid_to, valid_from)
    include (project_id, category, open, owner, inherent_likelihood, inherent_impact,
             residual_likelihood, residual_impact);

-- The newest versions of all models, and the deployments that look at one.
create index model_version_by_time on read_model.model_version (registered_at, id);
create index deployment_going_on on read_model.deployment (model_version)
    where valid_to = 9223372036854775807 and status not in ('ROLLED_BACK', 'RETIRED');
