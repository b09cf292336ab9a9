from django.db import migrations


def hash_codes(apps, schema_editor):
    """Codes that are left are kept as hashes. Those whose key is gone could not be used any more."""
    from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
    from cryptography.fernet import InvalidToken

    from vp_portal.core.signin import reserve_codes

    for row in apps.get_model("mfa", "Authenticator").objects.filter(type="recovery_codes"):
        if "hashes" in row.data:
            continue
        try:
            codes = RecoveryCodes(row).get_unused_codes()
        except InvalidToken:
            codes = []
        row.data = reserve_codes.hashed(codes)
        row.save(update_fields=["data"])


class Migration(migrations.Migration):
    dependencies = [
        ("core", "0006_history_outlives_the_account"),
        ("mfa", "0003_authenticator_type_uniq"),
    ]

    operations = [migrations.RunPython(hash_codes, migrations.RunPython.noop)]
