//! Every statement about accounts, sessions and the audit: the same text for both databases.

use crate::store::statements;

statements! {
    /// Takes the turn to change who is an administrator; others wait until the transaction ends.
    TAKE_ADMIN_TURN = "update admin_turn set turns = turns + 1";

    /// Administrators who can sign in, other than $1.
    OTHER_ADMINS = "select count(*) from account where role = 'ADMIN' and status = 'ACTIVE' and id <> $1";

    /// Makes an account, unless its address or its request is known.
    MAKE_ACCOUNT = "
        insert into account
            (id, email, password, first_name, last_name, sought, role, status, ver, ver_ms, created_ms, changed_ms,
             request, fingerprint)
        values ($1, $2, $3, $4, $5, $6, $7, 'ACTIVE', 1, $8, $8, $8, $9, $10)
        on conflict do nothing
    ";

    /// Which account a request made, and what was asked.
    MADE_BY_REQUEST = "
        select id, email, first_name, last_name, role, status, ver, created_ms, changed_ms, fingerprint
        from account where request = $1
    ";

    /// One account.
    ACCOUNT = "
        select id, email, first_name, last_name, role, status, ver, created_ms, changed_ms
        from account where id = $1
    ";

    /// The account of an address, with its password.
    CREDENTIALS = "
        select id, email, first_name, last_name, role, status, ver, created_ms, changed_ms, password
        from account where email = $1
    ";

    /// The password of an account.
    PASSWORD = "select password from account where id = $1";

    /// The customer of an address, if they can book.
    CUSTOMER_OF = "
        select id, email, first_name, last_name, role, status, ver, created_ms, changed_ms
        from account where email = $1 and role = 'CUSTOMER' and status = 'ACTIVE'
    ";

    /// A page of the accounts that were not closed for ever, the latest first. An empty text asks for all.
    ACCOUNTS = "
        select id, email, first_name, last_name, role, status, ver, created_ms, changed_ms
        from account
        where sought <> '' and ($1 = '' or sought like $1 escape '\\') and ($2 = '' or role = $2) and ($3 = '' or status = $3)
        order by created_ms desc, id desc
        limit $4 offset $5
    ";

    /// How many accounts that list has.
    ACCOUNTS_IN_ALL = "
        select count(*)
        from account
        where sought <> '' and ($1 = '' or sought like $1 escape '\\') and ($2 = '' or role = $2) and ($3 = '' or status = $3)
    ";

    /// How many accounts there are of each role and status, and how many of them were made since $1.
    ACCOUNTS_BY_KIND = "
        select role, status, count(*), count(case when created_ms >= $1 then 1 end)
        from account group by role, status order by role, status
    ";

    /// Takes the turn to change one account: whoever else changes it waits until this transaction has ended.
    TAKE_ACCOUNT_TURN = "update account set changed_ms = changed_ms where id = $1";

    /// Changes what an account says; nothing when another one has the address.
    DESCRIBE = "
        update account set email = $2, first_name = $3, last_name = $4, sought = $5, changed_ms = $6
        where id = $1 and not exists (select 1 from account other where other.email = $2 and other.id <> $1)
    ";

    /// Gives an account another role, and voids its tokens.
    SET_ROLE = "update account set role = $2, ver = ver + 1, ver_ms = $3, changed_ms = $3 where id = $1";

    /// Gives an account another status, and voids its tokens.
    SET_STATUS = "update account set status = $2, ver = ver + 1, ver_ms = $3, changed_ms = $3 where id = $1";

    /// Closes an account for ever: its address is free again, and nobody knows whose it was.
    CLOSE = "
        update account set
            email = 'closed:' || id, password = '', first_name = '', last_name = '', sought = '',
            status = 'CLOSED', ver = ver + 1, ver_ms = $2, changed_ms = $2
        where id = $1
    ";

    /// Gives an account another password, and voids its tokens, if it still has the password that was seen.
    SET_PASSWORD = "
        update account set password = $2, ver = ver + 1, ver_ms = $4, changed_ms = $4
        where id = $1 and password = $3
    ";

    /// Keeps the same password under another hash, if nobody has changed it meanwhile.
    REHASH = "update account set password = $2 where id = $1 and password = $3";

    /// Voids the tokens of an account.
    RAISE_VER = "update account set ver = ver + 1, ver_ms = $2 where id = $1";

    /// Opens a session.
    OPEN_SESSION = "
        insert into session (sid, account, client, created_ms, seen_ms, expires_ms)
        values ($1, $2, $3, $4, $4, $5)
    ";

    /// Keeps a refresh token's digest.
    KEEP_REFRESH = "insert into refresh_token (digest, sid, issued_ms) values ($1, $2, $3)";

    /// Uses a refresh token up, if nobody has.
    USE_REFRESH = "
        update refresh_token set used_ms = $2, client = $3, salt = $4
        where digest = $1 and used_ms is null
    ";

    /// What became of a refresh token, and of its session and account.
    REFRESH = "
        select token.used_ms, token.client, token.salt, session.sid, session.ended_ms, session.expires_ms,
               account.id, account.role, account.status, account.ver
        from refresh_token token
        join session on session.sid = token.sid
        join account on account.id = session.account
        where token.digest = $1
    ";

    /// Notes that a session is in use, and moves its end.
    SEE_SESSION = "update session set seen_ms = $2, expires_ms = $3 where sid = $1";

    /// How the account of a session stands, if it is this account's.
    STANDING = "
        select account.role, account.status, account.ver, session.ended_ms, session.expires_ms
        from session join account on account.id = session.account
        where session.sid = $1 and account.id = $2
    ";

    /// The sessions of an account that can still be used, the one in use last first.
    SESSIONS_OF = "
        select sid, client, created_ms, seen_ms, expires_ms
        from session where account = $1 and ended_ms is null and expires_ms > $2
        order by seen_ms desc, sid
        limit $3
    ";

    /// Ends one session of an account.
    END_SESSION = "
        update session set ended_ms = $3, ended_why = $4 where sid = $1 and account = $2 and ended_ms is null
    ";

    /// Ends all sessions of an account but one.
    END_SESSIONS = "
        update session set ended_ms = $3, ended_why = $4
        where account = $1 and ended_ms is null and sid <> $2
        returning sid
    ";

    /// Ends the sessions of an account beyond the $4 that were used last.
    END_CROWDED = "
        update session set ended_ms = $2, ended_why = 'crowded'
        where sid in (
            select sid from session where account = $1 and ended_ms is null
            order by seen_ms desc, sid limit $3 offset $4)
        returning sid
    ";

    /// Sessions that ended after a place in the order in which they did: whose they were, and where they stand there.
    ENDED_AFTER = "
        select account, sid, ended_ms from session
        where (ended_ms, sid) > ($1, $2) order by ended_ms, sid limit $3
    ";

    /// Accounts whose tokens were voided after a place in the order in which they were.
    VOIDED_AFTER = "
        select id, ver, ver_ms from account
        where (ver_ms, id) > ($1, $2) and ver > 1 order by ver_ms, id limit $3
    ";

    /// Forgets refresh tokens of sessions that are long over.
    SWEEP_REFRESH = "
        delete from refresh_token where sid in (
            select sid from session where ended_ms < $1 or expires_ms < $1 limit $2)
    ";

    /// Forgets refresh tokens that were used long ago, of sessions that go on.
    SWEEP_USED = "
        delete from refresh_token where digest in (
            select digest from refresh_token where used_ms < $1 order by used_ms limit $2)
    ";

    /// Forgets sessions that are long over.
    SWEEP_SESSIONS = "
        delete from session where sid in (
            select session.sid from session
            where (session.ended_ms < $1 or session.expires_ms < $1)
              and not exists (select 1 from refresh_token token where token.sid = session.sid)
            limit $2)
    ";

    /// Writes down who did what.
    AUDIT = "
        insert into audit (at_ms, actor, action, subject, detail, request) values ($1, $2, $3, $4, $5, $6)
    ";

    /// What was done to somebody, in order.
    AUDIT_OF = "
        select at_ms, actor, action, subject, detail, request
        from audit where subject = $1 order by position limit $2
    ";
}
