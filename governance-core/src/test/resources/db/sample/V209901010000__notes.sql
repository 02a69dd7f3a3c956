create table note (id bigint generated always as identity primary key, text text not null);
grant select, insert on note to ${app_role};
