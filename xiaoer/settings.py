"""Settings of one installation. Everything that differs between machines comes from the environment.

XIAOER_HOME   data folder (default: var/ beside the code): SQLite file, uploads, imports, secret key
DATABASE_URL  postgresql://user:password@host:port/name when one SQLite file is outgrown
              (a unix socket: postgresql://user@/name?host=/folder/of/the/socket)
XIAOER_HOSTS  comma-separated host names served (default: localhost only)
XIAOER_DEMO   1: demo shop, demo clock control and printed demo logins
XIAOER_HTTPS  1: cookies only over https
XIAOER_SCAN   virus scanner for uploads: clamd:/run/clamav/clamd.ctl, clamd:127.0.0.1:3310, or command:clamscan -
"""

import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

ROOT = Path(__file__).resolve().parent.parent
HOME = Path(os.environ.get("XIAOER_HOME", ROOT / "var")).resolve()
HOME.mkdir(parents=True, exist_ok=True, mode=0o700)  # phones and addresses lie in it: for the owner's eyes


def _secret_key() -> str:
    """The signing key: from XIAOER_SECRET_KEY, else made once and kept readable only by its owner."""
    if key := os.environ.get("XIAOER_SECRET_KEY"):
        return key
    path = HOME / "secret_key"
    try:
        handle = os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
    except FileExistsError:
        return path.read_text().strip()
    with os.fdopen(handle, "w") as out:
        key = secrets.token_urlsafe(48)
        out.write(key)
    return key


def _database() -> dict[str, Any]:
    url = os.environ.get("DATABASE_URL")
    if not url:
        return {
            "ENGINE": "xiaoer.kernel.sqlite",
            "NAME": HOME / "xiaoer.sqlite3",
            "OPTIONS": {
                "timeout": 30,
                "transaction_mode": "IMMEDIATE",
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA cache_size=-65536;"
                " PRAGMA mmap_size=268435456; PRAGMA temp_store=MEMORY; PRAGMA foreign_keys=ON;",
            },
            "TEST": {"NAME": str(HOME / f"test-{os.getpid()}.sqlite3")},
        }
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql"):
        raise ValueError(f"DATABASE_URL starts with {parts.scheme!r}; use postgresql://user:password@host:port/name")
    return {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": unquote(parts.path.lstrip("/")),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": parts.hostname or parse_qs(parts.query).get("host", [""])[0],
        "PORT": str(parts.port or ""),
        "CONN_MAX_AGE": 60,
    }


SECRET_KEY = _secret_key()
DEBUG = False
DEMO = os.environ.get("XIAOER_DEMO") == "1"
ALLOWED_HOSTS = [h for h in os.environ.get("XIAOER_HOSTS", "localhost,127.0.0.1,[::1],testserver").split(",") if h]

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
    "django_tasks",
    "django_tasks_db",
    "xiaoer.kernel",
    "xiaoer.policy",
    "xiaoer.people",
    "xiaoer.customers",
    "xiaoer.goods",
    "xiaoer.orders",
    "xiaoer.guard",
    "xiaoer.knowledge",
    "xiaoer.reception",
    "xiaoer.routing",
    "xiaoer.voice",
    "xiaoer.aftersales",
    "xiaoer.complaints",
    "xiaoer.care",
    "xiaoer.demo",
]
AREAS = [
    "policy",
    "people",
    "customers",
    "goods",
    "orders",
    "guard",
    "knowledge",
    "reception",
    "routing",
    "voice",
    "aftersales",
    "complaints",
    "care",
    "demo",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "xiaoer.reception.middleware.BuyerCors",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "xiaoer.kernel.http.NotTooLarge",
    "xiaoer.kernel.http.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "xiaoer.kernel.http.SecureHeaders",
]
ROOT_URLCONF = "xiaoer.urls"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
            ]
        },
    }
]
DATABASES = {"default": _database()}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
AUTH_USER_MODEL = "people.Staff"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.ScryptPasswordHasher",  # as hard to guess as PBKDF2's default, a tenth of the wait
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 8}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "中文"), ("en", "English")]
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
USE_I18N = True

STATIC_URL = "/static/"
STATIC_ROOT = HOME / "static"
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = False
MEDIA_ROOT = HOME / "uploads"
SCAN = os.environ.get("XIAOER_SCAN", "")
WEB_DIST = ROOT / "web" / "dist"
WIDGET_DIST = ROOT / "widget" / "dist"

SESSION_COOKIE_AGE = 14 * 24 * 3600
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = os.environ.get("XIAOER_HTTPS") == "1"
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("XIAOER_ORIGINS", "").split(",") if o]
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
DATA_UPLOAD_MAX_MEMORY_SIZE = 16 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
FILE_UPLOAD_TEMP_DIR = None

TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": ["default"]}}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"}},
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": os.environ.get("XIAOER_LOG", "WARNING")},
}
