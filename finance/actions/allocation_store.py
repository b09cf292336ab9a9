"""The statements that store what was resolved, take it over, forget it and check it. See `allocation_sql`."""

# What no line takes stays in `alloc_line` too, without a cost object. Lines go in the order of their key, so that its
# index grows at the end.
STORE = """
    INSERT INTO alloc_line (cell_id, period, code_string_id, amount, row_count)
    SELECT id, period, code_string_id, amount, row_count FROM alloc_cell c
    WHERE NOT EXISTS (SELECT FROM alloc_line l WHERE l.cell_id = c.id);
    ANALYZE alloc_line, alloc_slice;
    INSERT INTO finance_allocationline (run_id, cell_id, period, slice_id, rule_id, cost_object_id, amount, row_count)
    SELECT %(run)s, coalesce(s.cell_id, l.cell_id), l.period, -s.id, l.rule_id, l.cost_object_id, l.amount, l.row_count
    FROM alloc_line l LEFT JOIN alloc_slice s ON s.id = l.cell_id
    WHERE l.cost_object_id IS NOT NULL ORDER BY coalesce(s.cell_id, l.cell_id), l.cost_object_id;
    INSERT INTO finance_passedon (run_id, cell_id, slice_id, rule_id, cost_object_id, by_rule_id, amount)
    SELECT %(run)s, coalesce(s.cell_id, l.cell_id), -s.id, l.rule_id, l.cost_object_id, l.by_rule_id, l.amount
    FROM alloc_passed l LEFT JOIN alloc_slice s ON s.id = l.cell_id;
    INSERT INTO finance_emptybase (run_id, rule_id, period)
    SELECT DISTINCT %(run)s, rule_id, period FROM alloc_empty ON CONFLICT DO NOTHING
"""
# The lines that a run has of the cells, and what none takes.
STORED = """
    CREATE TEMP TABLE alloc_line ON COMMIT DROP AS
    SELECT c.id AS cell_id, c.period, c.code_string_id, l.rule_id, l.cost_object_id,
           coalesce(l.amount, c.amount) AS amount, coalesce(l.row_count, c.row_count) AS row_count
    FROM alloc_cell c
    LEFT JOIN finance_allocationline l ON coalesce(-l.slice_id, l.cell_id) = c.id AND l.run_id = %(run)s;
    ANALYZE alloc_line
"""
# What is stored of the cells, added up: first by one for all code strings that the sums don't tell apart, which takes
# half the time. In the order of the key, as the lines; cost centre and period are one number, which is sorted sooner.
_SUMS = """
    INSERT INTO finance_costrollup AS old (run_id, period, cost_object_id, account_group_id, cost_centre_id,
                                           is_distribution, sensitivity, amount, row_count)
    WITH string AS MATERIALIZED (
        SELECT s.id, a.group_id, s.cost_centre_id, a.is_distribution, a.sensitivity,
               min(s.id) OVER (PARTITION BY s.cost_centre_id, a.group_id, a.is_distribution, a.sensitivity) AS alike
        FROM finance_codestring s JOIN finance_account a ON a.id = s.account_id
    ), part AS (
        SELECT alike, place, cost_object_id, sum(amount) AS amount, sum(row_count) AS row_count
        FROM (
            SELECT coalesce(s.cost_centre_id, 0) * 1000000 + l.period AS place, l.cost_object_id, s.alike, l.amount,
                   l.row_count
            FROM alloc_line l JOIN string s ON s.id = l.code_string_id
            ORDER BY place, l.cost_object_id, s.alike OFFSET 0
        ) ordered
        GROUP BY place, cost_object_id, alike
    )
    SELECT %(run)s, p.place %% 1000000, p.cost_object_id, s.group_id, s.cost_centre_id, s.is_distribution,
           s.sensitivity, p.amount, p.row_count
    FROM part p JOIN string s ON s.id = p.alike
"""
# What no line takes, cell by cell: as the unallocated among the sums.
_BARE = """
    INSERT INTO finance_barecell (run_id, period, cell_id, code_string_id, amount, row_count, is_whole)
    SELECT %(run)s, b.period, l.id, l.code_string_id, sum(b.amount), sum(b.row_count), sum(b.row_count) = l.row_count
    FROM (
        SELECT coalesce(s.cell_id, l.cell_id) AS id, l.period, l.amount, l.row_count
        FROM alloc_line l LEFT JOIN alloc_slice s ON s.id = l.cell_id WHERE l.cost_object_id IS NULL
    ) b JOIN finance_ledgercell l ON l.id = b.id
    GROUP BY b.period, l.id ORDER BY b.period, l.id
"""
# The sums of periods that have none.
ROLLUP = f"{_SUMS};{_BARE}"
# The sums of a batch, added to those that its periods have.
ADD_TO_ROLLUP = f"""{_BARE};{_SUMS}
    ON CONFLICT ON CONSTRAINT finance_costrollup_once
    DO UPDATE SET amount = old.amount + excluded.amount, row_count = old.row_count + excluded.row_count
"""
# A run's cells of some periods, to be allocated anew: lines of batches that have ended stay for their days, and of
# the others it is kept what they were until now.
AGAIN = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.amount, c.row_count FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND c.period = ANY(%(periods)s::integer[]);
    ANALYZE alloc_cell
