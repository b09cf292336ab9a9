import uuid

import django.contrib.postgres.functions
import django.core.validators
import django.db.models.constraints
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import goals.models.decided
from vp_portal.core.migration_operations import Together


class Migration(migrations.Migration):
    dependencies = [
        ("goals", "0003_check_in_review_and_follow_up_rules"),
        ("services", "0002_history_outlives_the_account"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="DecidedPlan",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("version", models.PositiveSmallIntegerField(verbose_name="version")),
                (
                    "registry_no",
                    models.CharField(
                        max_length=60,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^[A-Za-zÅÄÖåäö0-9][A-Za-zÅÄÖåäö0-9 ./:_–-]*$",
                                "Ett diarienummer har bokstäver, siffror, mellanslag och . / : _ -",
                            )
                        ],
                        verbose_name="diarienummer",
                    ),
                ),
                ("decided_on", models.DateField(verbose_name="beslutad den")),
                (
                    "signed_by",
                    models.CharField(
                        max_length=200,
                        validators=[
                            django.core.validators.RegexValidator(
                                "^\\S[^\\x00-\\x1f\\x7f\\u2028\\u2029]*$",
                                "Skriv på en rad, och börja inte med mellanslag.",
                            )
                        ],
                        verbose_name="beslutad av",
                    ),
                ),
                ("content", goals.models.decided.Whole(verbose_name="innehåll")),
                ("markdown", goals.models.decided.Whole(verbose_name="dokumentet")),
                (
                    "sha256",
                    models.CharField(
                        max_length=64,
                        validators=[django.core.validators.RegexValidator("^[0-9a-f]{64}$")],
                        verbose_name="SHA-256",
                    ),
                ),
                ("recorded_at", models.DateTimeField(verbose_name="registrerad")),
            ],
            options={
                "verbose_name": "beslutad version",
                "verbose_name_plural": "beslutade versioner",
                "ordering": ["plan", "-version"],
            },
        ),
        migrations.CreateModel(
            name="PlanExport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                (
                    "format",
                    models.CharField(
                        choices=[("pdf", "PDF"), ("docx", "Word"), ("html", "HTML"), ("md", "Markdown")],
                        max_length=5,
                        verbose_name="format",
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("working", "Görs"), ("done", "Klar"), ("failed", "Misslyckades")],
                        default="working",
                        max_length=8,
                        verbose_name="läge",
                    ),
                ),
                ("asked_at", models.DateTimeField(verbose_name="begärd")),
                ("job_id", models.BigIntegerField(blank=True, null=True, verbose_name="jobb")),
            ],
            options={
                "verbose_name": "export av planen",
                "verbose_name_plural": "exporter av planen",
                "ordering": ["-asked_at"],
            },
        ),
        migrations.RemoveConstraint(
            model_name="plansection",
            name="goals_plansection_number_once",
        ),
        Together(
            [
                migrations.AddField(
                    model_name="expectedresult",
                    name="identity",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="identitet",
                    ),
                ),
                migrations.AddField(
                    model_name="expectedresult",
                    name="retired_on",
                    field=models.DateField(
                        blank=True,
                        help_text="Från den dagen ingår resultatet inte i planen.",
                        null=True,
                        verbose_name="utgår från och med",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalexpectedresult",
                    name="identity",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="identitet",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalexpectedresult",
                    name="retired_on",
                    field=models.DateField(
                        blank=True,
                        help_text="Från den dagen ingår resultatet inte i planen.",
                        null=True,
                        verbose_name="utgår från och med",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalplansection",
                    name="author",
                    field=models.ForeignKey(
                        blank=True,
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="services.person",
                        verbose_name="författare",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalplansection",
                    name="identity",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="identitet",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalplansection",
                    name="instruction",
                    field=models.TextField(
                        blank=True,
                        help_text="Vad författaren ska skriva om. Syns bara när avsnittet skrivs.",
                        verbose_name="instruktion",
                    ),
                ),
                migrations.AddField(
                    model_name="historicalplansection",
                    name="is_done",
                    field=models.BooleanField(default=False, verbose_name="klarmarkerat"),
                ),
                migrations.AddField(
                    model_name="plansection",
                    name="author",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.person",
                        verbose_name="författare",
                    ),
                ),
                migrations.AddField(
                    model_name="plansection",
                    name="identity",
                    field=models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(),
                        default=uuid.uuid4,
                        editable=False,
                        verbose_name="identitet",
                    ),
                ),
                migrations.AddField(
                    model_name="plansection",
                    name="instruction",
                    field=models.TextField(
                        blank=True,
                        help_text="Vad författaren ska skriva om. Syns bara när avsnittet skrivs.",
                        verbose_name="instruktion",
                    ),
                ),
                migrations.AddField(
                    model_name="plansection",
                    name="is_done",
                    field=models.BooleanField(default=False, verbose_name="klarmarkerat"),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="expectedresult",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "identity"),
                        name="goals_expectedresult_identity_once",
                        violation_error_message="Resultatet finns redan i planen.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plansection",
                    constraint=models.UniqueConstraint(
                        deferrable=django.db.models.constraints.Deferrable["IMMEDIATE"],
                        fields=("plan", "number"),
                        name="goals_plansection_number_once",
                        violation_error_message="Numret finns redan i planen.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="plansection",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "identity"),
                        name="goals_plansection_identity_once",
                        violation_error_message="Avsnittet finns redan i planen.",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name="decidedplan",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="decided",
                        to="goals.plan",
                        verbose_name="plan",
                    ),
                ),
                migrations.AddField(
                    model_name="decidedplan",
                    name="recorded_by",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="registrerad av",
                    ),
                ),
                migrations.AddField(
                    model_name="planexport",
                    name="asked_by",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                        verbose_name="begärd av",
                    ),
                ),
                migrations.AddField(
                    model_name="planexport",
                    name="decided",
                    field=models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="goals.decidedplan",
                        verbose_name="version",
                    ),
                ),
                migrations.AddField(
                    model_name="planexport",
                    name="plan",
                    field=models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="goals.plan",
                        verbose_name="plan",
                    ),
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name="decidedplan",
                    constraint=models.UniqueConstraint(
                        fields=("plan", "version"),
                        name="goals_decidedplan_version_once",
                        violation_error_message="Versionen finns redan.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planexport",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("state__in", ["working", "done", "failed"])),
                        name="goals_planexport_state_known",
                        violation_error_message="Okänt läge.",
                    ),
                ),
                migrations.AddConstraint(
                    model_name="planexport",
                    constraint=models.CheckConstraint(
                        condition=models.Q(("format__in", ["pdf", "docx", "html", "md"])),
                        name="goals_planexport_format_known",
                        violation_error_message="Okänt format.",
                    ),
                ),
            ]
        ),
    ]
