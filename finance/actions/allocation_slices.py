"""The statements that divide cells: postings given by hand, and those of rules on text, supplier or counterparty.

What is taken out of a cell is a slice, with a negative number of its own among the cells of `alloc_cell`; there the
cell is what is left of it. So the statements that share out need not know of slices. Run when cells have their winners.
"""

# What rules ask of the posting itself is put aside: the rest of such a rule tells which code strings it can reach.
WORDING = """
    CREATE TEMP TABLE alloc_wording ON COMMIT DROP AS
    SELECT rule_id, part, operator, lower(low) AS low FROM alloc_condition
    WHERE part IN ('text', 'supplier', 'counterparty');
    DELETE FROM alloc_condition WHERE part IN ('text', 'supplier', 'counterparty');
    ANALYZE alloc_wording;
    CREATE TEMP TABLE alloc_said (posting_id bigint, cell_id bigint, amount numeric(14,2), rule_id bigint,
        priority integer) ON COMMIT DROP;
    CREATE TEMP TABLE alloc_mark (posting_id bigint, cell_id bigint, amount numeric(14,2), rule_id bigint,
        cost_object_id bigint) ON COMMIT DROP;
    CREATE TEMP TABLE alloc_slice (id bigint, cell_id bigint, rule_id bigint, cost_object_id bigint,
        amount numeric(14,2), row_count integer) ON COMMIT DROP
"""
# Such a rule wins no cell. One that asks nothing of the codes can reach all of them.
REACH = """
    CREATE TEMP TABLE alloc_reach ON COMMIT DROP AS
    SELECT code_string_id, rule_id, priority, first, last FROM alloc_hit
    WHERE rule_id IN (SELECT rule_id FROM alloc_wording)
    UNION ALL
    SELECT s.id, r.id, r.priority, r.first, r.last
    FROM alloc_rule r
    JOIN (SELECT DISTINCT id, chart_id FROM alloc_part) s ON r.chart_id IS NULL OR r.chart_id = s.chart_id
    WHERE r.id IN (SELECT rule_id FROM alloc_wording) AND r.id NOT IN (SELECT rule_id FROM alloc_condition);
    DELETE FROM alloc_hit WHERE rule_id IN (SELECT rule_id FROM alloc_wording);
    ANALYZE alloc_reach
"""
# The postings that the rules hold for: one of the conditions on each part. Others than those in reach aren't read.
SAID = """
    INSERT INTO alloc_said
    WITH asked AS MATERIALIZED (
        SELECT rule_id, count(DISTINCT part) AS parts FROM alloc_wording GROUP BY rule_id
    ), near AS MATERIALIZED (
        SELECT c.id AS cell_id, l.batch_id, l.period, l.code_string_id, x.rule_id, x.priority
        FROM alloc_reach x
        JOIN alloc_cell c ON c.code_string_id = x.code_string_id AND c.period BETWEEN x.first AND x.last
        JOIN finance_ledgercell l ON l.id = c.id
    )
    SELECT p.id, n.cell_id, p.amount, n.rule_id, n.priority
    FROM near n
    JOIN finance_posting p
        ON p.batch_id = n.batch_id AND p.period = n.period AND p.code_string_id = n.code_string_id
    JOIN asked k ON k.rule_id = n.rule_id
    LEFT JOIN finance_counterparty o ON o.id = p.counterparty_id
    CROSS JOIN LATERAL (VALUES
        ('text', lower(p.text), ''),
        ('supplier', lower(p.supplier_name), lower(p.supplier_no)),
        ('counterparty', lower(coalesce(o.name, '')), lower(coalesce(o.code, '')))
    ) v (part, one, other)
    JOIN alloc_wording w ON w.rule_id = n.rule_id AND w.part = v.part AND CASE w.operator
        WHEN 'contains' THEN position(w.low IN v.one) > 0 OR position(w.low IN v.other) > 0
        WHEN 'prefix' THEN starts_with(v.one, w.low) OR starts_with(v.other, w.low)
        WHEN 'exact' THEN w.low IN (v.one, v.other)
        WHEN 'empty' THEN v.one = '' AND v.other = ''
    END
    GROUP BY p.id, n.cell_id, p.amount, n.rule_id, n.priority, k.parts
    HAVING count(DISTINCT w.part) = k.parts
"""
# By hand goes before every rule; a rule on what the posting says goes before those that come after it in the order.
MARKS = """
    ANALYZE alloc_said;
    INSERT INTO alloc_mark
    SELECT DISTINCT ON (posting_id) posting_id, cell_id, amount, rule_id, cost_object_id
    FROM (
        SELECT p.id AS posting_id, c.id AS cell_id, p.amount, NULL::bigint AS rule_id, h.cost_object_id, -1 AS priority
        FROM (
            SELECT DISTINCT ON (posting) posting, batch_id, cost_object_id
            FROM finance_handassignment ORDER BY posting, id DESC
        ) h
        JOIN finance_posting p ON p.batch_id = h.batch_id AND p.id = h.posting
        JOIN finance_ledgercell l
            ON l.batch_id = p.batch_id AND l.period = p.period AND l.code_string_id = p.code_string_id
        JOIN alloc_cell c ON c.id = l.id
        WHERE h.cost_object_id IS NOT NULL
        UNION ALL
        SELECT s.posting_id, s.cell_id, s.amount, s.rule_id, NULL, s.priority
        FROM alloc_said s
        LEFT JOIN alloc_won w ON w.cell_id = s.cell_id
        LEFT JOIN alloc_rule r ON r.id = w.rule_id
        WHERE r.id IS NULL OR s.priority < r.priority
    ) m
    ORDER BY posting_id, priority;
    ANALYZE alloc_mark
"""
SLICES = """
    INSERT INTO alloc_slice
    SELECT -nextval(pg_get_serial_sequence('finance_cellslice', 'id')), cell_id, rule_id, cost_object_id, amount, rows
    FROM (
        SELECT cell_id, rule_id, cost_object_id, sum(amount) AS amount, count(*) AS rows
        FROM alloc_mark GROUP BY cell_id, rule_id, cost_object_id ORDER BY cell_id, rule_id, cost_object_id
    ) g;
    ANALYZE alloc_slice
"""
# The cells without what is taken out of them, and the slices beside.
APART = """
    UPDATE alloc_cell c SET amount = c.amount - s.amount, row_count = c.row_count - s.row_count
    FROM (SELECT cell_id, sum(amount) AS amount, sum(row_count) AS row_count FROM alloc_slice GROUP BY cell_id) s
    WHERE s.cell_id = c.id;
    INSERT INTO alloc_cell (id, period, code_string_id, amount, row_count)
    SELECT s.id, c.period, c.code_string_id, s.amount, s.row_count
    FROM alloc_slice s JOIN alloc_cell c ON c.id = s.cell_id;
    DELETE FROM alloc_cell c USING alloc_slice s WHERE c.id = s.cell_id AND c.row_count = 0
"""
WON = """
    DELETE FROM alloc_won w USING alloc_slice s WHERE w.cell_id = s.cell_id
        AND NOT EXISTS (SELECT FROM alloc_cell c WHERE c.id = w.cell_id);
    UPDATE alloc_won w SET amount = c.amount, row_count = c.row_count FROM alloc_cell c, alloc_slice s
    WHERE c.id = w.cell_id AND s.cell_id = w.cell_id;
    INSERT INTO alloc_won (cell_id, period, code_string_id, rule_id, amount, row_count, method)
    SELECT s.id, c.period, c.code_string_id, s.rule_id, s.amount, s.row_count, r.method
    FROM alloc_slice s JOIN alloc_cell c ON c.id = s.id JOIN alloc_rule r ON r.id = s.rule_id;
    INSERT INTO alloc_line (cell_id, period, code_string_id, rule_id, cost_object_id, amount, row_count)
    SELECT s.id, c.period, c.code_string_id, NULL, s.cost_object_id, s.amount, s.row_count
    FROM alloc_slice s JOIN alloc_cell c ON c.id = s.id WHERE s.cost_object_id IS NOT NULL
"""