"""
# After the slices: see `allocation_slices.FORGET`.
FORGET = """
    INSERT INTO finance_supersededline (run_id, cell_id, slice_id, rule_id, cost_object_id, amount, row_count, until)
    SELECT %(run)s, c.id, l.slice_id, l.rule_id, l.cost_object_id, coalesce(sum(l.amount), c.amount),
           coalesce(sum(l.row_count), c.row_count), %(at)s
    FROM alloc_cell c LEFT JOIN finance_allocationline l ON l.cell_id = c.id AND l.run_id = %(run)s
    WHERE NOT EXISTS (SELECT FROM finance_supersededline o
                      WHERE o.run_id = %(run)s AND o.cell_id = c.id AND o.until = %(at)s)
    GROUP BY c.id, c.amount, c.row_count, l.slice_id, l.rule_id, l.cost_object_id;
    DELETE FROM finance_allocationline l USING alloc_cell c WHERE l.cell_id = c.id AND l.run_id = %(run)s;
    DELETE FROM finance_passedon l USING alloc_cell c WHERE l.cell_id = c.id AND l.run_id = %(run)s;
    DELETE FROM finance_emptybase WHERE run_id = %(run)s AND period = ANY(%(periods)s::integer[]);
    DELETE FROM finance_barecell WHERE run_id = %(run)s AND period = ANY(%(periods)s::integer[]);
    DELETE FROM finance_costrollup WHERE run_id = %(run)s AND period = ANY(%(periods)s::integer[])
"""
# The cells that a run takes over from the one before, with the lines that they had.
KEPT_CELLS = """
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL
        AND (c.period NOT BETWEEN %(first)s AND %(last)s OR c.period = ANY(%(kept)s::integer[]));
    ANALYZE alloc_cell
"""
TAKE_OVER = """
    INSERT INTO finance_allocationline (run_id, cell_id, period, slice_id, rule_id, cost_object_id, amount, row_count)
    SELECT %(run)s, l.cell_id, l.period, k.new_id, l.rule_id, l.cost_object_id, l.amount, l.row_count
    FROM finance_allocationline l JOIN alloc_cell c ON c.id = l.cell_id
    LEFT JOIN alloc_copied k ON k.old_id = l.slice_id WHERE l.run_id = %(old)s;
    INSERT INTO finance_passedon (run_id, cell_id, slice_id, rule_id, cost_object_id, by_rule_id, amount)
    SELECT %(run)s, l.cell_id, k.new_id, l.rule_id, l.cost_object_id, l.by_rule_id, l.amount
    FROM finance_passedon l JOIN alloc_cell c ON c.id = l.cell_id
    LEFT JOIN alloc_copied k ON k.old_id = l.slice_id WHERE l.run_id = %(old)s;
    INSERT INTO finance_emptybase (run_id, rule_id, period)
    SELECT %(run)s, rule_id, period FROM finance_emptybase
    WHERE run_id = %(old)s AND (period NOT BETWEEN %(first)s AND %(last)s OR period = ANY(%(kept)s::integer[]))
