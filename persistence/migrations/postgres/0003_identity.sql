-- Who may sign in, where they are signed in, and who did what to whom. Plain tables, not streams: what happens to
-- them is told by the audit, which only grows. Times are whole milliseconds since 1970.

create table account (
    id text collate "C" primary key,
    email text collate "C" not null unique,
    -- A PHC string.
    password text not null,
    first_name text not null,
    last_name text not null,
    -- What people search in: names and address in lower case.
    sought text not null,
    role text not null,
    status text not null,
    -- Tokens of an older one are void.
    ver bigint not null,
    ver_ms bigint not null,
    created_ms bigint not null,
    changed_ms bigint not null,
    -- The request that made it, so that a repeated one makes no other.
    request bytea unique,
    fingerprint bytea
);

create index account_by_time on account (created_ms, id);
create index account_by_ver on account (ver_ms);
create index account_by_role on account (role, status);

-- One sign-in, which is one family of refresh tokens.
create table session (
    sid text collate "C" primary key,
    account text collate "C" not null references account (id),
    client text not null,
    created_ms bigint not null,
    seen_ms bigint not null,
    expires_ms bigint not null,
    ended_ms bigint,
    ended_why text
);

create index session_by_account on session (account, ended_ms);
create index session_by_end on session (ended_ms);
create index session_by_expiry on session (expires_ms);

create table refresh_token (
    -- SHA-256: whoever reads this table can sign in nowhere.
    digest bytea primary key,
    sid text collate "C" not null references session (sid),
    issued_ms bigint not null,
    used_ms bigint,
    -- Of the client that used it, and what its successor was made with.
    client bytea,
    salt bytea
);

create index refresh_token_by_session on refresh_token (sid);

-- Whoever changes who is an administrator takes this row first, so that two of them do not remove each other.
create table admin_turn (
    only_row boolean primary key check (only_row),
    turns bigint not null
);

insert into admin_turn (only_row, turns) values (true, 0);

create table audit (
    position bigint generated always as identity primary key,
    at_ms bigint not null,
    actor text not null,
    action text not null,
    subject text collate "C" not null,
    detail text not null,
    request text not null
);

create index audit_by_subject on audit (subject, position);

create function audit_only_grows() returns trigger language plpgsql as $$
begin
    raise exception 'the audit only grows';
end
$$;

create trigger audit_is_never_changed before update or delete or truncate on audit
    for each statement execute function audit_only_grows();
