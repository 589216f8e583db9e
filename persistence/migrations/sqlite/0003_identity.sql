-- Who may sign in, where they are signed in, and who did what to whom. Plain tables, not streams: what happens to
-- them is told by the audit, which only grows. Times are whole milliseconds since 1970.

create table account (
    id text primary key,
    email text not null unique,
    -- A PHC string.
    password text not null,
    first_name text not null,
    last_name text not null,
    -- What people search in: names and address in lower case.
    sought text not null,
    role text not null,
    status text not null,
    -- Tokens of an older one are void.
    ver integer not null,
    ver_ms integer not null,
    created_ms integer not null,
    changed_ms integer not null,
    -- The request that made it, so that a repeated one makes no other.
    request blob unique,
    fingerprint blob
) strict;

create index account_by_time on account (created_ms, id);
create index account_by_ver on account (ver_ms);
create index account_by_role on account (role, status);

-- One sign-in, which is one family of refresh tokens.
create table session (
    sid text primary key,
    account text not null references account (id),
    client text not null,
    created_ms integer not null,
    seen_ms integer not null,
    expires_ms integer not null,
    ended_ms integer,
    ended_why text
) strict;

create index session_by_account on session (account, ended_ms);
create index session_by_end on session (ended_ms);
create index session_by_expiry on session (expires_ms);

create table refresh_token (
    -- SHA-256: whoever reads this table can sign in nowhere.
    digest blob primary key,
    sid text not null references session (sid),
    issued_ms integer not null,
    used_ms integer,
    -- Of the client that used it, and what its successor was made with.
    client blob,
    salt blob
) strict;

create index refresh_token_by_session on refresh_token (sid);

-- Whoever changes who is an administrator takes this row first, so that two of them do not remove each other.
create table admin_turn (
    only_row integer primary key check (only_row = 1),
    turns integer not null
) strict;

insert into admin_turn (only_row, turns) values (1, 0);

create table audit (
    position integer primary key autoincrement,
    at_ms integer not null,
    actor text not null,
    action text not null,
    subject text not null,
    detail text not null,
    request text not null
) strict;

create index audit_by_subject on audit (subject, position);

create trigger audit_is_never_changed before update on audit
begin
    select raise(abort, 'the audit only grows');
end;

create trigger audit_is_never_shortened before delete on audit
begin
    select raise(abort, 'the audit only grows');
end;
