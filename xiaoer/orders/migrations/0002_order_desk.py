import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0002_timeline"),
        ("orders", "0001_initial"),
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="BankTransfer",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=12)),
                ("state_at", models.DateTimeField()),
                ("open", models.BooleanField(default=True)),
                ("payer", models.CharField(max_length=60)),
                ("bank", models.CharField(blank=True, default="", max_length=60)),
                ("amount_fen", models.BigIntegerField()),
                ("received_fen", models.BigIntegerField(default=0)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("registered_at", models.DateTimeField()),
                ("registered_by", models.CharField(max_length=48)),
                ("permitted_at", models.DateTimeField(null=True)),
                ("permitted_by", models.CharField(blank=True, default="", max_length=48)),
                ("received_at", models.DateTimeField(null=True)),
                ("received_by", models.CharField(blank=True, default="", max_length=48)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, default="", max_length=48)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.order"),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shop", "state", "registered_at"], name="transfer_desk"),
                    models.Index(fields=["shop", "-registered_at", "-id"], name="transfer_recent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("open", True)), fields=("order",), name="transfer_open_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="CodConfirmation",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("round", models.PositiveSmallIntegerField(default=1)),
                ("state", models.CharField(max_length=12)),
                ("state_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("late", models.BooleanField(default=False)),
                ("calls", models.PositiveSmallIntegerField(default=0)),
                ("answers", models.JSONField(default=dict)),
                ("seen", models.CharField(blank=True, default="", max_length=40)),
                ("reason", models.CharField(blank=True, default="", max_length=20)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("called_at", models.DateTimeField(null=True)),
                ("called_by", models.CharField(blank=True, default="", max_length=48)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="cod_confirmations", to="orders.order"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shop", "state", "opened_at"], name="cod_desk"),
                    models.Index(fields=["shop", "-opened_at", "-id"], name="cod_recent"),
                ],
                "constraints": [models.UniqueConstraint(fields=("order", "round"), name="cod_round_once")],
            },
        ),
        migrations.CreateModel(
            name="CourierDesk",
            fields=[
                (
                    "shop",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="people.shop",
                    ),
                ),
                ("fed_at", models.DateTimeField(null=True)),
                ("feed", models.CharField(blank=True, default="", max_length=16)),
                ("broker", models.CharField(blank=True, default="", max_length=60)),
                ("broker_contact", models.CharField(blank=True, default="", max_length=60)),
                ("broker_phone", models.CharField(blank=True, default="", max_length=32)),
                ("broker_note", models.CharField(blank=True, default="", max_length=300)),
                ("changed_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CoverageRow",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("carrier", models.CharField(max_length=16)),
                ("province", models.CharField(max_length=20)),
                ("city", models.CharField(blank=True, default="", max_length=30)),
                ("district", models.CharField(blank=True, default="", max_length=40)),
                ("verdict", models.CharField(max_length=8)),
                ("fee_fen", models.BigIntegerField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("shop", "province", "carrier", "city", "district"), name="coverage_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="FollowBatch",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("action", models.CharField(max_length=12)),
                ("values", models.JSONField(default=dict)),
                ("state", models.CharField(default="preview", max_length=10)),
                ("total", models.PositiveIntegerField(default=0)),
                ("fine", models.PositiveIntegerField(default=0)),
                ("done", models.PositiveIntegerField(default=0)),
                ("refused", models.PositiveIntegerField(default=0)),
                ("path", models.CharField(blank=True, default="", max_length=300)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                ("started_at", models.DateTimeField(null=True)),
                ("beat_at", models.DateTimeField(null=True)),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["shop", "-at", "-id"], name="follow_batch_recent")],
            },
        ),
        migrations.CreateModel(
            name="FollowUp",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("topic", models.CharField(max_length=8)),
                ("kind", models.CharField(max_length=16)),
                ("state", models.CharField(max_length=12)),
                ("state_at", models.DateTimeField()),
                ("desk", models.CharField(max_length=16)),
                ("since", models.DateTimeField()),
                ("due_at", models.DateTimeField()),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=48)),
                ("escalated_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("solution", models.JSONField(default=dict)),
                ("result", models.CharField(blank=True, default="", max_length=300)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="followups", to="orders.order"
                    ),
                ),
                (
                    "owner",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["shop", "due_at", "id"],
                        name="followup_open",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=["owner", "due_at", "id"],
                        name="followup_mine",
                    ),
                    models.Index(
                        condition=models.Q(("closed_at__isnull", False)),
                        fields=["shop", "-closed_at", "-id"],
                        name="followup_closed",
                    ),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at__isnull", True)),
                        fields=("order", "topic"),
                        name="followup_open_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="HandOver",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("what", models.CharField(max_length=8)),
                ("case", models.CharField(max_length=60)),
                ("state", models.CharField(default="asked", max_length=8)),
                ("asked_by", models.CharField(max_length=48)),
                ("asked_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("asked_at", models.DateTimeField()),
                ("gave_by", models.CharField(blank=True, default="", max_length=48)),
                ("gave_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("took_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("handed_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, default="", max_length=12)),
                ("settled_by", models.CharField(blank=True, default="", max_length=48)),
                ("settled_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("settled_at", models.DateTimeField(null=True)),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="hand_overs", to="orders.order"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("settled_at__isnull", True)),
                        fields=["shop", "asked_at", "id"],
                        name="hand_over_open",
                    ),
                    models.Index(fields=["shop", "-asked_at", "-id"], name="hand_over_recent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("settled_at__isnull", True)), fields=("case", "what"), name="hand_over_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="InvoiceRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("number", models.CharField(max_length=24)),
                ("key", models.CharField(max_length=40)),
                ("lines", models.JSONField(default=list)),
                ("invoices", models.PositiveIntegerField()),
                ("amount_fen", models.BigIntegerField()),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["shop", "-at", "-id"], name="invoice_run_recent")],
                "constraints": [
                    models.UniqueConstraint(fields=("shop", "key"), name="invoice_run_once"),
                    models.UniqueConstraint(fields=("shop", "number"), name="invoice_run_number"),
                ],
            },
        ),
        migrations.CreateModel(
            name="OrderHold",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("kind", models.CharField(max_length=8)),
                ("reason", models.CharField(max_length=300)),
                ("case", models.CharField(max_length=60)),
                ("stood", models.CharField(max_length=12)),
                ("placed_by", models.CharField(max_length=48)),
                ("placed_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("placed_at", models.DateTimeField()),
                ("seen_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("seen_at", models.DateTimeField(null=True)),
                ("released_by", models.CharField(blank=True, default="", max_length=48)),
                ("released_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("released_at", models.DateTimeField(null=True)),
                ("how", models.CharField(blank=True, default="", max_length=12)),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="holds", to="orders.order"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("released_at__isnull", True)),
                        fields=["shop", "placed_at", "id"],
                        name="hold_open",
                    )
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("released_at__isnull", True)), fields=("case",), name="hold_once"
                    ),
                    models.CheckConstraint(condition=models.Q(("kind__in", ["stop", "changed"])), name="hold_kind"),
                ],
            },
        ),
        migrations.CreateModel(
            name="Parcel",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "direction",
                    models.CharField(
                        choices=[("outbound", "发货"), ("return", "退货"), ("exchange", "换货补发")],
                        default="outbound",
                        max_length=10,
                    ),
                ),
                ("carrier", models.CharField(blank=True, default="", max_length=16)),
                ("carrier_name", models.CharField(blank=True, default="", max_length=40)),
                ("waybill", models.CharField(max_length=64)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("unknown", "暂无物流"),
                            ("created", "待揽收"),
                            ("picked_up", "已揽收"),
                            ("in_transit", "运输中"),
                            ("customs", "清关中"),
                            ("out_for_delivery", "派送中"),
                            ("at_station", "待取件"),
                            ("problem", "异常"),
                            ("refused", "拒收"),
                            ("returning", "退回中"),
                            ("signed", "已签收"),
                            ("returned", "已退回"),
                            ("cancelled", "已取消"),
                        ],
                        default="unknown",
                        max_length=20,
                    ),
                ),
                ("trouble", models.CharField(blank=True, default="", max_length=16)),
                ("code", models.CharField(blank=True, default="", max_length=24)),
                ("text", models.CharField(blank=True, default="", max_length=300)),
                ("place", models.CharField(blank=True, default="", max_length=60)),
                ("first_scan_at", models.DateTimeField(null=True)),
                ("last_scan_at", models.DateTimeField(null=True)),
                ("signed_at", models.DateTimeField(null=True)),
                ("promised_at", models.DateTimeField(null=True)),
                ("polled_at", models.DateTimeField(null=True)),
                ("created_at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shop", "-changed_at", "-id"], name="parcel_recent"),
                    models.Index(fields=["shop", "state", "-changed_at", "-id"], name="parcel_state"),
                ],
                "constraints": [models.UniqueConstraint(fields=("shop", "waybill"), name="parcel_once")],
            },
        ),
        migrations.CreateModel(
            name="PaymentReminder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(default="taken", max_length=10)),
                ("state_at", models.DateTimeField()),
                ("day", models.DateField()),
                ("nth", models.PositiveSmallIntegerField()),
                ("reason", models.CharField(blank=True, default="", max_length=16)),
                ("channel", models.CharField(blank=True, default="", max_length=12)),
                ("text", models.CharField(blank=True, default="", max_length=500)),
                ("conversation", models.BigIntegerField(null=True)),
                ("taken_by", models.CharField(max_length=48)),
                ("taken_by_name", models.CharField(blank=True, default="", max_length=64)),
                ("taken_at", models.DateTimeField()),
                ("sent_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="reminders", to="orders.order"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["order", "-taken_at"], name="reminder_of_order"),
                    models.Index(fields=["shop", "-taken_at", "-id"], name="reminder_recent"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("state", "taken")), fields=("order",), name="reminder_one_at_a_time"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("state", "dropped"), _negated=True),
                        fields=("customer", "day", "nth"),
                        name="reminder_nth_of_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PresaleCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("state", models.CharField(max_length=16)),
                ("state_at", models.DateTimeField()),
                ("deposit_fen", models.BigIntegerField()),
                ("deposit_at", models.DateTimeField(null=True)),
                ("balance_fen", models.BigIntegerField()),
                ("balance_from", models.DateTimeField()),
                ("balance_until", models.DateTimeField()),
                ("ships_at", models.DateTimeField()),
                ("reminded_at", models.DateTimeField(null=True)),
                ("paid_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=48)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT, related_name="presale", to="orders.order"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["shop", "state", "balance_until"], name="presale_due")],
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("balance_fen__gte", 0), ("deposit_fen__gte", 0)),
                        name="presale_not_negative",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("balance_until__gt", models.F("balance_from"))), name="presale_window"
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="PrintRun",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(max_length=8)),
                (
                    "state",
                    models.CharField(
                        choices=[("queued", "排队中"), ("running", "生成中"), ("done", "已完成"), ("failed", "失败")],
                        default="queued",
                        max_length=8,
                    ),
                ),
                ("wanted", models.JSONField(default=list)),
                ("skipped", models.JSONField(default=list)),
                ("done", models.PositiveIntegerField(default=0)),
                ("pages", models.PositiveIntegerField(default=0)),
                ("size", models.PositiveIntegerField(default=0)),
                ("digest", models.CharField(blank=True, default="", max_length=64)),
                ("path", models.CharField(blank=True, default="", max_length=300)),
                ("problem", models.CharField(blank=True, default="", max_length=300)),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(null=True)),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["shop", "-at", "-id"], name="print_run_recent")],
            },
        ),
        migrations.CreateModel(
            name="RemarkSeen",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("staff", models.BigIntegerField()),
                ("staff_name", models.CharField(blank=True, default="", max_length=64)),
                ("mark", models.CharField(max_length=16)),
                ("at", models.DateTimeField()),
                ("times", models.PositiveIntegerField(default=1)),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("order", "staff"), name="remark_seen_once")],
            },
        ),
        migrations.CreateModel(
            name="ServiceCase",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[("order_change", "改单"), ("order_cancel", "取消订单"), ("parcel_recall", "撤回包裹")],
                        max_length=16,
                    ),
                ),
                ("state", models.CharField(max_length=20)),
                ("state_at", models.DateTimeField()),
                ("waits_for", models.CharField(max_length=12)),
                ("due_at", models.DateTimeField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("opened_by", models.CharField(max_length=48)),
                ("ended_at", models.DateTimeField(null=True)),
                ("conversation", models.BigIntegerField(null=True)),
                ("asked_by", models.BigIntegerField(null=True)),
                ("override", models.CharField(blank=True, default="", max_length=200)),
                ("changes", models.JSONField(default=list)),
                ("fulfilment", models.CharField(max_length=12)),
                ("held", models.CharField(blank=True, default="", max_length=8)),
                ("reason", models.CharField(blank=True, default="", max_length=200)),
                ("remark", models.CharField(blank=True, default="", max_length=1000)),
                ("facts", models.JSONField(default=dict)),
                ("refund_fen", models.BigIntegerField(null=True)),
                ("refunded_before_fen", models.BigIntegerField(default=0)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.order"),
                ),
                (
                    "parent",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="orders.servicecase",
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shop", "-opened_at", "-id"], name="service_recent"),
                    models.Index(
                        condition=models.Q(("ended_at__isnull", True)),
                        fields=["shop", "-opened_at", "-id"],
                        name="service_open",
                    ),
                    models.Index(fields=["order", "-opened_at"], name="service_order"),
                    models.Index(fields=["customer", "-opened_at"], name="service_customer"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("ended_at", None)), fields=("order", "kind"), name="service_one_open"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="UnpaidNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reason", models.CharField(blank=True, default="", max_length=16)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("snoozed_until", models.DateTimeField(null=True)),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "order",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="unpaid_note", to="orders.order"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CodCall",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("result", models.CharField(max_length=12)),
                ("channel", models.CharField(max_length=10)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("by", models.CharField(max_length=48)),
                ("at", models.DateTimeField()),
                (
                    "confirmation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="attempts",
                        to="orders.codconfirmation",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="FollowBatchItem",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("place", models.PositiveIntegerField()),
                ("fine", models.BooleanField()),
                ("why", models.JSONField(default=dict)),
                ("outcome", models.CharField(blank=True, default="", max_length=8)),
                (
                    "batch",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="items", to="orders.followbatch"
                    ),
                ),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.followup"
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("outcome", "")), fields=["batch", "place"], name="follow_batch_place"
                    )
                ],
                "constraints": [models.UniqueConstraint(fields=("batch", "entry"), name="follow_batch_once")],
            },
        ),
        migrations.CreateModel(
            name="FollowNote",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("text", models.CharField(max_length=500)),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "entry",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="notes", to="orders.followup"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["entry", "at", "id"], name="follow_note_of")],
            },
        ),
        migrations.CreateModel(
            name="Invoice",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("sort", models.CharField(default="blue", max_length=6)),
                ("current", models.BooleanField(default=True)),
                ("state", models.CharField(max_length=12)),
                ("state_at", models.DateTimeField()),
                ("due_at", models.DateTimeField(null=True)),
                ("late", models.BooleanField(default=False)),
                ("kind", models.CharField(max_length=10)),
                ("type", models.CharField(default="normal", max_length=10)),
                ("title", models.CharField(max_length=100)),
                ("tax_no", models.CharField(blank=True, default="", max_length=20)),
                ("company", models.JSONField(default=dict)),
                ("delivery", models.CharField(max_length=12)),
                ("email", models.CharField(blank=True, default="", max_length=120)),
                ("source", models.CharField(max_length=8)),
                ("note", models.CharField(blank=True, default="", max_length=300)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=48)),
                ("asked_late", models.BooleanField(default=False)),
                ("amount_fen", models.BigIntegerField(null=True)),
                ("content", models.JSONField(default=list)),
                ("code", models.CharField(blank=True, default="", max_length=20)),
                ("number", models.CharField(blank=True, default="", max_length=24)),
                ("issued_at", models.DateTimeField(null=True)),
                ("carrier", models.CharField(blank=True, default="", max_length=40)),
                ("waybill", models.CharField(blank=True, default="", max_length=64)),
                ("sent_at", models.DateTimeField(null=True)),
                ("delivered_at", models.DateTimeField(null=True)),
                ("came_back_at", models.DateTimeField(null=True)),
                ("why", models.CharField(blank=True, default="", max_length=20)),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="customers.customer"
                    ),
                ),
                (
                    "order",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="invoices", to="orders.order"
                    ),
                ),
                (
                    "replaces",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.invoice"
                    ),
                ),
                (
                    "reverses",
                    models.ForeignKey(
                        null=True, on_delete=django.db.models.deletion.PROTECT, related_name="+", to="orders.invoice"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
                (
                    "run",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="rows",
                        to="orders.invoicerun",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["shop", "state", "asked_at"], name="invoice_desk"),
                    models.Index(fields=["shop", "-asked_at", "-id"], name="invoice_recent"),
                    models.Index(fields=["order"], name="invoice_order"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("current", True), ("sort", "blue")),
                        fields=("order",),
                        name="invoice_current",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("current", True)), fields=("reverses",), name="invoice_red_once"
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("number", ""), _negated=True),
                        fields=("shop", "code", "number"),
                        name="invoice_number",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelAlert",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("not_picked_up", "未揽收"),
                            ("stranded", "滞留"),
                            ("lost", "疑似丢失"),
                            ("out_of_area", "快递超区"),
                            ("refused", "买家拒收"),
                            ("undelivered", "派送未签收"),
                            ("uncollected", "驿站超时未取"),
                            ("customs", "清关滞留"),
                            ("damaged", "破损"),
                            ("problem", "物流异常"),
                            ("promise_missed", "超过承诺送达时间"),
                        ],
                        max_length=16,
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "待处理"),
                            ("asked", "已催快递"),
                            ("answered", "快递已答复"),
                            ("closed", "已结束"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("owner_id", models.BigIntegerField(null=True)),
                ("opened_at", models.DateTimeField()),
                ("asked_at", models.DateTimeField(null=True)),
                ("answer", models.CharField(blank=True, default="", max_length=300)),
                ("answered_at", models.DateTimeField(null=True)),
                ("late_at", models.DateTimeField(null=True)),
                ("told_at", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("outcome", models.CharField(blank=True, default="", max_length=16)),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="alerts", to="orders.parcel"
                    ),
                ),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("closed_at", None)), fields=["shop", "opened_at", "id"], name="alert_open"
                    ),
                    models.Index(condition=models.Q(("closed_at", None)), fields=["owner_id"], name="alert_owner"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("closed_at", None)), fields=("parcel", "kind"), name="alert_open_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ParcelOrder",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"),
                ),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="links", to="orders.parcel"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("parcel", "order"), name="parcel_order_once")],
            },
        ),
        migrations.CreateModel(
            name="ParcelTrace",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("digest", models.CharField(max_length=16)),
                ("text", models.CharField(max_length=300)),
                ("place", models.CharField(blank=True, default="", max_length=60)),
                ("code", models.CharField(blank=True, default="", max_length=24)),
                ("state", models.CharField(blank=True, default="", max_length=20)),
                ("trouble", models.CharField(blank=True, default="", max_length=16)),
                ("source", models.CharField(max_length=16)),
                ("taken_in_at", models.DateTimeField()),
                (
                    "parcel",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="traces", to="orders.parcel"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("parcel", "at", "digest"), name="trace_once")],
            },
        ),
        migrations.CreateModel(
            name="PrintSheet",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("paper", models.CharField(max_length=8)),
                ("place", models.PositiveIntegerField()),
                ("again", models.PositiveSmallIntegerField(default=0)),
                ("facts", models.JSONField(default=dict)),
                (
                    "order",
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="orders.order"),
                ),
                (
                    "run",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="sheets", to="orders.printrun"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["order", "paper"], name="sheet_of_order")],
                "constraints": [models.UniqueConstraint(fields=("run", "order"), name="sheet_once")],
            },
        ),
        migrations.CreateModel(
            name="ServiceStep",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("verb", models.CharField(max_length=20)),
                ("target", models.CharField(max_length=20)),
                ("by", models.CharField(max_length=48)),
                ("by_name", models.CharField(blank=True, default="", max_length=64)),
                ("at", models.DateTimeField()),
                ("note", models.CharField(blank=True, default="", max_length=200)),
                ("data", models.JSONField(default=dict)),
                (
                    "case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="steps", to="orders.servicecase"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="TransferArrival",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("reference", models.CharField(max_length=64)),
                ("amount_fen", models.BigIntegerField()),
                ("arrived_at", models.DateTimeField()),
                ("by", models.CharField(max_length=48)),
                ("at", models.DateTimeField()),
                (
                    "shop",
                    models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name="+", to="people.shop"),
                ),
                (
                    "transfer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="payments", to="orders.banktransfer"
                    ),
                ),
            ],
            options={
                "constraints": [models.UniqueConstraint(fields=("shop", "reference"), name="transfer_reference_once")],
            },
        ),
        migrations.AddField(
            model_name="order",
            name="hold",
            field=models.CharField(blank=True, default="", max_length=8),
        ),
        migrations.AddField(
            model_name="order",
            name="left_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(condition=models.Q(("kind", "cod")), fields=["shop", "-ordered_at"], name="order_cod"),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status", "paid")),
                fields=["shop", "fulfilment", "ordered_at", "id"],
                name="order_to_print",
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("fulfilment", "shipped")), fields=["shop", "-ordered_at", "-id"], name="order_left"
            ),
        ),
        migrations.AddIndex(
            model_name="order",
            index=models.Index(
                condition=models.Q(("status", "paid")), fields=["shop", "fulfilment", "paid_at"], name="order_working"
            ),
        ),
        migrations.AddField(
            model_name="parcel",
            name="orders",
            field=models.ManyToManyField(related_name="parcels", through="orders.ParcelOrder", to="orders.order"),
        ),
    ]
