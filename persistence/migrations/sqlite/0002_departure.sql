-- The list of departures, so that nobody has to wake 27,000 streams to show a day's flights. It is written in
-- the transaction of the journal's row that changes it, so whoever was answered finds it changed.

create table departure (
    stream text primary key,
    version integer not null,
    origin text not null,
    destination text not null,
    service_date text not null,
    departs_ms integer not null,
    body text not null
) strict, without rowid;

create index departure_by_day on departure (service_date, departs_ms, stream, origin, destination);