# Beside the statements of `allocation_store`.
STORE = """
    INSERT INTO finance_cellslice (id, run_id, cell_id, rule_id, cost_object_id, amount, row_count)
    SELECT -id, %(run)s, cell_id, rule_id, cost_object_id, amount, row_count FROM alloc_slice;
    INSERT INTO finance_slicedposting (slice_id, posting)
    SELECT -s.id, m.posting_id FROM alloc_mark m JOIN alloc_slice s ON s.cell_id = m.cell_id
        AND s.rule_id IS NOT DISTINCT FROM m.rule_id AND s.cost_object_id IS NOT DISTINCT FROM m.cost_object_id
"""
# The slices that a run has of the cells; APART goes after.
STORED = """
    CREATE TEMP TABLE alloc_slice ON COMMIT DROP AS
    SELECT -s.id AS id, s.cell_id, s.amount, s.row_count
    FROM finance_cellslice s JOIN alloc_cell c ON c.id = s.cell_id WHERE s.run_id = %(run)s
"""
# What they were is kept, once for each moment, as their lines are after them.
FORGET = """
    INSERT INTO finance_supersededslice
        (id, run_id, cell_id, rule_id, cost_object_id, amount, row_count, postings, until)
    SELECT s.id, s.run_id, s.cell_id, s.rule_id, s.cost_object_id, s.amount, s.row_count,
           array(SELECT p.posting FROM finance_slicedposting p WHERE p.slice_id = s.id ORDER BY p.posting), %(at)s
    FROM finance_cellslice s JOIN alloc_cell c ON c.id = s.cell_id
    WHERE s.run_id = %(run)s AND NOT EXISTS (SELECT FROM finance_supersededline o
                      WHERE o.run_id = %(run)s AND o.cell_id = c.id AND o.until = %(at)s);
    DELETE FROM finance_slicedposting p USING finance_cellslice s, alloc_cell c
    WHERE p.slice_id = s.id AND s.cell_id = c.id AND s.run_id = %(run)s;
    DELETE FROM finance_cellslice s USING alloc_cell c WHERE s.cell_id = c.id AND s.run_id = %(run)s
"""
TAKE_OVER = """
    CREATE TEMP TABLE alloc_copied ON COMMIT DROP AS
    SELECT s.id AS old_id, nextval(pg_get_serial_sequence('finance_cellslice', 'id')) AS new_id
    FROM finance_cellslice s JOIN alloc_cell c ON c.id = s.cell_id WHERE s.run_id = %(old)s;
    INSERT INTO finance_cellslice (id, run_id, cell_id, rule_id, cost_object_id, amount, row_count)
    SELECT k.new_id, %(run)s, s.cell_id, s.rule_id, s.cost_object_id, s.amount, s.row_count
    FROM finance_cellslice s JOIN alloc_copied k ON k.old_id = s.id;
    INSERT INTO finance_slicedposting (slice_id, posting)
    SELECT k.new_id, p.posting FROM finance_slicedposting p JOIN alloc_copied k ON k.old_id = p.slice_id
"""
# Cells of a run whose slices and rest aren't the cell, and slices that aren't their postings.
BROKEN = """
    SELECT (
        SELECT count(*) FROM (
            SELECT s.cell_id
            FROM finance_cellslice s
            JOIN alloc_cell own ON own.id = -s.id
            JOIN finance_ledgercell l ON l.id = s.cell_id
            LEFT JOIN alloc_cell rest ON rest.id = s.cell_id
            WHERE s.run_id = %(run)s
            GROUP BY s.cell_id, l.amount, l.row_count, rest.amount, rest.row_count
            HAVING sum(s.amount) + coalesce(rest.amount, 0) <> l.amount
                OR sum(s.row_count) + coalesce(rest.row_count, 0) <> l.row_count
        ) cells
    ) + (
        SELECT count(*) FROM (
            SELECT s.id
            FROM finance_cellslice s
            JOIN alloc_cell own ON own.id = -s.id
            JOIN finance_ledgercell l ON l.id = s.cell_id
            LEFT JOIN finance_slicedposting m ON m.slice_id = s.id
            LEFT JOIN finance_posting p ON p.batch_id = l.batch_id AND p.id = m.posting
                AND p.period = l.period AND p.code_string_id = l.code_string_id
            WHERE s.run_id = %(run)s
            GROUP BY s.id, s.amount, s.row_count
            HAVING coalesce(sum(p.amount), 0) <> s.amount OR count(p.id) <> s.row_count
        ) slices
    )
"""
