-- Lists of reviews go on by subject, whatever they are narrowed to.
drop index read_model.review_by_kind;
create index review_by_kind on read_model.review (subject_kind, subject, valid_from);
create index review_by_status on read_model.review (status, subject, valid_from);
create index review_by_project on read_model.review (project_id, subject, valid_from);

-- Requests that are over by the clock: only of those that hold, since each review was once open.
create index review_due on read_model.review (due_at)
    where valid_to = 9223372036854775807 and status = 'OPEN';
