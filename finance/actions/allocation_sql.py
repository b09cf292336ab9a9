"""The statements that resolve rules over cells, in the order they run. Parameters stand where they are used.

Temporary tables: `alloc_rule`, `alloc_condition` and `alloc_share` are the rules; `alloc_cell` the cells, and what is
taken out of them (`allocation_slices`); `alloc_line` is what comes out. The rest is made and read here alone.
"""

# Sorts and sums of some hundred thousand rows belong in memory. Rows are joined by hash, where the planner would rather
# sort both sides; and what it wants to know of a table made here, 3 000 rows tell. Until the transaction ends.
TUNING = """
    SET LOCAL work_mem = '128MB'; SET LOCAL jit = off; SET LOCAL enable_mergejoin = off;
    SET LOCAL default_statistics_target = 10
"""
# The rules as they are now: those used, with and without some. A rule whose shares aren't whole reaches nothing.
LIVE_RULES = """
    CREATE TEMP TABLE alloc_rule ON COMMIT DROP AS
    SELECT r.id, r.name, r.priority, r.chart_id, coalesce(r.first_period, 0) AS first,
           coalesce(r.last_period, 999999) AS last, r.method, r.driver_id, r.passes_on_id
    FROM finance_allocationrule r
    WHERE (r.is_active OR r.id = ANY(%(with)s::bigint[])) AND NOT r.id = ANY(%(without)s::bigint[]) AND (
        SELECT CASE WHEN r.method = 'fixed' THEN sum(s.share) = 100 AND count(s.share) = count(*)
                    ELSE count(*) > 0 AND count(s.share) = 0 END
        FROM finance_allocationshare s WHERE s.rule_id = r.id
    );
    CREATE TEMP TABLE alloc_condition ON COMMIT DROP AS
    SELECT c.rule_id, c.part, c.operator, c.low, c.high
    FROM finance_rulecondition c JOIN alloc_rule r ON r.id = c.rule_id;
    CREATE TEMP TABLE alloc_share ON COMMIT DROP AS
    SELECT s.rule_id, s.cost_object_id, s.share FROM finance_allocationshare s JOIN alloc_rule r ON r.id = s.rule_id
"""
# The rules that a run was made by.
KEPT_RULES = """
    CREATE TEMP TABLE alloc_rule ON COMMIT DROP AS
    SELECT r.* FROM finance_allocationrun run, jsonb_to_recordset(run.rules) AS r(
        id bigint, name text, priority integer, chart_id bigint, first integer, last integer, method text,
        driver_id bigint, passes_on_id bigint)
    WHERE run.id = %(rules_of)s;
    CREATE TEMP TABLE alloc_condition ON COMMIT DROP AS
    SELECT (rule ->> 'id')::bigint AS rule_id, c.* FROM finance_allocationrun run,
        jsonb_array_elements(run.rules) AS rule,
        jsonb_to_recordset(rule -> 'conditions') AS c(part text, operator text, low text, high text)
    WHERE run.id = %(rules_of)s;
    CREATE TEMP TABLE alloc_share ON COMMIT DROP AS
    SELECT (rule ->> 'id')::bigint AS rule_id, s.* FROM finance_allocationrun run,
        jsonb_array_elements(run.rules) AS rule,
        jsonb_to_recordset(rule -> 'shares') AS s(cost_object_id bigint, share numeric)
    WHERE run.id = %(rules_of)s
"""
RULES_READY = "ANALYZE alloc_rule; ANALYZE alloc_condition; ANALYZE alloc_share"
KEEP_RULES = """
    UPDATE finance_allocationrun SET rules = coalesce((
        SELECT jsonb_agg(jsonb_build_object(
            'id', r.id, 'name', r.name, 'priority', r.priority, 'chart_id', r.chart_id, 'first', r.first,
            'last', r.last, 'method', r.method, 'driver_id', r.driver_id, 'passes_on_id', r.passes_on_id,
            'conditions', coalesce(c.all, '[]'), 'shares', coalesce(s.all, '[]')) ORDER BY r.priority)
        FROM alloc_rule r
        LEFT JOIN (SELECT rule_id, jsonb_agg(jsonb_build_object(
            'part', part, 'operator', operator, 'low', low, 'high', high) ORDER BY part, operator, low) AS all
            FROM alloc_condition GROUP BY rule_id) c ON c.rule_id = r.id
        LEFT JOIN (SELECT rule_id, jsonb_agg(jsonb_build_object(
            'cost_object_id', cost_object_id, 'share', share) ORDER BY cost_object_id) AS all
            FROM alloc_share GROUP BY rule_id) s ON s.rule_id = r.id
    ), '[]') WHERE id = %(run)s
"""

