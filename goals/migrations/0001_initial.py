
import django.db.models.deletion
import simple_history.models
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
                    name='FocusArea',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, verbose_name='nummer')),
                        ('name', models.CharField(max_length=300, verbose_name='namn')),
                    ],
                    options={
                        'verbose_name': 'fokusområde',
                        'verbose_name_plural': 'fokusområden',
                        'ordering': ['plan', 'number'],
                    },
                ),
                migrations.CreateModel(
                    name='Goal',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordning')),
                        ('text', models.TextField(verbose_name='text')),
                        ('focus_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='goals', to='goals.focusarea', verbose_name='fokusområde')),
                    ],
                    options={
                        'verbose_name': 'mål',
                        'verbose_name_plural': 'mål',
                        'ordering': ['focus_area', 'position'],
                    },
                ),
                migrations.CreateModel(
                    name='ExpectedResult',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, verbose_name='nummer')),
                        ('text', models.TextField(verbose_name='text')),
                        ('starts_on', models.DateField(blank=True, null=True, verbose_name='startar')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='klart senast')),
                        ('weight', models.DecimalField(decimal_places=2, default=Decimal('1.00'), max_digits=6, verbose_name='vikt')),
                        ('cost_objects', models.ManyToManyField(blank=True, related_name='+', to='services.costobject', verbose_name='gäller tjänster och FO')),
                        ('deputy', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.person', verbose_name='ersättare')),
                        ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.person', verbose_name='ansvarig')),
                        ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='children', to='goals.expectedresult', verbose_name='del av')),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.orgunit', verbose_name='enhet')),
                        ('focus_area', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='goals.focusarea', verbose_name='fokusområde')),
                        ('goal', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='results', to='goals.goal', verbose_name='mål')),
                    ],
                    options={
                        'verbose_name': 'förväntat resultat',
                        'verbose_name_plural': 'förväntade resultat',
                        'ordering': ['plan', 'focus_area__number', 'number'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalCheckIn',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('tertial', vp_portal.core.periods.TertialField(max_length=6, verbose_name='tertial')),
                        ('status', models.CharField(choices=[('not_started', 'Ej påbörjat'), ('on_plan', 'På plan'), ('watch', 'Bevakas'), ('risk', 'Risk'), ('achieved', 'Uppnått'), ('cancelled', 'Avbrutet')], max_length=20, verbose_name='status')),
                        ('progress', models.PositiveSmallIntegerField(verbose_name='framsteg i procent')),
                        ('confidence', models.CharField(choices=[('low', 'Låg'), ('medium', 'Medel'), ('high', 'Hög')], default='medium', max_length=10, verbose_name='tillförsikt')),
                        ('comment', models.TextField(blank=True, verbose_name='kommentar')),
                        ('blocked_by', models.TextField(blank=True, verbose_name='vad hindrar')),
                        ('help_needed', models.TextField(blank=True, verbose_name='vilken hjälp behövs')),
                        ('made_at', models.DateTimeField(verbose_name='tidpunkt')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('made_by', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av')),
                        ('result', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.expectedresult', verbose_name='förväntat resultat')),
                    ],
                    options={
                        'verbose_name': 'historical avstämning',
                        'verbose_name_plural': 'historical avstämningar',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalExpectedResult',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, verbose_name='nummer')),
                        ('text', models.TextField(verbose_name='text')),
                        ('starts_on', models.DateField(blank=True, null=True, verbose_name='startar')),
                        ('due_on', models.DateField(blank=True, null=True, verbose_name='klart senast')),
                        ('weight', models.DecimalField(decimal_places=2, default=Decimal('1.00'), max_digits=6, verbose_name='vikt')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('deputy', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ersättare')),
                        ('focus_area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.focusarea', verbose_name='fokusområde')),
                        ('goal', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.goal', verbose_name='mål')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('owner', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.person', verbose_name='ansvarig')),
                        ('parent', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.expectedresult', verbose_name='del av')),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'historical förväntat resultat',
                        'verbose_name_plural': 'historical förväntade resultat',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalExpectedResult_cost_objects',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('m2m_history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('costobject', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.costobject')),
                        ('expectedresult', models.ForeignKey(blank=True, db_constraint=False, db_tablespace='', null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.expectedresult')),
                        ('history', models.ForeignKey(db_constraint=False, on_delete=django.db.models.deletion.DO_NOTHING, to='goals.historicalexpectedresult')),
                    ],
                    options={
                        'verbose_name': 'HistoricalExpectedResult_cost_objects',
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalGoal',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('position', models.PositiveSmallIntegerField(default=1, verbose_name='ordning')),
                        ('text', models.TextField(verbose_name='text')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('focus_area', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.focusarea', verbose_name='fokusområde')),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                    ],
                    options={
                        'verbose_name': 'historical mål',
                        'verbose_name_plural': 'historical mål',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalPlan',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='namn')),
                        ('first_year', models.PositiveSmallIntegerField(verbose_name='första år')),
                        ('last_year', models.PositiveSmallIntegerField(verbose_name='sista år')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('unit', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'historical verksamhetsplan',
                        'verbose_name_plural': 'historical verksamhetsplaner',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='Plan',
                    fields=[
                        ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                        ('name', models.CharField(max_length=200, verbose_name='namn')),
                        ('first_year', models.PositiveSmallIntegerField(verbose_name='första år')),
                        ('last_year', models.PositiveSmallIntegerField(verbose_name='sista år')),
                        ('unit', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='services.orgunit', verbose_name='enhet')),
                    ],
                    options={
                        'verbose_name': 'verksamhetsplan',
                        'verbose_name_plural': 'verksamhetsplaner',
                        'ordering': ['-first_year'],
                    },
                ),
                migrations.CreateModel(
                    name='HistoricalStrategicGoal',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, verbose_name='nummer')),
                        ('text', models.TextField(verbose_name='text')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plan', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.plan', verbose_name='plan')),
                    ],
                    options={
                        'verbose_name': 'historical strategiskt mål',
                        'verbose_name_plural': 'historical strategiska mål',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
                migrations.CreateModel(
                    name='HistoricalPlanSection',
                    fields=[
                        ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                        ('number', models.CharField(max_length=12, verbose_name='nummer')),
                        ('title', models.CharField(max_length=300, verbose_name='rubrik')),
                        ('text', models.TextField(blank=True, help_text='Markdown. Tomt visas som ”ej skrivet”.', verbose_name='text')),
                        ('position', models.PositiveSmallIntegerField(verbose_name='ordning')),
                        ('history_id', models.AutoField(primary_key=True, serialize=False)),
                        ('history_date', models.DateTimeField(db_index=True)),
                        ('history_change_reason', models.TextField(null=True)),
                        ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                        ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                        ('plan', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.plan', verbose_name='plan')),
                    ],
                    options={
                        'verbose_name': 'historical avsnitt',
                        'verbose_name_plural': 'historical avsnitt',
                        'ordering': ('-history_date', '-history_id'),
                        'get_latest_by': ('history_date', 'history_id'),
                    },
                    bases=(simple_history.models.HistoricalChanges, models.Model),
                ),
            ]
        ),
        Together(
            [
                migrations.AddField(
                    model_name='historicalexpectedresult',
                    name='plan',
                    field=models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.plan', verbose_name='plan'),
                ),
                migrations.AddField(
                    model_name='focusarea',
                    name='plan',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='focus_areas', to='goals.plan', verbose_name='plan'),
                ),
                migrations.AddField(
                    model_name='expectedresult',
                    name='plan',
                    field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='results', to='goals.plan', verbose_name='plan'),
                ),
            ]
        ),
        migrations.CreateModel(
            name='PlanSection',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, verbose_name='nummer')),
                ('title', models.CharField(max_length=300, verbose_name='rubrik')),
                ('text', models.TextField(blank=True, help_text='Markdown. Tomt visas som ”ej skrivet”.', verbose_name='text')),
                ('position', models.PositiveSmallIntegerField(verbose_name='ordning')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='sections', to='goals.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'avsnitt',
                'verbose_name_plural': 'avsnitt',
                'ordering': ['plan', 'position'],
            },
        ),
        migrations.CreateModel(
            name='HistoricalFocusArea',
            fields=[
                ('id', models.BigIntegerField(auto_created=True, blank=True, db_index=True, verbose_name='ID')),
                ('number', models.CharField(max_length=12, verbose_name='nummer')),
                ('name', models.CharField(max_length=300, verbose_name='namn')),
                ('history_id', models.AutoField(primary_key=True, serialize=False)),
                ('history_date', models.DateTimeField(db_index=True)),
                ('history_change_reason', models.TextField(null=True)),
                ('history_type', models.CharField(choices=[('+', 'Created'), ('~', 'Changed'), ('-', 'Deleted')], max_length=1)),
                ('history_user', models.ForeignKey(db_constraint=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('plan', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.plan', verbose_name='plan')),
                ('section', models.ForeignKey(blank=True, db_constraint=False, null=True, on_delete=django.db.models.deletion.DO_NOTHING, related_name='+', to='goals.plansection', verbose_name='avsnitt')),
            ],
            options={
                'verbose_name': 'historical fokusområde',
                'verbose_name_plural': 'historical fokusområden',
                'ordering': ('-history_date', '-history_id'),
                'get_latest_by': ('history_date', 'history_id'),
            },
            bases=(simple_history.models.HistoricalChanges, models.Model),
        ),
        migrations.AddField(
            model_name='focusarea',
            name='section',
            field=models.OneToOneField(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='focus_area', to='goals.plansection', verbose_name='avsnitt'),
        ),
        migrations.CreateModel(
            name='StrategicGoal',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.CharField(max_length=12, verbose_name='nummer')),
                ('text', models.TextField(verbose_name='text')),
                ('plan', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='strategic_goals', to='goals.plan', verbose_name='plan')),
            ],
            options={
                'verbose_name': 'strategiskt mål',
                'verbose_name_plural': 'strategiska mål',
                'ordering': ['plan', 'number'],
            },
        ),
        migrations.CreateModel(
            name='CheckIn',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('tertial', vp_portal.core.periods.TertialField(max_length=6, verbose_name='tertial')),
                ('status', models.CharField(choices=[('not_started', 'Ej påbörjat'), ('on_plan', 'På plan'), ('watch', 'Bevakas'), ('risk', 'Risk'), ('achieved', 'Uppnått'), ('cancelled', 'Avbrutet')], max_length=20, verbose_name='status')),
                ('progress', models.PositiveSmallIntegerField(verbose_name='framsteg i procent')),
                ('confidence', models.CharField(choices=[('low', 'Låg'), ('medium', 'Medel'), ('high', 'Hög')], default='medium', max_length=10, verbose_name='tillförsikt')),
                ('comment', models.TextField(blank=True, verbose_name='kommentar')),
                ('blocked_by', models.TextField(blank=True, verbose_name='vad hindrar')),
                ('help_needed', models.TextField(blank=True, verbose_name='vilken hjälp behövs')),
                ('made_at', models.DateTimeField(verbose_name='tidpunkt')),
                ('made_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='av')),
                ('result', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='check_ins', to='goals.expectedresult', verbose_name='förväntat resultat')),
            ],
            options={
                'verbose_name': 'avstämning',
                'verbose_name_plural': 'avstämningar',
                'ordering': ['-tertial', '-made_at'],
                'indexes': [models.Index(fields=['result', '-tertial', '-made_at'], name='goals_checkin_latest')],
                'constraints': [models.CheckConstraint(condition=models.Q(('progress__gte', 0), ('progress__lte', 100)), name='goals_checkin_progress_0_100', violation_error_message='Framsteg anges 0–100 procent.'), models.CheckConstraint(condition=models.Q(('status__in', ['not_started', 'on_plan', 'watch', 'risk', 'achieved', 'cancelled'])), name='goals_checkin_status_known', violation_error_message='Okänd status.'), models.CheckConstraint(condition=models.Q(('tertial__regex', '^\\d{4}T[123]$')), name='goals_checkin_tertial_form', violation_error_message='En tertial skrivs 2025T1.')],
            },
        ),
        Together(
            [
                migrations.AddConstraint(
                    model_name='goal',
                    constraint=models.UniqueConstraint(fields=('focus_area', 'position'), name='goals_goal_position_once', violation_error_message='Det finns redan ett mål på den platsen.'),
                ),
                migrations.AddConstraint(
                    model_name='goal',
                    constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='goals_goal_text_given', violation_error_message='Ett mål måste ha en text.'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.CheckConstraint(condition=models.Q(('first_year__gte', 2000), ('last_year__gte', models.F('first_year')), ('last_year__lte', 2199)), name='goals_plan_years_in_order', violation_error_message='Sista året får inte ligga före det första.'),
                ),
                migrations.AddConstraint(
                    model_name='plan',
                    constraint=models.UniqueConstraint(fields=('unit', 'first_year', 'last_year'), name='goals_plan_once_per_unit_and_years', nulls_distinct=False, violation_error_message='Det finns redan en plan för de åren.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.UniqueConstraint(fields=('plan', 'number'), name='goals_expectedresult_number_once', violation_error_message='Numret finns redan i planen.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.CheckConstraint(condition=models.Q(models.Q(('number__regex', '^\\d{1,2}\\.\\d{1,2}\\.\\d{1,2}$'), ('parent__isnull', True)), models.Q(('number__regex', '^\\d{1,2}\\.\\d{1,2}\\.\\d{1,2}\\.\\d{1,2}$'), ('parent__isnull', False)), _connector='OR'), name='goals_expectedresult_number_fits_level', violation_error_message='Ett resultat numreras 3.1.1, ett delresultat 3.1.1.1.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.CheckConstraint(condition=models.Q(('text', ''), _negated=True), name='goals_expectedresult_text_given', violation_error_message='Ett förväntat resultat måste ha en text.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.CheckConstraint(condition=models.Q(('starts_on__isnull', True), ('due_on__isnull', True), ('due_on__gte', models.F('starts_on')), _connector='OR'), name='goals_expectedresult_due_after_start', violation_error_message='Resultatet kan inte vara klart innan det startar.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.CheckConstraint(condition=models.Q(('weight__gte', 0)), name='goals_expectedresult_weight_not_negative', violation_error_message='Vikten får inte vara negativ.'),
                ),
                migrations.AddConstraint(
                    model_name='expectedresult',
                    constraint=models.CheckConstraint(condition=models.Q(('owner__isnull', True), ('deputy__isnull', True), models.Q(('deputy', models.F('owner')), _negated=True), _connector='OR'), name='goals_expectedresult_deputy_is_another', violation_error_message='Ersättaren måste vara någon annan än den ansvariga.'),
                ),
                migrations.AddConstraint(
                    model_name='plansection',
                    constraint=models.UniqueConstraint(fields=('plan', 'number'), name='goals_plansection_number_once', violation_error_message='Numret finns redan i planen.'),
                ),
                migrations.AddConstraint(
                    model_name='plansection',
                    constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^\\d{1,2}(\\.\\d{1,2}){0,3}$')), name='goals_plansection_number_form', violation_error_message='Ett avsnitt numreras 01, 1.1 eller 1.1.1.'),
                ),
                migrations.AddConstraint(
                    model_name='focusarea',
                    constraint=models.UniqueConstraint(fields=('plan', 'number'), name='goals_focusarea_number_once', violation_error_message='Numret finns redan i planen.'),
                ),
                migrations.AddConstraint(
                    model_name='focusarea',
                    constraint=models.CheckConstraint(condition=models.Q(('number__regex', '^\\d{1,2}\\.\\d{1,2}$')), name='goals_focusarea_number_form', violation_error_message='Ett fokusområde numreras 3.1.'),
                ),
                migrations.AddConstraint(
                    model_name='strategicgoal',
                    constraint=models.UniqueConstraint(fields=('plan', 'number'), name='goals_strategicgoal_number_once', violation_error_message='Numret finns redan i planen.'),
                ),
            ]
        ),
    ]
