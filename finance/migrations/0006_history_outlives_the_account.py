import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from vp_portal.core.migration_operations import Together

#: Who made a change stays when the account is gone: no constraint.
HISTORIES = (
    "historicalaccount",
    "historicalaccountgroup",
    "historicalaccountrange",
    "historicalactivitycode",
    "historicalallocationrule",
    "historicalallocationshare",
    "historicalchartofaccounts",
    "historicalcostcentre",
    "historicalcostcentreunit",
    "historicalcounterparty",
    "historicalfunder",
    "historicalimportbatch",
    "historicalimportprofile",
    "historicalimportsource",
    "historicalledgerproject",
    "historicalrulecondition",
    "historicalsensitiverange",
)


class Migration(migrations.Migration):
    dependencies = [
        ("finance", "0005_sensitive_accounts"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.AlterField(
                    model_name=name,
                    name="history_user",
                    field=models.ForeignKey(
                        db_constraint=False,
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                )
                for name in HISTORIES
            ]
        )
    ]
