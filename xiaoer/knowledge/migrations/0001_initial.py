import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('people', '0001_initial'),
        ('people', '__first__'),
    ]

    operations = [
        migrations.CreateModel(
            name='IndexBlock',
            fields=[
                ('number', models.PositiveIntegerField(primary_key=True, serialize=False)),
                ('change', models.BigIntegerField(default=0)),
                ('facts', models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name='Article',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shops', models.JSONField(default=list)),
                ('shared', models.BooleanField(default=False)),
                ('key', models.CharField(max_length=80)),
                ('kind', models.CharField(choices=[('article', '文章'), ('faq', '问答'), ('script', '话术'), ('steps', '步骤'), ('tree', '引导')], default='article', max_length=8)),
                ('title', models.CharField(max_length=120)),
                ('summary', models.CharField(blank=True, default='', max_length=300)),
                ('body', models.TextField(blank=True, default='')),
                ('title_en', models.CharField(blank=True, default='', max_length=200)),
                ('body_en', models.TextField(blank=True, default='')),
                ('data', models.JSONField(default=dict)),
                ('questions', models.JSONField(default=list)),
                ('category', models.CharField(blank=True, default='', max_length=32)),
                ('tags', models.JSONField(default=list)),
                ('platforms', models.JSONField(default=list)),
                ('goods', models.JSONField(default=list)),
                ('stages', models.JSONField(default=list)),
                ('audience', models.CharField(choices=[('buyer', '买家可见'), ('staff', '仅内部')], default='staff', max_length=8)),
                ('source', models.CharField(blank=True, default='', max_length=80)),
                ('review_on', models.DateField(null=True)),
                ('valid_from', models.DateField(null=True)),
                ('valid_to', models.DateField(null=True)),
                ('must_read', models.BooleanField(default=False)),
                ('state', models.CharField(choices=[('draft', '草稿'), ('review', '待审核'), ('published', '已发布'), ('superseded', '已替代'), ('archived', '已归档'), ('withdrawn', '已撤回')], default='draft', max_length=12)),
                ('state_at', models.DateTimeField()),
                ('version', models.PositiveIntegerField(default=0)),
                ('helped', models.PositiveIntegerField(default=0)),
                ('not_helped', models.PositiveIntegerField(default=0)),
                ('used', models.PositiveIntegerField(default=0)),
                ('published_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, default='', max_length=64)),
                ('owner', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.shop')),
                ('supersedes', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='knowledge.article')),
            ],
            options={
                'indexes': [models.Index(fields=['shop', 'state', '-changed_at', '-id'], name='article_state'), models.Index(fields=['shop', 'category', '-changed_at', '-id'], name='article_category'), models.Index(fields=['shop', '-changed_at', '-id'], name='article_recent'), models.Index(condition=models.Q(('audience', 'buyer'), ('state', 'published')), fields=['shop', 'category', '-helped', 'id'], name='article_help'), models.Index(condition=models.Q(('state', 'published')), fields=['review_on'], name='article_review'), models.Index(condition=models.Q(('must_read', True), ('state', 'published')), fields=['shop'], name='article_must'), models.Index(condition=models.Q(('shared', True), ('state', 'published')), fields=['id'], name='article_shared')],
                'constraints': [models.UniqueConstraint(fields=('shop', 'key'), name='article_key_once')],
            },
        ),
        migrations.CreateModel(
            name='FeedMark',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('at', models.DateTimeField()),
                ('staff', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
        ),
        migrations.CreateModel(
            name='IndexEntry',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('shop_id', models.BigIntegerField()),
                ('source', models.CharField(max_length=16)),
                ('ref', models.BigIntegerField()),
                ('title', models.CharField(max_length=200)),
                ('text', models.TextField()),
                ('terms', models.BinaryField()),
                ('vectors', models.BinaryField(default=bytes)),
                ('facts', models.JSONField(default=dict)),
                ('at', models.DateTimeField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('source', 'ref'), name='index_entry_once')],
            },
        ),
        migrations.CreateModel(
            name='IndexTerm',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('term', models.CharField(max_length=40)),
                ('block', models.PositiveIntegerField()),
                ('posts', models.BinaryField()),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('term', 'block'), name='index_term_once')],
            },
        ),
        migrations.CreateModel(
            name='SearchLog',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40)),
                ('query', models.CharField(max_length=120)),
                ('folded', models.CharField(max_length=120)),
                ('surface', models.CharField(default='box', max_length=8)),
                ('by', models.CharField(blank=True, default='', max_length=48)),
                ('hits', models.PositiveIntegerField(default=0)),
                ('top', models.JSONField(default=list)),
                ('clicked', models.CharField(blank=True, default='', max_length=40)),
                ('place', models.PositiveSmallIntegerField(null=True)),
                ('helped', models.BooleanField(null=True)),
                ('at', models.DateTimeField()),
                ('shop', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['shop', '-at', '-id'], name='search_log_recent'), models.Index(condition=models.Q(('hits', 0)), fields=['shop', '-at'], name='search_log_misses')],
                'constraints': [models.UniqueConstraint(fields=('key',), name='search_log_once')],
            },
        ),
        migrations.CreateModel(
            name='Synonym',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('words', models.JSONField(default=list)),
                ('changed_at', models.DateTimeField()),
                ('changed_by', models.CharField(blank=True, default='', max_length=64)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['shop', '-changed_at', '-id'], name='synonym_shop')],
            },
        ),
        migrations.CreateModel(
            name='ArticleVersion',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('number', models.PositiveIntegerField()),
                ('title', models.CharField(max_length=120)),
                ('values', models.JSONField(default=dict)),
                ('note', models.CharField(blank=True, default='', max_length=300)),
                ('state', models.CharField(choices=[('draft', '草稿'), ('review', '待审核'), ('published', '已发布'), ('superseded', '已替代'), ('archived', '已归档'), ('withdrawn', '已撤回')], default='draft', max_length=12)),
                ('state_at', models.DateTimeField()),
                ('author_name', models.CharField(blank=True, default='', max_length=64)),
                ('reviewer_name', models.CharField(blank=True, default='', max_length=64)),
                ('said', models.CharField(blank=True, default='', max_length=300)),
                ('restores', models.PositiveIntegerField(null=True)),
                ('conversation', models.BigIntegerField(null=True)),
                ('published_at', models.DateTimeField(null=True)),
                ('changed_at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='versions', to='knowledge.article')),
                ('author', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('reviewer', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='people.shop')),
            ],
            options={
                'indexes': [models.Index(fields=['shop', 'state', '-changed_at', '-id'], name='article_version_state'), models.Index(condition=models.Q(('published_at__isnull', False)), fields=['shop', '-published_at', '-id'], name='article_version_feed')],
                'constraints': [models.UniqueConstraint(fields=('article', 'number'), name='article_version_once'), models.UniqueConstraint(condition=models.Q(('state__in', ('draft', 'review'))), fields=('article',), name='article_one_in_work')],
            },
        ),
        migrations.CreateModel(
            name='Rated',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('reader', models.CharField(max_length=64)),
                ('helped', models.BooleanField()),
                ('surface', models.CharField(default='staff', max_length=8)),
                ('words', models.CharField(blank=True, default='', max_length=300)),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='knowledge.article')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('article', 'reader'), name='rated_once')],
            },
        ),
        migrations.CreateModel(
            name='Receipt',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('version', models.PositiveIntegerField()),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='receipts', to='knowledge.article')),
                ('staff', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('article', 'version', 'staff'), name='receipt_once')],
            },
        ),
        migrations.CreateModel(
            name='Settled',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('folded', models.CharField(max_length=120)),
                ('by', models.CharField(max_length=48)),
                ('at', models.DateTimeField()),
                ('article', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='knowledge.article')),
                ('shop', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='people.shop')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('shop', 'folded'), name='suggestion_settled_once')],
            },
        ),
    ]
