-- The first page counts projects by what they have come to, and open risks. Each of these is read
-- by itself alone, from the rows that held at the position: of now these are the newest.
create index review_approved on read_model.review (subject_kind, valid_to)
    include (project_id, valid_from, approved_until) where approved_until is not null;
create index model_version_kept on read_model.model_version (valid_to)
    include (project_id, valid_from) where not retired;
create index deployment_in_production on read_model.deployment (valid_to)
    include (project_id, valid_from) where production and status = 'ACTIVE';
create index risk_open on read_model.risk (valid_to)
    include (project_id, valid_from, due, review_on) where open;
