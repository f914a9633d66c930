import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('customers', '0003_special'),
        ('orders', '0003_money'),
        ('people', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='OrderWatch',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('state', models.CharField(max_length=12)),
                ('state_at', models.DateTimeField()),
                ('due_at', models.DateTimeField(null=True)),
                ('owner_id', models.BigIntegerField(null=True)),
                ('opened_at', models.DateTimeField()),
                ('until', models.DateTimeField()),
                ('found', models.JSONField(default=list)),
                ('news', models.CharField(blank=True, default='', max_length=120)),
                ('contacts', models.PositiveSmallIntegerField(default=0)),
                ('contacted_at', models.DateTimeField(null=True)),
                ('ended_at', models.DateTimeField(null=True)),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('order', models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='orders.order')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['shop', 'state', 'due_at'], name='watch_desk'), models.Index(fields=['shop', '-opened_at', '-id'], name='watch_recent'), models.Index(condition=models.Q(('ended_at', None)), fields=['customer'], name='watch_customer')],
            },
        ),
        migrations.CreateModel(
            name='WatchContact',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('channel', models.CharField(max_length=16)),
                ('script', models.CharField(blank=True, default='', max_length=24)),
                ('text', models.CharField(blank=True, default='', max_length=500)),
                ('outcome', models.CharField(max_length=12)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('by', models.CharField(max_length=48)),
                ('at', models.DateTimeField()),
                ('customer', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='customers.customer')),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='calls', to='care.orderwatch')),
            ],
            options={
                'indexes': [models.Index(fields=['customer', '-at'], name='contact_buyer')],
            },
        ),
        migrations.CreateModel(
            name='WatchSign',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('kind', models.CharField(max_length=16)),
                ('ref', models.CharField(blank=True, default='', max_length=48)),
                ('note', models.CharField(blank=True, default='', max_length=200)),
                ('at', models.DateTimeField()),
                ('handled_at', models.DateTimeField(null=True)),
                ('watch', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signs', to='care.orderwatch')),
            ],
            options={
                'indexes': [models.Index(fields=['watch', 'at'], name='sign_watch')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('handled_at', None)), fields=('watch', 'kind'), name='sign_open_once')],
            },
        ),
    ]
