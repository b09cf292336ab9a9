
import django.contrib.postgres.constraints
import django.contrib.postgres.fields.ranges
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.db.models.lookups
import simple_history.models
import vp_portal.core.fields
import vp_portal.core.periods
from decimal import Decimal
from django.conf import settings
from django.db import migrations, models


from vp_portal.core.migration_operations import Together


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('services', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            [
                migrations.CreateModel(
                    name='ActivityCode',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'verksamhet',
                        'verbose_name_plural': 'verksamheter',
                        'ordering': ['code'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='AllocationRule',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='namn')),
                        ('priority', models.PositiveIntegerField(help_text='Lägst nummer prövas först.', unique=True, verbose_name='prioritet')),
                        ('first_period', vp_portal.core.periods.PeriodField(blank=True, null=True, verbose_name='från period')),
                        ('last_period', vp_portal.core.periods.PeriodField(blank=True, null=True, verbose_name='till och med period')),
                        ('is_active', models.BooleanField(default=True, verbose_name='används')),
                    ],
                    options={
                        'verbose_name': 'fördelningsregel',
                        'verbose_name_plural': 'fördelningsregler',
                        'ordering': ['priority'],
                    },
                ),
                migrations.CreateModel(
                    name='ChartOfAccounts',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'kontoplan',
                        'verbose_name_plural': 'kontoplaner',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='CostCentre',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'kostnadsställe',
                        'verbose_name_plural': 'kostnadsställen',
                        'ordering': ['code'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Counterparty',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'motpart',
                        'verbose_name_plural': 'motparter',
                        'ordering': ['code'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='Funder',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'finansiär',
                        'verbose_name_plural': 'finansiärer',
                        'ordering': ['code'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='LedgerProject',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'projekt i redovisningen',
                        'verbose_name_plural': 'projekt i redovisningen',
                        'ordering': ['code'],
                        'abstract': False,
                    },
                ),
                migrations.CreateModel(
                    name='AllocationRun',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('made_at', models.DateTimeField(verbose_name='tidpunkt')),
                        ('in_force_from', models.DateTimeField(blank=True, null=True, verbose_name='gäller från')),
                        ('in_force_to', models.DateTimeField(blank=True, null=True, verbose_name='gällde till')),
                        ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av')),
                    ],
                    options={
                        'verbose_name': 'fördelning',
                        'verbose_name_plural': 'fördelningar',
                        'ordering': ['-made_at'],
                    },
                ),
                migrations.CreateModel(
                    name='AllocationShare',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('share', vp_portal.core.fields.ShareField(decimal_places=4, default=Decimal('100.0000'), max_digits=7, verbose_name='andel i procent')),
                        ('cost_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='shares', to='finance.allocationrule', verbose_name='regel')),
                    ],
                    options={
                        'verbose_name': 'andel',
                        'verbose_name_plural': 'andelar',
                        'ordering': ['rule', 'pk'],
                    },
                ),
            ]
        ),
        migrations.AddField(
            model_name='allocationrule',
            name='chart',
            field=models.ForeignKey(blank=True, help_text='Tomt: alla kontoplaner.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rules', to='finance.chartofaccounts', verbose_name='kontoplan'),
        ),
        Together(
            [
                migrations.CreateModel(
                    name='AccountGroup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('kind', models.CharField(choices=[('income', 'Intäkt'), ('cost', 'Kostnad'), ('other', 'Övrigt')], max_length=10, verbose_name='slag')),
                        ('is_sensitive', models.BooleanField(default=False, help_text='Enskilda rader visas bara för controller och berörd linjechef.', verbose_name='känslig')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='ordning')),
                        ('chart', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='groups', to='finance.chartofaccounts', verbose_name='kontoplan')),
                    ],
                    options={
                        'verbose_name': 'kontogrupp',
                        'verbose_name_plural': 'kontogrupper',
                        'ordering': ['chart', 'position', 'code'],
                    },
                ),
                migrations.CreateModel(
                    name='Account',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='konto')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('is_distribution', models.BooleanField(default=False, help_text='Fördelar gemensamma kostnader; räknas inte med i kostnaden, annars räknas de två gånger.', verbose_name='fördelningskonto')),
                        ('group', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='finance.accountgroup', verbose_name='kontogrupp')),
                        ('chart', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='accounts', to='finance.chartofaccounts', verbose_name='kontoplan')),
                    ],
                    options={
                        'verbose_name': 'konto',
                        'verbose_name_plural': 'konton',
                        'ordering': ['chart', 'code'],
                    },
                ),
                migrations.CreateModel(
                    name='CostCentreUnit',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('cost_centre', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='unit_rows', to='finance.costcentre', verbose_name='kostnadsställe')),
                        ('unit', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'kostnadsställets enhet',
                        'verbose_name_plural': 'kostnadsställenas enheter',
                        'ordering': ['cost_centre__code', 'valid'],
                    },
                ),
                migrations.CreateModel(
                    name='CostRollup',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('period', vp_portal.core.periods.PeriodField(verbose_name='period')),
                        ('is_distribution', models.BooleanField(default=False)),
                        ('amount', vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name='belopp')),
                        ('row_count', models.IntegerField(verbose_name='rader')),
                        ('account_group', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='finance.accountgroup')),
                        ('cost_centre', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='finance.costcentre')),
                        ('cost_object', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.costobject')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='rollups', to='finance.allocationrun')),
                    ],
                    options={
                        'verbose_name': 'summa',
                        'verbose_name_plural': 'summor',
                    },
                ),
                migrations.CreateModel(
                    name='CodeString',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('account', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='code_strings', to='finance.account', verbose_name='konto')),
                        ('activity', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='code_strings', to='finance.activitycode', verbose_name='verksamhet')),
                        ('cost_centre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='code_strings', to='finance.costcentre', verbose_name='kostnadsställe')),
                        ('funder', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='code_strings', to='finance.funder', verbose_name='finansiär')),
                        ('project', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='code_strings', to='finance.ledgerproject', verbose_name='projekt')),
                    ],
                    options={
                        'verbose_name': 'kodsträng',
                        'verbose_name_plural': 'kodsträngar',
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalAccount',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='konto')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('is_distribution', models.BooleanField(default=False, help_text='Fördelar gemensamma kostnader; räknas inte med i kostnaden, annars räknas de två gånger.', verbose_name='fördelningskonto')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('chart', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.chartofaccounts', verbose_name='kontoplan')),
                        ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.accountgroup', verbose_name='kontogrupp')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical konto',
                        'verbose_name_plural': 'historical konton',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalAccountGroup',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('kind', models.CharField(choices=[('income', 'Intäkt'), ('cost', 'Kostnad'), ('other', 'Övrigt')], max_length=10, verbose_name='slag')),
                        ('is_sensitive', models.BooleanField(default=False, help_text='Enskilda rader visas bara för controller och berörd linjechef.', verbose_name='känslig')),
                        ('position', models.PositiveSmallIntegerField(default=0, verbose_name='ordning')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('chart', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.chartofaccounts', verbose_name='kontoplan')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical kontogrupp',
                        'verbose_name_plural': 'historical kontogrupper',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalAccountRange',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('low', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='från')),
                        ('high', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='till')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('group', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.accountgroup', verbose_name='kontogrupp')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical kontointervall',
                        'verbose_name_plural': 'historical kontointervall',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalActivityCode',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical verksamhet',
                        'verbose_name_plural': 'historical verksamheter',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalAllocationRule',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='namn')),
                        ('priority', models.PositiveIntegerField(db_index=True, help_text='Lägst nummer prövas först.', verbose_name='prioritet')),
                        ('first_period', vp_portal.core.periods.PeriodField(blank=True, null=True, verbose_name='från period')),
                        ('last_period', vp_portal.core.periods.PeriodField(blank=True, null=True, verbose_name='till och med period')),
                        ('is_active', models.BooleanField(default=True, verbose_name='används')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('chart', models.ForeignKey(blank=True, db_constraint=False, help_text='Tomt: alla kontoplaner.', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.chartofaccounts', verbose_name='kontoplan')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical fördelningsregel',
                        'verbose_name_plural': 'historical fördelningsregler',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalAllocationShare',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('share', vp_portal.core.fields.ShareField(decimal_places=4, default=Decimal('100.0000'), max_digits=7, verbose_name='andel i procent')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('cost_object', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.costobject', verbose_name='kostnadsbärare')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('rule', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.allocationrule', verbose_name='regel')),
                    ],
                    options={
                        'verbose_name': 'historical andel',
                        'verbose_name_plural': 'historical andelar',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalChartOfAccounts',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical kontoplan',
                        'verbose_name_plural': 'historical kontoplaner',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalCostCentre',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical kostnadsställe',
                        'verbose_name_plural': 'historical kostnadsställen',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalCostCentreUnit',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('valid', django.contrib.postgres.fields.ranges.DateRangeField(help_text='Från och med – till (sista dagen räknas inte). Tomt slut: tills vidare.', verbose_name='gäller')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('cost_centre', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.costcentre', verbose_name='kostnadsställe')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'historical kostnadsställets enhet',
                        'verbose_name_plural': 'historical kostnadsställenas enheter',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalCounterparty',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical motpart',
                        'verbose_name_plural': 'historical motparter',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalFunder',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical finansiär',
                        'verbose_name_plural': 'historical finansiärer',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalImportSource',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('is_default', models.BooleanField(default=False, help_text='Används när ingen källa anges.', verbose_name='förvald')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('chart', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.chartofaccounts', verbose_name='kontoplan')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical importkälla',
                        'verbose_name_plural': 'historical importkällor',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalLedgerProject',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(blank=True, max_length=200, verbose_name='namn')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical projekt i redovisningen',
                        'verbose_name_plural': 'historical projekt i redovisningen',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalRuleCondition',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('part', models.CharField(choices=[('account', 'Konto'), ('cost_centre', 'Kostnadsställe'), ('project', 'Projekt'), ('activity', 'Verksamhet'), ('funder', 'Finansiär')], max_length=20, verbose_name='del')),
                        ('operator', models.CharField(choices=[('exact', 'är'), ('prefix', 'börjar med'), ('range', 'ligger i'), ('empty', 'är tomt')], default='exact', max_length=10, verbose_name='villkor')),
                        ('low', models.CharField(blank=True, max_length=40, verbose_name='värde')),
                        ('high', models.CharField(blank=True, help_text='Bara för ”ligger i”.', max_length=40, verbose_name='till')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('rule', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.allocationrule', verbose_name='regel')),
                    ],
                    options={
                        'verbose_name': 'historical villkor',
                        'verbose_name_plural': 'historical villkor',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='ImportSource',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('is_default', models.BooleanField(default=False, help_text='Används när ingen källa anges.', verbose_name='förvald')),
                        ('chart', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sources', to='finance.chartofaccounts', verbose_name='kontoplan')),
                    ],
                    options={
                        'verbose_name': 'importkälla',
                        'verbose_name_plural': 'importkällor',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='ImportProfile',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(max_length=40, unique=True, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('columns', models.JSONField(help_text='Kolumnrubrik → roll, t.ex. {"Ansvar": "cost_centre", "Belopp": "amount"}.', verbose_name='kolumner')),
                        ('decimal_mark', models.CharField(choices=[(',', ','), ('.', '.')], default=',', max_length=1, verbose_name='decimaltecken')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='profiles', to='finance.importsource', verbose_name='källa')),
                    ],
                    options={
                        'verbose_name': 'importprofil',
                        'verbose_name_plural': 'importprofiler',
                        'ordering': ['code'],
                    },
                ),
                migrations.CreateModel(
                    name='ImportBatch',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('file_name', models.CharField(max_length=255, verbose_name='filnamn')),
                        ('file_size', models.BigIntegerField(verbose_name='storlek i byte')),
                        ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                        ('file_format', models.CharField(max_length=20, verbose_name='format')),
                        ('encoding', models.CharField(max_length=20, verbose_name='teckenkodning')),
                        ('row_count', models.IntegerField(verbose_name='rader')),
                        ('total', vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name='summa')),
                        ('control_total', vp_portal.core.fields.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='kontrollsumma')),
                        ('skipped', models.JSONField(blank=True, default=list, verbose_name='överhoppade rader')),
                        ('booked_at', models.DateTimeField(verbose_name='bokförd')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='gällde till')),
                        ('booked_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av')),
                        ('profile', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='finance.importprofile', verbose_name='profil')),
                        ('source', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='batches', to='finance.importsource', verbose_name='källa')),
                    ],
                    options={
                        'verbose_name': 'importomgång',
                        'verbose_name_plural': 'importomgångar',
                        'ordering': ['-booked_at', '-pk'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalImportProfile',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('code', vp_portal.core.fields.CodeField(db_index=True, max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='kod')),
                        ('name', models.CharField(max_length=120, verbose_name='namn')),
                        ('columns', models.JSONField(help_text='Kolumnrubrik → roll, t.ex. {"Ansvar": "cost_centre", "Belopp": "amount"}.', verbose_name='kolumner')),
                        ('decimal_mark', models.CharField(choices=[(',', ','), ('.', '.')], default=',', max_length=1, verbose_name='decimaltecken')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.importsource', verbose_name='källa')),
                    ],
                    options={
                        'verbose_name': 'historical importprofil',
                        'verbose_name_plural': 'historical importprofiler',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalImportBatch',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('file_name', models.CharField(max_length=255, verbose_name='filnamn')),
                        ('file_size', models.BigIntegerField(verbose_name='storlek i byte')),
                        ('sha256', models.CharField(max_length=64, verbose_name='SHA-256')),
                        ('file_format', models.CharField(max_length=20, verbose_name='format')),
                        ('encoding', models.CharField(max_length=20, verbose_name='teckenkodning')),
                        ('row_count', models.IntegerField(verbose_name='rader')),
                        ('total', vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name='summa')),
                        ('control_total', vp_portal.core.fields.MoneyField(blank=True, decimal_places=2, max_digits=14, null=True, verbose_name='kontrollsumma')),
                        ('skipped', models.JSONField(blank=True, default=list, verbose_name='överhoppade rader')),
                        ('booked_at', models.DateTimeField(verbose_name='bokförd')),
                        ('ended_at', models.DateTimeField(blank=True, null=True, verbose_name='gällde till')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('booked_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('profile', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.importprofile', verbose_name='profil')),
                        ('source', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='finance.importsource', verbose_name='källa')),
                    ],
                    options={
                        'verbose_name': 'historical importomgång',
                        'verbose_name_plural': 'historical importomgångar',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='LedgerCell',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('period', vp_portal.core.periods.PeriodField(verbose_name='period')),
                        ('amount', vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name='belopp')),
                        ('row_count', models.IntegerField(verbose_name='rader')),
                        ('batch', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='finance.importbatch', verbose_name='importomgång')),
                        ('code_string', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='cells', to='finance.codestring', verbose_name='kodsträng')),
                    ],
                    options={
                        'verbose_name': 'huvudbokscell',
                        'verbose_name_plural': 'huvudboksceller',
                    },
                ),
                migrations.CreateModel(
                    name='AllocationLine',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('amount', vp_portal.core.fields.MoneyField(decimal_places=2, max_digits=14, verbose_name='belopp')),
                        ('cost_object', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.costobject')),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='finance.allocationrule')),
                        ('run', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='finance.allocationrun')),
                        ('cell', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='lines', to='finance.ledgercell')),
                    ],
                    options={
                        'verbose_name': 'fördelad post',
                        'verbose_name_plural': 'fördelade poster',
                    },
                ),
                migrations.CreateModel(
                    name='RuleCondition',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('part', models.CharField(choices=[('account', 'Konto'), ('cost_centre', 'Kostnadsställe'), ('project', 'Projekt'), ('activity', 'Verksamhet'), ('funder', 'Finansiär')], max_length=20, verbose_name='del')),
                        ('operator', models.CharField(choices=[('exact', 'är'), ('prefix', 'börjar med'), ('range', 'ligger i'), ('empty', 'är tomt')], default='exact', max_length=10, verbose_name='villkor')),
                        ('low', models.CharField(blank=True, max_length=40, verbose_name='värde')),
                        ('high', models.CharField(blank=True, help_text='Bara för ”ligger i”.', max_length=40, verbose_name='till')),
                        ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='conditions', to='finance.allocationrule', verbose_name='regel')),
                    ],
                    options={
                        'verbose_name': 'villkor',
                        'verbose_name_plural': 'villkor',
                        'ordering': ['rule', 'part', 'low'],
                    },
                ),
                migrations.CreateModel(
                    name='AccountRange',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('low', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='från')),
                        ('high', vp_portal.core.fields.CodeField(max_length=40, validators=[django.core.validators.RegexValidator('^[^\\s/?#&%;\\\\]+\\Z', 'En kod får inte innehålla blanktecken eller något av / ? # & % ; \\')], verbose_name='till')),
                        ('group', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='ranges', to='finance.accountgroup', verbose_name='kontogrupp')),
                    ],
                    options={
                        'verbose_name': 'kontointervall',
                        'verbose_name_plural': 'kontointervall',
                        'ordering': ['group', 'low'],
                        'constraints': [models.CheckConstraint(condition=django.db.models.lookups.Exact(django.db.models.functions.text.Length('low'), django.db.models.functions.text.Length('high')), name='finance_accountrange_same_length', violation_error_message='Från och till ska ha lika många tecken.'), models.CheckConstraint(condition=models.Q(('low__lte', models.F('high'))), name='finance_accountrange_in_order', violation_error_message='Från får inte vara större än till.')],
                    },
                ),
            ]
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name='allocationrun',
                    constraint=models.UniqueConstraint(models.Value(1), condition=models.Q(('in_force_from__isnull', False), ('in_force_to__isnull', True)), name='finance_allocationrun_one_in_force'),
                ),
                migrations.AddConstraint(
                    model_name='allocationshare',
                    constraint=models.UniqueConstraint(fields=('rule',), name='finance_allocationshare_one_per_rule', violation_error_message='Regeln har redan en kostnadsbärare.'),
                ),
                migrations.AddConstraint(
                    model_name='allocationshare',
                    constraint=models.CheckConstraint(condition=models.Q(('share', Decimal('100.0000'))), name='finance_allocationshare_is_whole', violation_error_message='Andelarna ska bli 100,0000 procent.'),
                ),
                migrations.AddConstraint(
                    model_name='allocationrule',
                    constraint=models.CheckConstraint(condition=models.Q(('first_period__isnull', True), ('last_period__isnull', True), ('last_period__gte', models.F('first_period')), _connector='OR'), name='finance_allocationrule_periods_in_order', violation_error_message='Sista perioden får inte ligga före den första.'),
                ),
                migrations.AddConstraint(
                    model_name='accountgroup',
                    constraint=models.UniqueConstraint(fields=('chart', 'code'), name='finance_accountgroup_code_once', violation_error_message='Koden finns redan i kontoplanen.'),
                ),
                migrations.AddConstraint(
                    model_name='accountgroup',
                    constraint=models.CheckConstraint(condition=models.Q(('kind__in', ['income', 'cost', 'other'])), name='finance_accountgroup_kind_known', violation_error_message='Okänt slag.'),
                ),
                migrations.AddConstraint(
                    model_name='account',
                    constraint=models.UniqueConstraint(fields=('chart', 'code'), name='finance_account_code_once', violation_error_message='Kontot finns redan i kontoplanen.'),
                ),
                migrations.AddConstraint(
                    model_name='costcentreunit',
                    constraint=django.contrib.postgres.constraints.ExclusionConstraint(expressions=[('cost_centre', '='), ('valid', '&&')], name='finance_costcentreunit_one_unit_a_day', violation_error_message='Kostnadsstället har redan en enhet de dagarna.'),
                ),
                migrations.AddConstraint(
                    model_name='costcentreunit',
                    constraint=models.CheckConstraint(condition=models.Q(('valid__isempty', True), _negated=True), name='finance_costcentreunit_valid_not_empty', violation_error_message='Slutet måste ligga efter starten.'),
                ),
                migrations.AddIndex(
                    model_name='costrollup',
                    index=models.Index(fields=['run', 'cost_centre', 'period'], name='finance_rollup_by_centre'),
                ),
                migrations.AddIndex(
                    model_name='costrollup',
                    index=models.Index(fields=['run', 'cost_object', 'period'], name='finance_rollup_by_object'),
                ),
                migrations.AddConstraint(
                    model_name='costrollup',
                    constraint=models.UniqueConstraint(fields=('run', 'period', 'cost_object', 'account_group', 'cost_centre', 'is_distribution'), name='finance_costrollup_once', nulls_distinct=False),
                ),
                migrations.AddConstraint(
                    model_name='importsource',
                    constraint=models.UniqueConstraint(condition=models.Q(('is_default', True)), fields=('is_default',), name='finance_importsource_one_default', violation_error_message='En annan källa är redan förvald.'),
                ),
                migrations.AddConstraint(
                    model_name='importprofile',
                    constraint=models.CheckConstraint(condition=models.Q(('decimal_mark__in', [',', '.'])), name='finance_importprofile_decimal_mark_known', violation_error_message='Decimaltecknet är komma eller punkt.'),
                ),
                migrations.AddConstraint(
                    model_name='importbatch',
                    constraint=models.UniqueConstraint(condition=models.Q(('ended_at__isnull', True)), fields=('sha256',), name='finance_importbatch_same_file_once', violation_error_message='Filen är redan bokförd.'),
                ),
                migrations.AddConstraint(
                    model_name='importbatch',
                    constraint=models.CheckConstraint(condition=models.Q(('control_total__isnull', True), ('control_total', models.F('total')), _connector='OR'), name='finance_importbatch_agrees_with_control_total', violation_error_message='Summan stämmer inte med kontrollsumman.'),
                ),
                migrations.AddConstraint(
                    model_name='importbatch',
                    constraint=models.CheckConstraint(condition=models.Q(('file_size__gte', 0), ('row_count__gte', 0)), name='finance_importbatch_rows_not_negative', violation_error_message='Antalet rader kan inte vara negativt.'),
                ),
                migrations.AddConstraint(
                    model_name='importbatch',
                    constraint=models.CheckConstraint(condition=models.Q(('ended_at__isnull', True), ('ended_at__gte', models.F('booked_at')), _connector='OR'), name='finance_importbatch_ends_after_start', violation_error_message='En importomgång kan inte sluta gälla innan den bokfördes.'),
                ),
                migrations.AddIndex(
                    model_name='ledgercell',
                    index=models.Index(fields=['period', 'code_string'], name='finance_ledgercell_period'),
                ),
                migrations.AddConstraint(
                    model_name='ledgercell',
                    constraint=models.UniqueConstraint(fields=('batch', 'period', 'code_string'), name='finance_ledgercell_once'),
                ),
                migrations.AddConstraint(
                    model_name='ledgercell',
                    constraint=models.CheckConstraint(condition=models.Q(('row_count__gt', 0)), name='finance_ledgercell_has_rows'),
                ),
                migrations.AddConstraint(
                    model_name='ledgercell',
                    constraint=models.CheckConstraint(condition=models.Q(('period__gte', 190000), ('period__lte', 299913)), name='finance_ledgercell_period_form'),
                ),
                migrations.AddConstraint(
                    model_name='allocationline',
                    constraint=models.UniqueConstraint(fields=('run', 'cell', 'cost_object'), name='finance_allocationline_once'),
                ),
                migrations.AddConstraint(
                    model_name='codestring',
                    constraint=models.UniqueConstraint(fields=('account', 'cost_centre', 'project', 'activity', 'funder'), name='finance_codestring_combination_once', nulls_distinct=False, violation_error_message='Kombinationen finns redan.'),
                ),
                migrations.AddConstraint(
                    model_name='rulecondition',
                    constraint=models.CheckConstraint(condition=models.Q(('part__in', ['account', 'cost_centre', 'project', 'activity', 'funder'])), name='finance_rulecondition_part_known', violation_error_message='Okänd del av kodsträngen.'),
                ),
                migrations.AddConstraint(
                    model_name='rulecondition',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('high', ''), ('low', ''), ('operator', 'empty')), models.Q(('high', ''), ('operator__in', ['exact', 'prefix']), models.Q(('low', ''), _negated=True)), models.Q(('low__lte', models.F('high')), ('operator', 'range'), models.Q(('low', ''), _negated=True)), _connector='OR'), name='finance_rulecondition_values_fit_operator', violation_error_message='Ange ett värde, för ”ligger i” två i ordning, för ”är tomt” inget.'),
                ),
            ]
        ),
    ]
