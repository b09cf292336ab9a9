from django.db import migrations

# Existing lines are one for each cell: it counts the cell's rows.
_ROWS = """
    UPDATE finance_allocationline l SET row_count = c.row_count FROM finance_ledgercell c WHERE c.id = l.cell_id
"""
_WHOLE = """
CREATE FUNCTION finance_shares_are_whole() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    checked bigint;
    wrong boolean;
BEGIN
    IF TG_TABLE_NAME = 'finance_allocationrule' THEN
        checked := NEW.id;
    ELSIF TG_OP = 'DELETE' THEN
        checked := OLD.rule_id;
    ELSE
        checked := NEW.rule_id;
    END IF;
    SELECT CASE WHEN r.method = 'fixed' THEN count(s.share) < count(*) OR sum(s.share) <> 100
                ELSE count(s.share) > 0 END
    INTO wrong
    FROM finance_allocationrule r JOIN finance_allocationshare s ON s.rule_id = r.id
    WHERE r.id = checked GROUP BY r.method;
    IF wrong THEN
        RAISE EXCEPTION 'the shares of rule % are not whole', checked
            USING ERRCODE = 'check_violation', CONSTRAINT = 'finance_allocationrule_shares_are_whole';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER finance_allocationshare_are_whole
    AFTER INSERT OR UPDATE OR DELETE ON finance_allocationshare
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_shares_are_whole();
CREATE CONSTRAINT TRIGGER finance_allocationrule_shares_are_whole
    AFTER UPDATE OF method ON finance_allocationrule
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION finance_shares_are_whole();
"""
_NOT_WHOLE = """
DROP TRIGGER finance_allocationrule_shares_are_whole ON finance_allocationrule;
DROP TRIGGER finance_allocationshare_are_whole ON finance_allocationshare;
DROP FUNCTION finance_shares_are_whole();
"""


class Migration(migrations.Migration):
    """The shares of a rule without any, or of one that is gone, are nobody's business."""

    dependencies = [("finance", "0010_shares_drivers_and_kept_runs")]

    operations = [
        migrations.RunSQL(_ROWS, migrations.RunSQL.noop),
        migrations.RunSQL(_WHOLE, _NOT_WHOLE),
    ]
