"""What the shop sells (商品): goods and SKUs, size tables, stock and reservations, questions to the warehouse, promotions."""

from django.db import models
from django.db.models import F, Q

from xiaoer.goods.stock_flow import STOCK_QUESTION


class SizeTable(models.Model):
    """尺码表: which body fits which size. `rows` as `sizing.SizeRow` reads them; `group` = for all goods of that kind."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=80)
    group = models.CharField(max_length=20, blank=True, default="")
    rows = models.JSONField(default=list)
    stretch = models.CharField(max_length=8, default="some")
    runs = models.CharField(max_length=8, default="true")
    note = models.CharField(max_length=300, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="size_table_once")]
        indexes = [models.Index(fields=["shop", "group"], name="size_table_group")]


class FreightTemplate(models.Model):
    """运费模板 (R404): from where, counted by piece or by weight, and one row per carrier and group of regions."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    name = models.CharField(max_length=60)
    by = models.CharField(max_length=8, default="piece")
    ships_from = models.CharField(max_length=60, blank=True, default="")
    rows = models.JSONField(default=list)
    standard = models.BooleanField(default=False)
    note = models.CharField(max_length=300, blank=True, default="")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="freight_template_once")]


class Goods(models.Model):
    """One item of a shop (宝贝) by its merchant code (商家编码)."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    title = models.CharField(max_length=200)
    category = models.CharField(max_length=16, default="general")
    group = models.CharField(max_length=20, blank=True, default="")
    material = models.CharField(max_length=200, blank=True, default="")
    style = models.CharField(max_length=60, blank=True, default="")
    care = models.CharField(max_length=300, blank=True, default="")
    points = models.JSONField(default=list)
    brand = models.CharField(max_length=60, blank=True, default="")
    features = models.JSONField(default=list)
    advantages = models.JSONField(default=list)
    pictures = models.JSONField(default=list)
    model_note = models.CharField(max_length=120, blank=True, default="")
    weight_g = models.PositiveIntegerField(default=0)
    presale_at = models.DateTimeField(null=True)
    seckill = models.BooleanField(default=False)
    special_price = models.BooleanField(default=False)
    large_item = models.BooleanField(default=False)
    no_reason_excluded = models.BooleanField(default=False)
    payment_note = models.CharField(max_length=200, blank=True, default="")
    freight_note = models.CharField(max_length=200, blank=True, default="")
    size_table = models.ForeignKey(SizeTable, null=True, on_delete=models.SET_NULL, related_name="+")
    freight = models.ForeignKey(FreightTemplate, null=True, on_delete=models.SET_NULL, related_name="+")
    on_sale = models.BooleanField(default=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "code"], name="goods_code_once")]
        indexes = [
            models.Index(fields=["shop", "-changed_at", "-id"], name="goods_recent"),
            models.Index(fields=["shop", "title"], name="goods_title"),
        ]

    def __str__(self) -> str:
        return self.code


class GoodsWord(models.Model):
    """What a goods is found by: words, single characters, pinyin, initials, beginnings of codes. One row each."""

    goods = models.ForeignKey(Goods, on_delete=models.CASCADE, related_name="+")
    shop_id = models.BigIntegerField()
    word = models.CharField(max_length=64)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["goods", "word"], name="goods_word_once")]
        indexes = [models.Index(fields=["shop_id", "word", "goods"], name="goods_word_find")]


class Sku(models.Model):
    """One colour and size of a goods (规格) with its own code and price."""

    goods = models.ForeignKey(Goods, on_delete=models.CASCADE, related_name="skus")
    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    code = models.CharField(max_length=64)
    colour = models.CharField(max_length=40, blank=True, default="")
    size = models.CharField(max_length=40, blank=True, default="")
    price_fen = models.BigIntegerField(null=True)
    place = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "code"], name="sku_code_once")]

    def __str__(self) -> str:
        return self.code


class Stock(models.Model):
    """Pieces of one SKU (库存). `free` = `on_hand` - `reserved`, kept by the same statement that changes either.

    `counted_at` is the time of the last count (snapshot), `as_of` that of the last report of any kind. Free below zero
    is shown as oversold (超卖), never hidden.
    """

    sku = models.OneToOneField(Sku, primary_key=True, on_delete=models.CASCADE, related_name="stock")
    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    on_hand = models.IntegerField(default=0)
    reserved = models.PositiveIntegerField(default=0)
    free = models.IntegerField(default=0)
    counted_at = models.DateTimeField(null=True)
    as_of = models.DateTimeField()
    source = models.CharField(max_length=40, blank=True, default="")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(free=F("on_hand") - F("reserved")), name="stock_free_adds_up"),
            models.CheckConstraint(condition=Q(reserved__gte=0), name="stock_reserved_not_negative"),
        ]
        indexes = [
            models.Index(fields=["shop", "free", "sku"], name="stock_low"),
            models.Index(fields=["shop", "-as_of", "-sku"], name="stock_recent"),
        ]


class StockReport(models.Model):
    """One report of a warehouse system, known by its own id: taken in once, however often it is sent."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    report_id = models.CharField(max_length=80)
    kind = models.CharField(max_length=8)
    source = models.CharField(max_length=40, blank=True, default="")
    as_of = models.DateTimeField()
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    stale = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    by = models.CharField(max_length=48)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "report_id"], name="stock_report_once")]
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="stock_report_recent")]