"""
# The cells that count in some periods, for their sums to be made anew from the run's lines.
PERIODS = """
    DELETE FROM finance_barecell WHERE run_id = %(run)s AND period = ANY(%(periods)s::integer[]);
    DELETE FROM finance_costrollup WHERE run_id = %(run)s AND period = ANY(%(periods)s::integer[]);
    CREATE TEMP TABLE alloc_cell ON COMMIT DROP AS
    SELECT c.id, c.period, c.code_string_id, c.amount, c.row_count
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id
    WHERE b.ended_at IS NULL AND c.period = ANY(%(periods)s::integer[]);
    ANALYZE alloc_cell
"""
CLEAR = """
    DROP TABLE IF EXISTS pg_temp.alloc_rule, pg_temp.alloc_condition, pg_temp.alloc_share, pg_temp.alloc_cell,
        pg_temp.alloc_part, pg_temp.alloc_match, pg_temp.alloc_hit, pg_temp.alloc_winner, pg_temp.alloc_won,
        pg_temp.alloc_line, pg_temp.alloc_passed, pg_temp.alloc_empty, pg_temp.alloc_base, pg_temp.alloc_piece,
        pg_temp.alloc_weight, pg_temp.alloc_wanted, pg_temp.alloc_wording, pg_temp.alloc_reach, pg_temp.alloc_said,
        pg_temp.alloc_mark, pg_temp.alloc_slice, pg_temp.alloc_copied, pg_temp.alloc_atom
"""

LEDGER_TOTAL = """
    SELECT coalesce(sum(c.amount), 0), coalesce(sum(c.row_count), 0)
    FROM finance_ledgercell c JOIN finance_importbatch b ON b.id = c.batch_id WHERE b.ended_at IS NULL
"""
ROLLUP_TOTAL = "SELECT coalesce(sum(amount), 0), coalesce(sum(row_count), 0) FROM finance_costrollup WHERE run_id = %s"
# Of a cell that slices are taken out of, what is left. Lines are read as they lie: by another index,
# reading them took twice the time.
BROKEN_CELLS = """
    SELECT count(*) FROM (
        SELECT c.id FROM (
            SELECT coalesce(-slice_id, cell_id) AS id, amount, row_count FROM finance_allocationline
            WHERE run_id = %s ORDER BY cell_id OFFSET 0
        ) l JOIN alloc_cell c ON c.id = l.id GROUP BY c.id
        HAVING sum(l.amount) <> min(c.amount) OR sum(l.row_count) <> min(c.row_count)
    ) broken
"""
# Whether what is without a home comes to the sums without one.
BARE_TOTAL = """
    SELECT (SELECT count(*) FROM (
        SELECT sum(amount) AS amount, sum(row_count) AS rows FROM finance_barecell WHERE run_id = %(run)s
        EXCEPT
        SELECT sum(amount), sum(row_count) FROM finance_costtotal
        WHERE run_id = %(run)s AND "by" = 'account_group' AND cost_object_id IS NULL
    ) differing)
"""
# Lines that point to a rule or a cost object that isn't there: a run asks once, where the database would ask each line.
STRAY_LINES = """
    SELECT count(*) FROM (SELECT DISTINCT rule_id, cost_object_id FROM alloc_line WHERE cost_object_id IS NOT NULL) l
    WHERE l.rule_id IS NOT NULL AND NOT EXISTS (SELECT FROM finance_allocationrule r WHERE r.id = l.rule_id)
        OR NOT EXISTS (SELECT FROM services_costobject o WHERE o.id = l.cost_object_id)
"""