# The cells to allocate: of a batch, of a stretch of periods, of some periods, and not of those that are kept.
SCOPE = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND (%(batch)s::bigint IS NULL OR b.id = %(batch)s)
        AND c.period BETWEEN %(first)s AND %(last)s AND NOT c.period = ANY(%(kept)s::integer[])
        AND (%(periods)s::integer[] IS NULL OR c.period = ANY(%(periods)s::integer[]));
    ANALYZE alloc_cell
"""
# The parts of the code strings among the cells.
PARTS = """
    CREATE TEMP TABLE alloc_part ON COMMIT DROP AS
    SELECT s.id, a.chart_id, p.part, p.code
    FROM finance_codestring s
    JOIN finance_account a ON a.id = s.account_id
    LEFT JOIN finance_costcentre cc ON cc.id = s.cost_centre_id
    LEFT JOIN finance_ledgerproject lp ON lp.id = s.project_id
    LEFT JOIN finance_activitycode ac ON ac.id = s.activity_id
    LEFT JOIN finance_funder f ON f.id = s.funder_id
    CROSS JOIN LATERAL (VALUES ('account', a.code), ('cost_centre', coalesce(cc.code, '')),
        ('project', coalesce(lp.code, '')), ('activity', coalesce(ac.code, '')), ('funder', coalesce(f.code, ''))
    ) p (part, code)
    WHERE s.id IN (SELECT code_string_id FROM alloc_cell);
    ANALYZE alloc_part
"""
# Which codes each rule's conditions hold for, and how many code strings have the code.
MATCHES = """
    CREATE TEMP TABLE alloc_match ON COMMIT DROP AS
    WITH known AS MATERIALIZED (SELECT part, code, count(*) AS strings FROM alloc_part GROUP BY part, code),
    exact AS (
        SELECT rule_id, part, low AS code FROM alloc_condition WHERE operator = 'exact'
        UNION ALL
        SELECT rule_id, part, unnest(string_to_array(low, ',')) FROM alloc_condition WHERE operator = 'list'
    )
    SELECT c.rule_id, k.part, k.code, k.strings FROM known k JOIN exact c ON c.part = k.part AND c.code = k.code
    UNION
    SELECT c.rule_id, k.part, k.code, k.strings
    FROM known k JOIN alloc_condition c ON c.operator IN ('prefix', 'range', 'empty') AND c.part = k.part
        AND CASE c.operator
            WHEN 'prefix' THEN starts_with(k.code, c.low)
            WHEN 'range' THEN length(k.code) >= length(c.low)
                AND left(k.code, length(c.low)) COLLATE "C" BETWEEN c.low AND c.high
            WHEN 'empty' THEN k.code = ''
        END;
    ANALYZE alloc_match
"""
# A rule starts from the part that fewest code strings have; only those are asked about its other parts. A rule with a
# part that no code string has is not asked at all. Each join is told apart: the planner knows nothing of how many.
HITS = """
    CREATE TEMP TABLE alloc_hit ON COMMIT DROP AS
    WITH rule AS MATERIALIZED (
        SELECT r.id, r.priority, r.chart_id, r.first, r.last, c.parts
        FROM alloc_rule r
        JOIN (SELECT rule_id, count(DISTINCT part) AS parts FROM alloc_condition GROUP BY rule_id) c ON c.rule_id = r.id
        WHERE r.passes_on_id IS NULL
    ), narrowest AS MATERIALIZED (
        SELECT DISTINCT ON (m.rule_id) m.rule_id, m.part
        FROM (
            SELECT rule_id, part, sum(strings) AS strings, count(*) OVER (PARTITION BY rule_id) AS parts
            FROM alloc_match GROUP BY rule_id, part
        ) m
        JOIN rule r ON r.id = m.rule_id AND r.parts = m.parts
        ORDER BY m.rule_id, m.strings
    ), candidate AS MATERIALIZED (
        SELECT p.id, r.id AS rule_id, r.priority, r.first, r.last, r.parts
        FROM narrowest n
        JOIN rule r ON r.id = n.rule_id
        JOIN alloc_match m ON m.rule_id = n.rule_id AND m.part = n.part
        JOIN alloc_part p ON p.part = m.part AND p.code = m.code
        WHERE r.chart_id IS NULL OR r.chart_id = p.chart_id
    ), asked AS MATERIALIZED (
        SELECT c.*, p.part, p.code FROM candidate c JOIN alloc_part p ON p.id = c.id
    )
    SELECT c.id AS code_string_id, c.rule_id, c.priority, c.first, c.last
    FROM asked c JOIN alloc_match m ON m.rule_id = c.rule_id AND m.part = c.part AND m.code = c.code
    GROUP BY c.id, c.rule_id, c.priority, c.first, c.last, c.parts
    HAVING count(*) = c.parts;
    ANALYZE alloc_hit
