-- Calls made by the database itself, always the same ones: what happens to a call is told by hashes of its number.
-- Of the helplines' calls 85 of 100 are answered by the first center, 8 by another partner's, 4 end as a promise, and 3
-- with nothing; of the listings' 85. Most talks are charged; some are too short, some repeats, some are credited.

CREATE FUNCTION chance(n bigint, which int, among int) RETURNS int LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS 'SELECT ((hashint8extended(n, which) & 2147483647) % among)::int';

CREATE FUNCTION zone_of(center int) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE
AS $$SELECT (ARRAY['America/New_York', 'America/Chicago', 'America/Denver', 'America/Los_Angeles'])[center % 100 % 4 + 1]$$;

CREATE UNLOGGED TABLE thrown AS
SELECT n, 'CA' || md5(n::text) AS sid,
    timestamptz '2024-01-01 12:00+00' + n * (interval '913 days' / {calls}) AS arrived_at,
    chance(n, 1, 5) < 4 AS by_helpline, chance(n, 2, 150) AS one, chance(n, 3, 100) AS fate,
    5 + chance(n, 4, 600) AS seconds, 8 + chance(n, 5, 40) AS wait, chance(n, 6, 100) AS luck
FROM generate_series(1, {calls}) AS n;

CREATE UNLOGGED TABLE made AS
SELECT *, CASE WHEN fate < 85 THEN one WHEN fate < 93 AND by_helpline THEN other END AS taker,
    CASE WHEN by_helpline THEN 'helpline' ELSE 'listing' END AS kind,
    CASE WHEN by_helpline THEN 'line-' || (one + chance(n, 7, 2)) % 5 END AS helpline,
    CASE WHEN NOT by_helpline THEN 'page-' || one END AS listing,
    CASE WHEN fate < 85 OR (fate < 93 AND by_helpline) THEN 'answered' WHEN fate < 97 AND by_helpline THEN 'promised'
        ELSE 'abandoned' END AS outcome
FROM (
    -- 50 or 100 further would be of the same partner.
    SELECT *, CASE WHEN by_helpline AND fate >= 85 THEN (one + 5 * (1 + chance(n, 8, 9))) % 150 END AS other FROM thrown
) AS with_another;

DROP TABLE thrown;

INSERT INTO call (sid, arrived_at, dialled, route, listing, bound_listing, helpline, only_center, caller, caller_pseudonym,
    state, simulated, directory_version, wordings_version, status, turn, attempts, language, shows_number, outcome, answered_by,
    last_callback_at, ended_at, carrier_seconds, reaped)
SELECT sid, arrived_at, '+18445610600', kind, listing, listing, helpline,
    CASE WHEN by_helpline THEN '' ELSE 'center-' || one END, '+1 310 ••• ••88',
    'k1.' || md5(chance(n, 9, {callers})::text), 'CA', false, 1, 1, 'ended', 3, CASE WHEN other IS NULL THEN 1 ELSE 2 END,
    'en', false, outcome, 'center-' || taker, arrived_at + (wait + seconds) * interval '1 second',
    arrived_at + (wait + seconds) * interval '1 second', wait + seconds, false
FROM made ORDER BY n;

INSERT INTO partner_call (call, partner, center, helpline, kind, day, arrived_at, simulated, directory_version, caller,
    is_primary, answered, promised, kept, outcome, wait_seconds, talk_seconds, cost_micros, cost_currency)
SELECT sid, 'partner-' || rung % 100, 'center-' || rung, helpline, kind,
    (arrived_at AT TIME ZONE zone_of(rung))::date::text, arrived_at, false, 1, '+1 310 ••• ••88', is_primary,
    rung IS NOT DISTINCT FROM taker,
    is_primary AND outcome = 'promised', false, outcome, CASE WHEN rung = taker THEN wait END,
    CASE WHEN rung = taker THEN seconds ELSE 0 END,
    CASE WHEN is_primary THEN 8500 * (1 + seconds / 60) + 14000 * (1 + seconds / 60) END, CASE WHEN is_primary THEN 'USD' END
FROM (
    SELECT made.*, rung, rung = COALESCE(taker, one) AS is_primary
    FROM made CROSS JOIN LATERAL (VALUES (1, one), (2, other)) AS leg (number, rung) WHERE rung IS NOT NULL
) AS had ORDER BY n, is_primary;

INSERT INTO ledger_entry (id, entry_type, partner, call, center, helpline, kind, amount, currency, posted_at, day, period,
    caller_pseudonym, arrived_at, simulated)
SELECT n, 'charge', 'partner-' || taker % 100, sid, 'center-' || taker, helpline, kind,
    CASE WHEN by_helpline THEN 3500 ELSE 2000 END, 'USD', arrived_at + interval '15 minutes', day, substr(day, 1, 7),
    'k1.' || md5(chance(n, 9, {callers})::text), arrived_at, false
FROM (SELECT made.*, (arrived_at AT TIME ZONE zone_of(taker))::date::text AS day FROM made) AS talked
WHERE taker IS NOT NULL AND seconds >= 30 AND luck >= 3 ORDER BY n;

INSERT INTO ledger_entry (id, entry_type, partner, call, center, helpline, kind, amount, currency, reverses, reason, person,
    posted_at, day, period, arrived_at, simulated)
SELECT {calls} + id, 'credit', partner, call, center, helpline, kind, amount, currency, id, 'the line was bad', 'ada',
    posted_at, day, period, arrived_at, false
FROM ledger_entry WHERE entry_type = 'charge' AND chance(id, 10, 100) = 0 ORDER BY id;

INSERT INTO confirmation (call, confirmed_at)
SELECT sid, arrived_at + interval '1 day' FROM made WHERE taker IS NOT NULL ORDER BY n;

INSERT INTO reconciled_day (day, finished_at, calls)
SELECT day::date::text, day + interval '30 hours', 0
FROM generate_series(timestamptz '2024-01-01', timestamptz '2026-08-31', interval '1 day') AS day;

SELECT setval(pg_get_serial_sequence('ledger_entry', 'id'), 2 * {calls})
