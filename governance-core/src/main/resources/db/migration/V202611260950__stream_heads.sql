-- Few of all events; found without looking at the others.
create index event_with_stream_heads on event (global_index)
    where payload_type = 'ledger.stream-heads-recorded';
