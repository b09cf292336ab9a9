import django.db.models.deletion
import simple_history.models
from django.conf import settings
from django.db import migrations, models

from vp_portal.core.migration_operations import Together

# Django's own table for a cache in the database, which no command has to make by hand then.
CACHE_TABLE = """
CREATE TABLE core_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamp with time zone NOT NULL
);
CREATE INDEX core_cache_expires ON core_cache (expires);
"""


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0004_audit_log"),
        ("sessions", "0001_initial"),
    ]

    operations = [
        migrations.RunSQL(CACHE_TABLE, "DROP TABLE core_cache"),
        Together(
            [
                migrations.CreateModel(
                    name="DirectoryRole",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "group",
                            models.CharField(
                                help_text="Exakt som identitetsleverantören skriver den, till exempel vp-controllers.",
                                max_length=200,
                                verbose_name="grupp i katalogen",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("reader", "Läsare"),
                                    ("plan_owner", "Planägare"),
                                    ("controller", "Controller"),
                                    ("management", "Ledning"),
                                    ("administrator", "Administratör"),
                                ],
                                help_text="Tomt: får logga in, "
                                "med de rättigheter som följer av registren (chefer och ägare).",
                                max_length=20,
                                verbose_name="roll",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "grupp ur katalogen",
                        "verbose_name_plural": "grupper ur katalogen",
                        "ordering": ["group", "role"],
                    },
                ),
                migrations.CreateModel(
                    name="HistoricalDirectoryRole",
                    fields=[
                        ("id", models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name="ID")),
                        (
                            "group",
                            models.CharField(
                                help_text="Exakt som identitetsleverantören skriver den, till exempel vp-controllers.",
                                max_length=200,
                                verbose_name="grupp i katalogen",
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("reader", "Läsare"),
                                    ("plan_owner", "Planägare"),
                                    ("controller", "Controller"),
                                    ("management", "Ledning"),
                                    ("administrator", "Administratör"),
                                ],
                                help_text="Tomt: får logga in, "
                                "med de rättigheter som följer av registren (chefer och ägare).",
                                max_length=20,
                                verbose_name="roll",
                            ),
                        ),
                        ("history_id", models.AutoField(primary_key=True, serialize=False)),
                        ("history_date", models.DateTimeField(db_index=True)),
                        ("history_change_reason", models.TextField(null=True)),
                        (
                            "history_type",
                            models.CharField(
                                choices=[("+", "Created"), ("~", "Changed"), ("-", "Deleted")], max_length=1
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "historical grupp ur katalogen",
                        "verbose_name_plural": "historical grupper ur katalogen",
                        "ordering": ("-history_date", "-history_id"),
                        "get_latest_by": ("history_date", "history_id"),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name="SignInAttempt",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("key", models.CharField(max_length=64, verbose_name="nyckel")),
                        ("at", models.DateTimeField(verbose_name="tidpunkt")),
                    ],
                    options={
                        "verbose_name": "misslyckat försök",
                        "verbose_name_plural": "misslyckade försök",
                    },
                ),
                migrations.CreateModel(
                    name="SignInSession",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("address", models.GenericIPAddressField(null=True, verbose_name="adress")),
                        ("device", models.CharField(blank=True, max_length=200, verbose_name="webbläsare")),
                        ("started", models.DateTimeField(verbose_name="inloggad")),
                        ("seen", models.DateTimeField(verbose_name="senast använd")),
                    ],
                    options={
                        "verbose_name": "inloggning",
                        "verbose_name_plural": "inloggningar",
                        "ordering": ["-seen"],
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name="historicaluser",
            name="closed_by_directory",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Katalogen får öppna det igen. Det som en administratör har stängt öppnar bara en sådan.",
                verbose_name="stängt av katalogen",
            ),
        ),
        migrations.AddField(
            model_name="user",
            name="closed_by_directory",
            field=models.BooleanField(
                default=False,
                editable=False,
                help_text="Katalogen får öppna det igen. Det som en administratör har stängt öppnar bara en sådan.",
                verbose_name="stängt av katalogen",
            ),
        ),
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(("is_active", False), ("closed_by_directory", False), _connector="OR"),
                name="core_user_closed_by_directory",
                violation_error_message="Ett öppet konto kan inte vara stängt av katalogen.",
            ),
        ),
        migrations.AddConstraint(
            model_name="directoryrole",
            constraint=models.UniqueConstraint(
                fields=("group", "role"),
                name="core_directoryrole_once",
                violation_error_message="Gruppen ger redan den rollen.",
            ),
        ),
        migrations.AddField(
            model_name="historicaldirectoryrole",
            name="history_user",
            field=models.ForeignKey(
                db_constraint=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="signinattempt",
            index=models.Index(fields=["key", "at"], name="core_signinattempt_key_at"),
        ),
        migrations.AddField(
            model_name="signinsession",
            name="session",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="sessions.session",
                verbose_name="pågående session",
            ),
        ),
        migrations.AddField(
            model_name="signinsession",
            name="user",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
                verbose_name="konto",
            ),
        ),
    ]
