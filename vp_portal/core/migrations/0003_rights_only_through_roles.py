from django.db import migrations

from vp_portal.core.migration_operations import Together


class Migration(migrations.Migration):
    """After the groups have become grants: what else could carry a right goes."""

    dependencies = [("core", "0002_role_grants")]

    operations = [
        migrations.AlterModelManagers(name="user", managers=[]),
        Together(
            [
                migrations.RemoveField(model_name="historicaluser", name="is_staff"),
                migrations.RemoveField(model_name="user", name="is_staff"),
                migrations.RemoveField(model_name="user", name="groups"),
                migrations.RemoveField(model_name="user", name="user_permissions"),
            ]
        ),
    ]