"""
# Between two bounds of any rule's validity nothing changes: one winner per code string and stretch is enough.
WINNERS = """
    CREATE TEMP TABLE alloc_winner ON COMMIT DROP AS
    WITH bound AS (SELECT first AS start FROM alloc_hit UNION SELECT last + 1 FROM alloc_hit),
    stretch AS (SELECT start, lead(start, 1, 1000000) OVER (ORDER BY start) AS next FROM bound)
    SELECT DISTINCT ON (h.code_string_id, s.start) h.code_string_id, s.start, s.next, h.rule_id
    FROM alloc_hit h JOIN stretch s ON s.start >= h.first AND s.start <= h.last
    ORDER BY h.code_string_id, s.start, h.priority;
    ANALYZE alloc_winner;
    CREATE TEMP TABLE alloc_won ON COMMIT DROP AS
    SELECT c.id AS cell_id, c.period, c.code_string_id, w.rule_id, c.amount, c.row_count, r.method
    FROM alloc_cell c
    JOIN alloc_winner w ON w.code_string_id = c.code_string_id AND c.period >= w.start AND c.period < w.next
    JOIN alloc_rule r ON r.id = w.rule_id;
    ANALYZE alloc_won;
    CREATE TEMP TABLE alloc_line (cell_id bigint, period integer, code_string_id bigint, rule_id bigint,
        cost_object_id bigint, amount numeric(14,2), row_count integer) ON COMMIT DROP;
    CREATE TEMP TABLE alloc_passed (cell_id bigint, rule_id bigint, cost_object_id bigint, by_rule_id bigint,
        amount numeric(14,2)) ON COMMIT DROP;
    CREATE TEMP TABLE alloc_empty (rule_id bigint, period integer) ON COMMIT DROP;
    CREATE TEMP TABLE alloc_base (cost_object_id bigint, period integer, amount numeric) ON COMMIT DROP
"""
# Pieces to share out: first those that need to know nothing of the others.
FIRST_PIECES = "(SELECT * FROM alloc_won WHERE method <> 'direct_cost')"
PROPORTIONAL_PIECES = "(SELECT * FROM alloc_won WHERE method = 'direct_cost')"
# What each cost object has got directly. Only what anybody may see weighs: a share must not tell a salary.
BASE = """
    INSERT INTO alloc_base
    SELECT l.cost_object_id, l.period, sum(l.amount)
    FROM alloc_line l
    JOIN finance_codestring s ON s.id = l.code_string_id
    JOIN finance_account a ON a.id = s.account_id
    JOIN finance_accountgroup g ON g.id = a.group_id
    WHERE a.sensitivity = 0 AND NOT a.is_distribution AND g.kind = 'cost'
    GROUP BY l.cost_object_id, l.period
"""
# The same out of the sums of the run in force, for a few cells that aren't the whole.
BASE_OF_RUN = """
    INSERT INTO alloc_base
    SELECT u.cost_object_id, u.period, sum(u.amount)
    FROM finance_costrollup u
    JOIN finance_allocationrun run ON run.id = u.run_id AND run.in_force_from IS NOT NULL AND run.in_force_to IS NULL
    JOIN finance_accountgroup g ON g.id = u.account_group_id
    WHERE u.cost_object_id IS NOT NULL AND u.sensitivity = 0 AND NOT u.is_distribution AND g.kind = 'cost'
    GROUP BY u.cost_object_id, u.period
"""
# What has come to the cost object that a rule passes on.
PASSED_PIECES = """
    DROP TABLE IF EXISTS pg_temp.alloc_piece;
    CREATE TEMP TABLE alloc_piece ON COMMIT DROP AS
    SELECT l.cell_id, l.period, l.code_string_id, r.id AS rule_id, sum(l.amount) AS amount, NULL::integer AS row_count
    FROM alloc_rule r
    JOIN alloc_line l ON l.cost_object_id = r.passes_on_id AND l.period BETWEEN r.first AND r.last
    WHERE r.id = %(rule)s GROUP BY l.cell_id, l.period, l.code_string_id, r.id;
    ANALYZE alloc_piece
