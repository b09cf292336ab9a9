"""The audit log. The database seals each entry when its transaction commits, and refuses to change one.

A deferred trigger takes the lock of the chain at the very end of the transaction, so that a long one (an import)
keeps nobody waiting. It runs as the owner: who may add entries may not add seals.
"""

import django.db.models.deletion
import django.db.models.functions.datetime
from django.conf import settings
from django.db import migrations, models

import vp_portal.core.models.audit
from vp_portal.core.migration_operations import Together

# Parts joined so that no two lists of parts give the same bytes: length, colon, text; a dash where there is none.
SEALING = """
CREATE FUNCTION core_audit_pack(VARIADIC parts text[]) RETURNS bytea
LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
    SELECT convert_to(
        string_agg(coalesce(octet_length(convert_to(part, 'UTF8')) || ':' || part, '-'), ',' ORDER BY place), 'UTF8')
    FROM unnest(parts) WITH ORDINALITY AS p (part, place)
$$;

CREATE FUNCTION core_audit_seal() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
    place bigint;
    before bytea;
    actor bytea := sha256(core_audit_pack(NEW.actor_salt, NEW.user_name, host(NEW.address)));
    target bytea := sha256(core_audit_pack(NEW.target_salt, NEW.target));
BEGIN
    PERFORM pg_advisory_xact_lock(5201604);
    SELECT s.position, s.hash INTO place, before FROM core_auditseal s ORDER BY s.position DESC LIMIT 1;
    place := coalesce(place, 0) + 1;
    before := coalesce(before, sha256(''));
    INSERT INTO core_auditseal (position, entry_id, actor, target, previous, hash)
    VALUES (place, NEW.id, actor, target, before, sha256(core_audit_pack(
        place::text, encode(before, 'hex'), NEW.id::text, NEW.event,
        (extract(epoch FROM NEW.at) * 1000000)::bigint::text, NEW.user_id::text, NEW.request_id, NEW.target_model,
        NEW.target_id, NEW.detail::text, encode(actor, 'hex'), encode(target, 'hex'))));
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER core_audit_seal AFTER INSERT ON core_auditentry
DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION core_audit_seal();
"""

# Upkeep by the owner alone, who must say what it is: erasing what is about a person, and letting old entries go.
GUARD = """
CREATE FUNCTION core_audit_guard() RETURNS trigger LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
DECLARE
    upkeep text := coalesce(current_setting('vp_portal.upkeep', true), '');
BEGIN
    IF TG_OP = 'DELETE' AND upkeep = 'trim' THEN
        RETURN OLD;
    END IF;
    IF TG_OP = 'UPDATE' AND TG_TABLE_NAME = 'core_auditentry' AND upkeep = 'anonymise' THEN
        IF to_jsonb(NEW) - ARRAY['actor_salt', 'user_name', 'address', 'target_salt', 'target']
                = to_jsonb(OLD) - ARRAY['actor_salt', 'user_name', 'address', 'target_salt', 'target']
            AND ((NEW.actor_salt, NEW.user_name, NEW.address) IS NOT DISTINCT FROM
                    (OLD.actor_salt, OLD.user_name, OLD.address)
                OR (NEW.actor_salt = '' AND NEW.user_name = '' AND NEW.address IS NULL))
            AND ((NEW.target_salt, NEW.target) IS NOT DISTINCT FROM (OLD.target_salt, OLD.target)
                OR (NEW.target_salt = '' AND NEW.target = '')) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'the audit log is only ever added to' USING ERRCODE = 'insufficient_privilege';
END $$;

CREATE TRIGGER core_audit_guard BEFORE UPDATE OR DELETE ON core_auditentry
FOR EACH ROW EXECUTE FUNCTION core_audit_guard();
CREATE TRIGGER core_audit_guard BEFORE UPDATE OR DELETE ON core_auditseal
FOR EACH ROW EXECUTE FUNCTION core_audit_guard();
"""

UNDO = """
DROP TRIGGER core_audit_seal ON core_auditentry;
DROP TRIGGER core_audit_guard ON core_auditentry;
DROP TRIGGER core_audit_guard ON core_auditseal;
DROP FUNCTION core_audit_guard();
DROP FUNCTION core_audit_seal();
DROP FUNCTION core_audit_pack(text[]);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0003_rights_only_through_roles"),
    ]

    operations = [
        migrations.CreateModel(
            name="AuditEntry",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "event",
                    models.CharField(
                        choices=vp_portal.core.models.audit.events, max_length=30, verbose_name="händelse"
                    ),
                ),
                (
                    "at",
                    models.DateTimeField(db_default=django.db.models.functions.datetime.Now(), verbose_name="tidpunkt"),
                ),
                ("user_name", models.CharField(blank=True, max_length=320, verbose_name="vem")),
                ("address", models.GenericIPAddressField(null=True, verbose_name="adress")),
                ("request_id", models.CharField(blank=True, max_length=64, verbose_name="begäran")),
                ("target", models.CharField(blank=True, max_length=300, verbose_name="gäller")),
                ("target_model", models.CharField(blank=True, max_length=100, verbose_name="register")),
                ("target_id", models.CharField(blank=True, max_length=64, verbose_name="nyckel")),
                ("detail", models.JSONField(default=dict, verbose_name="uppgifter")),
                (
                    "actor_salt",
                    models.CharField(
                        default=vp_portal.core.models.audit.new_salt,
                        editable=False,
                        max_length=32,
                        verbose_name="salt för vem",
                    ),
                ),
                (
                    "target_salt",
                    models.CharField(
                        default=vp_portal.core.models.audit.new_salt,
                        editable=False,
                        max_length=32,
                        verbose_name="salt för vad",
                    ),
                ),
                (
                    "user",
                    models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="konto",
                    ),
                ),
            ],
            options={
                "verbose_name": "spår",
                "verbose_name_plural": "spårlogg",
                "ordering": ["-id"],
            },
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                ("position", models.BigIntegerField(primary_key=True, serialize=False, verbose_name="plats i kedjan")),
                ("actor", models.BinaryField(verbose_name="hash av vem")),
                ("target", models.BinaryField(verbose_name="hash av vad")),
                ("previous", models.BinaryField(verbose_name="föregående hash")),
                ("hash", models.BinaryField(verbose_name="hash")),
                (
                    "entry",
                    models.OneToOneField(
                        db_constraint=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="seal",
                        to="core.auditentry",
                        verbose_name="spår",
                    ),
                ),
            ],
            options={
                "verbose_name": "sigill",
                "verbose_name_plural": "sigill",
                "ordering": ["position"],
            },
        ),
        Together(
            [
                migrations.AddIndex(
                    model_name="auditentry",
                    index=models.Index(fields=["at"], name="core_auditentry_at"),
                ),
                migrations.AddIndex(
                    model_name="auditentry",
                    index=models.Index(fields=["event", "id"], name="core_auditentry_event"),
                ),
                migrations.AddIndex(
                    model_name="auditentry",
                    index=models.Index(fields=["user", "id"], name="core_auditentry_user_id"),
                ),
                migrations.AddIndex(
                    model_name="auditentry",
                    index=models.Index(fields=["target_model", "target_id"], name="core_auditentry_target"),
                ),
            ]
        ),
        migrations.RunSQL(SEALING + GUARD, UNDO),
    ]