class StockEntry(models.Model):
    """What one report said of one SKU: a count, or so many more or fewer. Never changed; stock is their sum."""

    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+", db_index=False)
    report = models.ForeignKey(StockReport, on_delete=models.CASCADE, related_name="+", db_index=False)
    kind = models.CharField(max_length=8)
    qty = models.IntegerField()
    as_of = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["report", "sku"], name="stock_entry_once")]
        indexes = [models.Index(fields=["sku", "-as_of", "-id"], name="stock_entry_of")]


class Reservation(models.Model):
    """Pieces kept back (留货) for an exchange, a reship or an order: by whom, for what, until when."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, on_delete=models.CASCADE, related_name="+", db_index=False)
    qty = models.PositiveIntegerField()
    reason = models.CharField(max_length=12)
    subject = models.CharField(max_length=64)
    until = models.DateTimeField()
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_why = models.CharField(max_length=12, blank=True, default="")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["subject", "sku"], name="reservation_open", condition=Q(ended_at=None)),
            models.CheckConstraint(condition=Q(qty__gt=0), name="reservation_qty"),
        ]
        indexes = [models.Index(fields=["sku", "ended_at", "-at"], name="reservation_of_sku")]


class StockQuestion(models.Model):
    """问仓库 (R066, R235): a question of an agent to the warehouse, with an answer clock. Moves only by its flow.

    `subject` ("conversation:12", "order:5") says where the answer is waited for; `order_ref` is the order's own number here.
    """

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    sku = models.ForeignKey(Sku, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False)
    sku_code = models.CharField(max_length=64, blank=True, default="")
    title = models.CharField(max_length=200, blank=True, default="")
    qty = models.PositiveIntegerField(default=1)
    note = models.CharField(max_length=300, blank=True, default="")
    urgent = models.BooleanField(default=False)
    subject = models.CharField(max_length=64, blank=True, default="")
    order_ref = models.BigIntegerField(null=True)
    order_no = models.CharField(max_length=40, blank=True, default="")
    state = models.CharField(
        max_length=12, default=STOCK_QUESTION.first, choices=[(s.name, s.zh) for s in STOCK_QUESTION.states]
    )
    state_at = models.DateTimeField()
    asked_by = models.CharField(max_length=48)
    asked_by_name = models.CharField(max_length=64, blank=True, default="")
    asked_at = models.DateTimeField()
    answer = models.CharField(max_length=8, blank=True, default="")
    answer_qty = models.PositiveIntegerField(null=True)
    answer_at = models.DateTimeField(null=True)
    answer_note = models.CharField(max_length=300, blank=True, default="")
    answered_by = models.CharField(max_length=48, blank=True, default="")
    answered_by_name = models.CharField(max_length=64, blank=True, default="")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [
            models.Index(fields=["shop", "state", "-asked_at", "-id"], name="stock_question_state"),
            models.Index(fields=["shop", "-asked_at", "-id"], name="stock_question_recent"),
            models.Index(fields=["subject", "-asked_at"], name="stock_question_about"),
            models.Index(fields=["order_ref", "-asked_at"], name="stock_question_order", condition=~Q(order_ref=None)),
        ]


class Promotion(models.Model):
    """活动 (R149): a platform's or the shop's own, with dates, what it holds for, and what the agent may say of it."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    title = models.CharField(max_length=80)
    kind = models.CharField(max_length=20)
    scope = models.CharField(max_length=10, default="shop")
    of = models.JSONField(default=list)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    text = models.CharField(max_length=400)
    threshold_fen = models.BigIntegerField(null=True)
    off_fen = models.BigIntegerField(null=True)
    free_shipping = models.BooleanField(default=False)
    stopped_at = models.DateTimeField(null=True)
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(ends_at__gt=F("starts_at")), name="promotion_dates")]
        indexes = [models.Index(fields=["shop", "ends_at"], name="promotion_running")]


class SheetImport(models.Model):
    """One file of goods or stock: uploaded, mapped, running, done (导入任务)."""

    shop = models.ForeignKey("people.Shop", on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(max_length=8)
    filename = models.CharField(max_length=200)
    path = models.CharField(max_length=300)
    columns = models.JSONField(default=list)
    mapping = models.JSONField(default=dict)
    as_of = models.DateTimeField(null=True)
    state = models.CharField(max_length=12, default="uploaded")
    rows = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    rejected = models.PositiveIntegerField(default=0)
    rejects_path = models.CharField(max_length=300, blank=True, default="")
    problem = models.CharField(max_length=500, blank=True, default="")
    by = models.CharField(max_length=48)
    by_name = models.CharField(max_length=64, blank=True, default="")
    at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["shop", "-at", "-id"], name="goods_import_recent")]
