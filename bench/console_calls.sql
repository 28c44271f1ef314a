-- What lists and pages of the console read besides: legs, promises, and the decisions of one helpline. They are made of
-- the same calls as in `many_calls.sql`, before those are dropped. All decisions have one lineup.

INSERT INTO lineup (digest, document) VALUES (%(lineup)s, %(document)s);

INSERT INTO leg (call, number, only_center, center, partner, kind, name, phone, ring_seconds, screens, began_at, progress,
    outcome, talk_seconds, closed_at)
SELECT sid, number, CASE WHEN by_helpline THEN '' ELSE 'center-' || rung END, 'center-' || rung, 'partner-' || rung % 100,
    kind, 'Recovery Center Number ' || rung, '+1212' || 5000000 + rung, 20, false,
    arrived_at + (number - 1) * interval '20 seconds', 'completed',
    CASE WHEN rung = taker THEN 'accepted' ELSE 'no-answer' END, CASE WHEN rung = taker THEN seconds ELSE 0 END,
    arrived_at + (wait + seconds) * interval '1 second'
FROM made CROSS JOIN LATERAL (VALUES (1, one), (2, other)) AS leg (number, rung) WHERE rung IS NOT NULL ORDER BY n;

INSERT INTO decision (helpline, number, call, attempt, for_promise, decided_at, day, directory_version, lineup, state,
    language, passed_over, center, given_back, undone_after)
SELECT 'line-0', row_number() OVER (ORDER BY n), sid, 1, false, arrived_at, (arrived_at AT TIME ZONE zone_of(0))::date::text, 1,
    %(lineup)s, '', 'en', CASE WHEN luck < 10 THEN '[["center-' || one / 5 * 5 || '","all lines busy"]]' ELSE '[]' END,
    'center-' || (CASE WHEN luck < 10 AND one % 5 = 0 THEN (one + 5) % 150 ELSE one / 5 * 5 + (one % 2) * 4 END), fate >= 85, NULL
FROM made WHERE helpline = 'line-0';

INSERT INTO rotation (helpline, number, credits, last_rung, day, taken_today, taken_this_month)
SELECT 'line-0', max(number), '', '', '', '', '' FROM decision ON CONFLICT (helpline) DO UPDATE SET number = excluded.number;

INSERT INTO promise (call, owner, helpline, only_center, state, made_at, due_at, attempts, ended_at, called_pseudonym,
    called_purpose, area_code, message_allowed, owned_since, rings, misses, expires_at, consent_words, consent_key, consent_at)
SELECT sid, 'center-' || one, helpline, '', state, arrived_at, arrived_at + interval '2 hours', 1,
    CASE WHEN state <> 'open' THEN arrived_at + seconds * interval '20 seconds' END, 'k1.' || md5(n::text), 'return', '310',
    false, arrived_at, 0, 0, arrived_at + interval '72 hours', 'Press 1 for a return call.', '1', arrived_at
FROM (
    SELECT *, CASE WHEN arrived_at > timestamptz '2026-06-28' AND luck < 30 THEN 'open' WHEN luck < 90 THEN 'kept'
        WHEN luck < 97 THEN 'unreachable' ELSE 'expired' END AS state
    FROM made WHERE outcome = 'promised'
) AS with_state ORDER BY n
