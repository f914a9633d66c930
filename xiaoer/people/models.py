"""Shops, the people who work in them, and the keys that machines use."""

from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.auth.models import PermissionsMixin
from django.db import models


class Platform(models.TextChoices):
    """Where the shop stands (平台)."""

    TAOBAO = "taobao", "淘宝"
    TMALL = "tmall", "天猫"
    JD = "jd", "京东"
    PINDUODUO = "pinduoduo", "拼多多"
    DOUYIN = "douyin", "抖店"
    KUAISHOU = "kuaishou", "快手小店"
    OWN = "own", "自营商城"


class Shop(models.Model):
    """One shop (店铺). `hours` are weekly opening windows; `switches` say what the shop offers (C02, C05, C37).

    hours: {"zone": "Asia/Shanghai", "days": {"mon": [["09:00", "12:00"], ["13:30", "24:00"]], ...}}
    switches: {"cod": false, "bank_transfer": false, ...}
    return_address: {"name", "phone", "address"}: shown to the buyer when a return is approved.
    """

    slug = models.SlugField(max_length=48, unique=True)
    name = models.CharField(max_length=80)
    platform = models.CharField(max_length=16, choices=Platform.choices)
    hours = models.JSONField(default=dict)
    return_address = models.JSONField(default=dict)
    switches = models.JSONField(default=dict)
    hotline = models.CharField(max_length=32, default="", blank=True)
    greeting = models.TextField(default="", blank=True)
    active = models.BooleanField(default=True)
    opened_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name


class StaffManager(BaseUserManager["Staff"]):
    """Staff are made by invitation or by the command line."""

    def create_user(self, username: str, password: str | None = None, **fields: Any) -> "Staff":
        staff = self.model(username=username, **fields)
        staff.set_password(password)
        staff.save(using=self._db, force_insert=True)
        return staff

    def create_superuser(self, username: str, password: str | None = None, **fields: Any) -> "Staff":
        return self.create_user(username, password, is_staff=True, is_superuser=True, **fields)


class Staff(AbstractBaseUser, PermissionsMixin):
    """A person who works in one or several shops (员工). `is_staff` is Django's word for the operator's back door."""

    username = models.CharField(max_length=48, unique=True)
    name = models.CharField(max_length=48)
    language = models.CharField(max_length=8, default="zh")
    is_active = models.BooleanField(default=True)
    is_staff = models.BooleanField(default=False)
    joined_at = models.DateTimeField(null=True)

    USERNAME_FIELD = "username"
    REQUIRED_FIELDS = ["name"]
    objects = StaffManager()

    def __str__(self) -> str:
        return self.name


class Team(models.Model):
    """A group of agents in one shop (小组): pre-sales, after-sales, night shift, an outsourced team."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="teams")
    name = models.CharField(max_length=48)
    kind = models.CharField(max_length=16, default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "name"], name="team_name")]


class Membership(models.Model):
    """A person's posts in one shop: the roles she holds and the teams she sits in."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE, related_name="memberships")
    staff = models.ForeignKey(Staff, on_delete=models.CASCADE, related_name="memberships")
    roles = models.JSONField(default=list)
    teams = models.ManyToManyField(Team, blank=True, related_name="members")
    active = models.BooleanField(default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["shop", "staff"], name="membership_once")]


class Invitation(models.Model):
    """A link with which a new colleague sets her password; kept as a hash, valid once, for seven days."""

    shop = models.ForeignKey(Shop, on_delete=models.CASCADE)
    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=48)
    username = models.CharField(max_length=48)
    roles = models.JSONField(default=list)
    team_ids = models.JSONField(default=list)
    invited_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)


class ApiToken(models.Model):
    """A machine's key (ERP, scripts): stored as a hash, bound to shops, limited to scopes, revocable."""

    digest = models.CharField(max_length=64, unique=True)
    hint = models.CharField(max_length=12)
    name = models.CharField(max_length=64)
    shops = models.ManyToManyField(Shop)
    scopes = models.JSONField(default=list)
    created_by = models.ForeignKey(Staff, null=True, on_delete=models.SET_NULL)
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    expires_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class LoginAttempt(models.Model):
    """Failed sign-ins by name and by address, for throttling; old rows are swept."""

    key = models.CharField(max_length=96)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["key", "at"], name="login_attempt")]
