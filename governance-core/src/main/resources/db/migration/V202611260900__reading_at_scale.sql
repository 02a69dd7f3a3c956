-- Streaming processors read by the position plus one: without this, each of their reads looks
-- through the whole ledger.
create index log_leaf_by_size on log_leaf ((position + 1));

-- "As of this time": times never fall from one position to the next.
create index log_leaf_by_time on log_leaf (position_time, position);

-- Whoever erases a person finds that person's words by it.
comment on index read_model.audit_entry_persons is
    'projections need it: a rebuild makes it before the rows, not after';
