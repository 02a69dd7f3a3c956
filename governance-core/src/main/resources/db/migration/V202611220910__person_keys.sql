-- One key per person, wrapped under a key that the database never sees. A destroyed key leaves its
-- row behind, so that erased and never known stay apart, and nobody erased gets a second key.
create table person_key (
    person_id    text primary key,
    wrapped      bytea,
    created_at   timestamptz not null,
    destroyed_at timestamptz,
    constraint destroyed_has_no_key check ((wrapped is null) = (destroyed_at is not null))
) with (autovacuum_vacuum_threshold = 0, autovacuum_vacuum_scale_factor = 0);
-- vacuumed after every destruction, so that the old row does not linger in the table's pages

create function person_key_only_destroyed() returns trigger language plpgsql as $$
begin
    if old.destroyed_at is not null or new.wrapped is not null
            or new.person_id <> old.person_id or new.created_at <> old.created_at then
        raise exception 'a person''s key can only be destroyed, and only once (%)', old.person_id;
    end if;
    return new;
end $$;

create trigger only_destroyed before update on person_key
    for each row execute function person_key_only_destroyed();
alter table person_key enable always trigger only_destroyed;

grant select, insert, update (wrapped, destroyed_at) on person_key to ${app_role};
