from django.db import migrations

# Upkeep has no way past this: a decided plan stays as it was signed.
GUARD = """
ALTER TABLE goals_decidedplan ADD CONSTRAINT goals_decidedplan_sha256_holds
CHECK (sha256 = encode(sha256(convert_to(content, 'UTF8')), 'hex'));

CREATE FUNCTION goals_decided_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    RAISE EXCEPTION 'a decided plan is never changed' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER goals_decided_guard BEFORE UPDATE OR DELETE ON goals_decidedplan
FOR EACH ROW EXECUTE FUNCTION goals_decided_guard();
"""
UNDO = """
DROP TRIGGER goals_decided_guard ON goals_decidedplan;
DROP FUNCTION goals_decided_guard();
ALTER TABLE goals_decidedplan DROP CONSTRAINT goals_decidedplan_sha256_holds;
"""
# Rows of history from before there were identities have their row's own.
KNOWN = """
UPDATE goals_historicalexpectedresult h SET identity = r.identity FROM goals_expectedresult r WHERE r.id = h.id;
UPDATE goals_historicalplansection h SET identity = s.identity FROM goals_plansection s WHERE s.id = h.id;
"""


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0004_document"),
    ]

    operations = [
        migrations.RunSQL(GUARD, UNDO),
        migrations.RunSQL(KNOWN, migrations.RunSQL.noop),
    ]
