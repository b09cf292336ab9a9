import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension
from django.db import migrations, models
from django.db.backends.postgresql.psycopg_any import DateRange
from django.utils import timezone

ROLES = ("reader", "plan_owner", "controller", "management", "administrator")
REASON = "Fanns som grupp innan roller fick datum."


def from_groups(apps, schema_editor):
    """Each membership of a role's group becomes a grant from today on: groups had no dates."""
    accounts, grants = apps.get_model("core", "User"), apps.get_model("core", "RoleGrant")
    past = apps.get_model("core", "HistoricalRoleGrant")
    today, now = timezone.localdate(), timezone.now()
    members = accounts.groups.through.objects.filter(group__name__in=ROLES)
    for user, role in members.values_list("user_id", "group__name"):
        row = grants.objects.create(user_id=user, role=role, valid=DateRange(today, None), reason=REASON)
        past.objects.create(
            id=row.pk,
            user_id=user,
            role=role,
            valid=row.valid,
            origin=row.origin,
            reason=REASON,
            history_date=now,
            history_type="+",
            history_change_reason=REASON,
        )


class Migration(migrations.Migration):

    dependencies = [
        ("auth", "0012_alter_user_first_name_max_length"),
        ("core", "0001_initial"),
    ]

    operations = [
        BtreeGistExtension(),
        migrations.CreateModel(
            name="HistoricalRoleGrant",
            fields=[
                ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(help_text="Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.", verbose_name="gäller")),
                ("role", models.CharField(choices=[("reader", "Läsare"), ("plan_owner", "Planägare"), ("controller", "Controller"), ("management", "Ledning"), ("administrator", "Administratör")], max_length=20, verbose_name="roll")),
                ("origin", models.CharField(choices=[("manual", "administratör"), ("directory", "katalogen")], default="manual", editable=False, max_length=20, verbose_name="ges av")),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="skäl")),
                ("history_id", models.AutoField(primary_key=True, serialize=False)),
                ("history_date", models.DateTimeField(db_index=True)),
                ("history_change_reason", models.TextField(null=True)),
                ("history_type", models.CharField(choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1)),
                ("history_user", models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name="+", to=settings.AUTH_USER_MODEL)),
                ("user", models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name="+", to=settings.AUTH_USER_MODEL, verbose_name="konto")),
            ],
            options={
                "verbose_name": "historical tilldelad roll",
                "verbose_name_plural": "historical tilldelade roller",
                "ordering": ("-history_date", "-history_id"),
                "get_latest_by": ("history_date", "history_id"),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.CreateModel(
            name="RoleGrant",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("valid", django.contrib.postgres.fields.ranges.DateRangeField(help_text="Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.", verbose_name="gäller")),
                ("role", models.CharField(choices=[("reader", "Läsare"), ("plan_owner", "Planägare"), ("controller", "Controller"), ("management", "Ledning"), ("administrator", "Administratör")], max_length=20, verbose_name="roll")),
                ("origin", models.CharField(choices=[("manual", "administratör"), ("directory", "katalogen")], default="manual", editable=False, max_length=20, verbose_name="ges av")),
                ("reason", models.TextField(blank=True, max_length=500, verbose_name="skäl")),
                ("user", models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="role_grants", to=settings.AUTH_USER_MODEL, verbose_name="konto")),
            ],
            options={
                "verbose_name": "tilldelad roll",
                "verbose_name_plural": "tilldelade roller",
                "ordering": ["user__username", "role", "valid"],
                "constraints": [
                    django.contrib.postgres.constraints.ExclusionConstraint(expressions=[("user", "="), ("role", "="), ("valid", "&&")], name="core_rolegrant_once_a_day", violation_error_message="Kontot har redan rollen de dagarna."),
                    models.CheckConstraint(condition=models.Q(("valid__isempty", True), _negated=True), name="core_rolegrant_valid_not_empty", violation_error_message="Slutet måste ligga efter starten."),
                    models.CheckConstraint(condition=models.Q(("role__in", list(ROLES))), name="core_rolegrant_known_role", violation_error_message="Det finns ingen sådan roll."),
                ],
            },
        ),
        migrations.RunPython(from_groups, migrations.RunPython.noop),
    ]