"""
# The weight of each cost object in each rule and period that has pieces.
WEIGHTS = """
    DROP TABLE IF EXISTS pg_temp.alloc_wanted, pg_temp.alloc_weight;
    CREATE TEMP TABLE alloc_wanted ON COMMIT DROP AS SELECT rule_id, period FROM {pieces} p GROUP BY rule_id, period;
    ANALYZE alloc_wanted;
    CREATE TEMP TABLE alloc_weight ON COMMIT DROP AS
    WITH weighed AS (
        SELECT w.rule_id, w.period, s.cost_object_id, CASE r.method
            WHEN 'fixed' THEN s.share
            WHEN 'even' THEN 1
            WHEN 'direct_cost' THEN (
                SELECT b.amount FROM alloc_base b WHERE b.cost_object_id = s.cost_object_id AND b.period = w.period)
            WHEN 'driver' THEN coalesce((
                SELECT v.value FROM finance_drivervalue v
                WHERE v.driver_id = r.driver_id AND v.cost_object_id = s.cost_object_id AND v.period <= w.period
                    AND v.consumer_id IS NULL
                ORDER BY v.period DESC LIMIT 1), (
                SELECT sum(p.value) FROM (
                    SELECT DISTINCT ON (v.consumer_id) v.value FROM finance_drivervalue v
                    WHERE v.driver_id = r.driver_id AND v.cost_object_id = s.cost_object_id AND v.period <= w.period
                        AND v.consumer_id IS NOT NULL
                    ORDER BY v.consumer_id, v.period DESC) p))
        END AS weight
        FROM alloc_wanted w JOIN alloc_rule r ON r.id = w.rule_id JOIN alloc_share s ON s.rule_id = w.rule_id
    )
    SELECT rule_id, period, cost_object_id, weight, sum(weight) OVER base AS whole, count(*) OVER base AS parts
    FROM weighed WHERE weight > 0 WINDOW base AS (PARTITION BY rule_id, period);
    ANALYZE alloc_weight;
    INSERT INTO alloc_empty
    SELECT p.rule_id, p.period FROM alloc_wanted p
    WHERE NOT EXISTS (SELECT FROM alloc_weight w WHERE w.rule_id = p.rule_id AND w.period = p.period)
"""
# What is passed on leaves its cost object, where there is a base to pass it on by.
TAKE_AWAY = """
    WITH taken AS (
        DELETE FROM alloc_line l USING alloc_piece p, alloc_rule r
        WHERE r.id = p.rule_id AND l.cell_id = p.cell_id AND l.cost_object_id = r.passes_on_id
            AND EXISTS (SELECT FROM alloc_weight w WHERE w.rule_id = p.rule_id AND w.period = p.period)
        RETURNING l.cell_id, l.rule_id, l.cost_object_id, p.rule_id AS by_rule_id, l.amount
    )
    INSERT INTO alloc_passed SELECT * FROM taken
"""
# Largest remainder per piece, in whole öre, of the absolute amount: ties go to the cost object with the lowest key.
# The rows of the piece are counted at its largest part.
SHARE_OUT = """
    INSERT INTO alloc_line (cell_id, period, code_string_id, rule_id, cost_object_id, amount, row_count)
    SELECT p.cell_id, p.period, p.code_string_id, p.rule_id, w.cost_object_id, p.amount, p.row_count
    FROM {pieces} p JOIN alloc_weight w ON w.rule_id = p.rule_id AND w.period = p.period AND w.parts = 1
    UNION ALL
    SELECT cell_id, period, code_string_id, rule_id, cost_object_id, sign * part * 0.01,
           CASE WHEN row_number() OVER (PARTITION BY cell_id, rule_id ORDER BY part DESC, cost_object_id) = 1
               THEN row_count ELSE 0 END
    FROM (
        SELECT *, whole_ore + CASE WHEN row_number() OVER (piece ORDER BY remainder DESC, cost_object_id)
            <= ore - sum(whole_ore) OVER piece THEN 1 ELSE 0 END AS part
        FROM (
            SELECT *, ore * weight - whole_ore * whole AS remainder
            FROM (
                SELECT p.*, sign(p.amount) AS sign, abs(p.amount) * 100 AS ore, w.cost_object_id, w.weight, w.whole,
                       div(abs(p.amount) * 100 * w.weight, w.whole) AS whole_ore
                FROM {pieces} p
                JOIN alloc_weight w ON w.rule_id = p.rule_id AND w.period = p.period AND w.parts > 1
                OFFSET 0
            ) exact
        ) left_over
        WINDOW piece AS (PARTITION BY cell_id, rule_id)
    ) placed
"""
# Where something was passed on, the cell's rows are at its largest line.
COUNT_AGAIN = """
    UPDATE alloc_line l SET row_count = o.row_count
    FROM (
        SELECT l.ctid AS place, CASE WHEN row_number() OVER (
            PARTITION BY l.cell_id ORDER BY abs(l.amount) DESC, l.cost_object_id, l.rule_id) = 1
            THEN c.row_count ELSE 0 END AS row_count
        FROM alloc_line l JOIN alloc_cell c ON c.id = l.cell_id
        WHERE l.cell_id IN (SELECT cell_id FROM alloc_passed)
    ) o
    WHERE o.place = l.ctid
"""
