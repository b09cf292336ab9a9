
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import services.models.cost_object
import simple_history.models
import vp_portal.core.fields
from django.contrib.postgres.operations import BtreeGistExtension
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


from vp_portal.core.migration_operations import Together


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        BtreeGistExtension(),
        Together(
            [
                migrations.CreateModel(
                    name='CostObject',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('kind', services.models.cost_object.KindField(editable=False, max_length=20, verbose_name='slag')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                        ('lifecycle', models.CharField(choices=[('planned', 'Planerad'), ('introducing', 'Införs'), ('live', 'I drift'), ('retiring', 'Avvecklas'), ('retired', 'Avvecklad')], default='live', max_length=20, verbose_name='livscykel')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(default=services.models.cost_object.always, help_text='Från och med – till (sista dagen räknas inte). Tomt: alltid.', verbose_name='gäller')),
                    ],
                    options={
                        'verbose_name': 'kostnadsbärare',
                        'verbose_name_plural': 'kostnadsbärare',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='OverheadObject',
                    fields=[
                        ('cost_object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='services.costobject')),
                    ],
                    options={
                        'verbose_name': 'gemensam kostnad',
                        'verbose_name_plural': 'gemensamma kostnader',
                    },
                    bases=('services.costobject',),
                ),
                migrations.CreateModel(
                    name='ServiceArea',
                    fields=[
                        ('cost_object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='services.costobject')),
                    ],
                    options={
                        'verbose_name': 'tjänsteområde',
                        'verbose_name_plural': 'tjänsteområden',
                    },
                    bases=('services.costobject',),
                ),
                migrations.CreateModel(
                    name='HistoricalOrgUnit',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical enhet',
                        'verbose_name_plural': 'historical enheter',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalPerson',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, help_text='Inte personnummer.', max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='signatur')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='titel')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-post')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('user', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='konto')),
                    ],
                    options={
                        'verbose_name': 'historical person',
                        'verbose_name_plural': 'historical personer',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='OrgUnit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'enhet',
                        'verbose_name_plural': 'enheter',
                        'ordering': ['code'],
                        'constraints': [models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_orgunit_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.')],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalUnitParent',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='hör till')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'historical plats i organisationen',
                        'verbose_name_plural': 'historical platser i organisationen',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Person',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(help_text='Inte personnummer.', max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='signatur')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('title', models.CharField(blank=True, max_length=120, verbose_name='titel')),
                        ('email', models.EmailField(blank=True, max_length=254, verbose_name='e-post')),
                        ('user', models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='konto')),
                    ],
                    options={
                        'verbose_name': 'person',
                        'verbose_name_plural': 'personer',
                        'ordering': ['name', 'code'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalUnitMembership',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'historical placering',
                        'verbose_name_plural': 'historical placeringar',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalUnitManager',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='linjechef')),
                    ],
                    options={
                        'verbose_name': 'historical linjechef',
                        'verbose_name_plural': 'historical linjechefer',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalSubPortfolio',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                    ],
                    options={
                        'verbose_name': 'historical delportfölj',
                        'verbose_name_plural': 'historical delportföljer',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalServiceArea',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('kind', services.models.cost_object.KindField(editable=False, max_length=20, verbose_name='slag')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                        ('lifecycle', models.CharField(choices=[('planned', 'Planerad'), ('introducing', 'Införs'), ('live', 'I drift'), ('retiring', 'Avvecklas'), ('retired', 'Avvecklad')], default='live', max_length=20, verbose_name='livscykel')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(default=services.models.cost_object.always, help_text='Från och med – till (sista dagen räknas inte). Tomt: alltid.', verbose_name='gäller')),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, parent_link=True, related_name='+', to='services.costobject')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                    ],
                    options={
                        'verbose_name': 'historical tjänsteområde',
                        'verbose_name_plural': 'historical tjänsteområden',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalService',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('kind', services.models.cost_object.KindField(editable=False, max_length=20, verbose_name='slag')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                        ('lifecycle', models.CharField(choices=[('planned', 'Planerad'), ('introducing', 'Införs'), ('live', 'I drift'), ('retiring', 'Avvecklas'), ('retired', 'Avvecklad')], default='live', max_length=20, verbose_name='livscykel')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(default=services.models.cost_object.always, help_text='Från och med – till (sista dagen räknas inte). Tomt: alltid.', verbose_name='gäller')),
                        ('users', models.CharField(blank=True, max_length=200, verbose_name='för vem')),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, parent_link=True, related_name='+', to='services.costobject')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                        ('area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.servicearea', verbose_name='tjänsteområde')),
                    ],
                    options={
                        'verbose_name': 'historical tjänst',
                        'verbose_name_plural': 'historical tjänster',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalOverheadObject',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('kind', services.models.cost_object.KindField(editable=False, max_length=20, verbose_name='slag')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                        ('lifecycle', models.CharField(choices=[('planned', 'Planerad'), ('introducing', 'Införs'), ('live', 'I drift'), ('retiring', 'Avvecklas'), ('retired', 'Avvecklad')], default='live', max_length=20, verbose_name='livscykel')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(default=services.models.cost_object.always, help_text='Från och med – till (sista dagen räknas inte). Tomt: alltid.', verbose_name='gäller')),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, parent_link=True, related_name='+', to='services.costobject')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                    ],
                    options={
                        'verbose_name': 'historical gemensam kostnad',
                        'verbose_name_plural': 'historical gemensamma kostnader',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalCostOwner',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='kostnadsägare')),
                    ],
                    options={
                        'verbose_name': 'historical kostnadsägare',
                        'verbose_name_plural': 'historical kostnadsägare',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalAssignment',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('task', models.CharField(max_length=120, verbose_name='arbetsuppgift')),
                        ('share', vp_portal.core.fields.ShareField(decimal_places=4, max_digits=7, verbose_name='andel i procent')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('person', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'historical bemanning',
                        'verbose_name_plural': 'historical bemanning',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ]
        ),
        migrations.AddField(
            model_name='costobject',
            name='owner',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='owned_objects', to='services.person', verbose_name='ansvarig'),
        ),
        Together(
            [
                migrations.CreateModel(
                    name='Assignment',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('task', models.CharField(max_length=120, verbose_name='arbetsuppgift')),
                        ('share', vp_portal.core.fields.ShareField(decimal_places=4, max_digits=7, verbose_name='andel i procent')),
                        ('cost_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='assignments', to='services.person', verbose_name='person')),
                    ],
                    options={
                        'verbose_name': 'bemanning',
                        'verbose_name_plural': 'bemanning',
                        'ordering': ['cost_object__code', 'person__name', 'valid'],
                    },
                ),
                migrations.CreateModel(
                    name='SubPortfolio',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='sub_portfolios', to='services.person', verbose_name='ansvarig')),
                    ],
                    options={
                        'verbose_name': 'delportfölj',
                        'verbose_name_plural': 'delportföljer',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalMaintenanceObject',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('kind', services.models.cost_object.KindField(editable=False, max_length=20, verbose_name='slag')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('description', models.TextField(blank=True, verbose_name='beskrivning')),
                        ('lifecycle', models.CharField(choices=[('planned', 'Planerad'), ('introducing', 'Införs'), ('live', 'I drift'), ('retiring', 'Avvecklas'), ('retired', 'Avvecklad')], default='live', max_length=20, verbose_name='livscykel')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(default=services.models.cost_object.always, help_text='Från och med – till (sista dagen räknas inte). Tomt: alltid.', verbose_name='gäller')),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, parent_link=True, related_name='+', to='services.costobject')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                        ('sub_portfolio', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.subportfolio', verbose_name='delportfölj')),
                    ],
                    options={
                        'verbose_name': 'historical förvaltningsobjekt',
                        'verbose_name_plural': 'historical förvaltningsobjekt',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='UnitManager',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manager_rows', to='services.person', verbose_name='linjechef')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='manager_rows', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'linjechef',
                        'verbose_name_plural': 'linjechefer',
                        'ordering': ['unit__code', 'valid'],
                    },
                ),
                migrations.CreateModel(
                    name='UnitMembership',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='services.person', verbose_name='person')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='memberships', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'placering',
                        'verbose_name_plural': 'placeringar',
                        'ordering': ['person__name', 'valid'],
                    },
                ),
                migrations.CreateModel(
                    name='UnitParent',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('parent', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='child_rows', to='services.orgunit', verbose_name='hör till')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='parent_rows', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'plats i organisationen',
                        'verbose_name_plural': 'platser i organisationen',
                        'ordering': ['unit__code', 'valid'],
                    },
                ),
                migrations.CreateModel(
                    name='MaintenanceObject',
                    fields=[
                        ('cost_object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='services.costobject')),
                        ('sub_portfolio', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='maintenance_objects', to='services.subportfolio', verbose_name='delportfölj')),
                    ],
                    options={
                        'verbose_name': 'förvaltningsobjekt',
                        'verbose_name_plural': 'förvaltningsobjekt',
                    },
                    bases=('services.costobject',),
                ),
                migrations.CreateModel(
                    name='Service',
                    fields=[
                        ('cost_object', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, related_name='+', serialize=False, to='services.costobject')),
                        ('users', models.CharField(blank=True, max_length=200, verbose_name='för vem')),
                        ('maintenance_objects', models.ManyToManyField(blank=True, related_name='services', to='services.maintenanceobject', verbose_name='förvaltningsobjekt')),
                        ('area', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='services', to='services.servicearea', verbose_name='tjänsteområde')),
                    ],
                    options={
                        'verbose_name': 'tjänst',
                        'verbose_name_plural': 'tjänster',
                    },
                    bases=('services.costobject',),
                ),
                migrations.CreateModel(
                    name='HistoricalService_maintenance_objects',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='services.historicalservice')),
                        ('maintenanceobject', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.maintenanceobject')),
                        ('service', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.service')),
                    ],
                    options={
                        'verbose_name': 'HistoricalService_maintenance_objects',
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='CostOwner',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('cost_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cost_owner_rows', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('person', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cost_owner_rows', to='services.person', verbose_name='kostnadsägare')),
                    ],
                    options={
                        'verbose_name': 'kostnadsägare',
                        'verbose_name_plural': 'kostnadsägare',
                        'ordering': ['cost_object__code', 'valid'],
                        'constraints': [django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('cost_object', '='), ('valid', '&&')], name='services_costowner_one_owner_a_day', violation_error_message='Kostnadsbäraren har redan en kostnadsägare de dagarna.'), models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_costowner_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.')],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name='costobject',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_costobject_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddConstraint(
                    model_name='costobject',
                    constraint=models.CheckConstraint(condition=models.Q(('kind', ''), _negated=True), name='services_costobject_kind_given', violation_error_message='En kostnadsbärare måste ha ett slag.'),
                ),
                migrations.AddConstraint(
                    model_name='costobject',
                    constraint=models.CheckConstraint(condition=models.Q(('lifecycle__in', ['planned', 'introducing', 'live', 'retiring', 'retired'])), name='services_costobject_lifecycle_known', violation_error_message='Okänd livscykel.'),
                ),
                migrations.AddConstraint(
                    model_name='assignment',
                    constraint=models.CheckConstraint(condition=models.Q(('share__gt', 0), ('share__lte', Decimal('100.0000'))), name='services_assignment_share_0_100', violation_error_message='Andelen ska vara större än 0 och högst 100 procent.'),
                ),
                migrations.AddConstraint(
                    model_name='assignment',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('cost_object', '='), ('task', '='), ('valid', '&&')], name='services_assignment_once_a_day', violation_error_message='Personen har redan den arbetsuppgiften de dagarna.'),
                ),
                migrations.AddConstraint(
                    model_name='assignment',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_assignment_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddConstraint(
                    model_name='unitmanager',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('valid', '&&')], name='services_unitmanager_one_manager_a_day', violation_error_message='Enheten har redan en chef de dagarna.'),
                ),
                migrations.AddConstraint(
                    model_name='unitmanager',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_unitmanager_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddConstraint(
                    model_name='unitmembership',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('person', '='), ('valid', '&&')], name='services_unitmembership_one_unit_a_day', violation_error_message='Personen har redan en enhet de dagarna.'),
                ),
                migrations.AddConstraint(
                    model_name='unitmembership',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_unitmembership_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddConstraint(
                    model_name='unitparent',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('unit', '='), ('valid', '&&')], name='services_unitparent_one_parent_a_day', violation_error_message='Enheten har redan en överordnad enhet de dagarna.'),
                ),
                migrations.AddConstraint(
                    model_name='unitparent',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='services_unitparent_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddConstraint(
                    model_name='unitparent',
                    constraint=models.CheckConstraint(condition=models.Q(('unit', models.F('parent')), _negated=True), name='services_unitparent_not_its_own_parent', violation_error_message='En enhet kan inte höra till sig själv.'),
                ),
            ]
        ),
    ]
