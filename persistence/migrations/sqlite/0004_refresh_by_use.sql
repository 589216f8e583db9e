-- A client that refreshes every ten minutes leaves thousands of used tokens behind: they are swept in the order in which
-- they were used, and this finds the oldest.

create index refresh_token_by_use on refresh_token (used_ms);
