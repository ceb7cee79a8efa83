"""Settings, all read from the environment. Every variable is in the table of docs/settings.md; without any of them
the system is safe: it is in production, and refuses to start without what weerbaar/required.py names."""

import os
import secrets
import sys
from importlib.metadata import version
from pathlib import Path

from csp.constants import NONCE, NONE, SELF
from django.utils.translation import gettext_lazy as _
from environs import Env

from weerbaar.required import DATABASE, OWN_FOLDER, is_free, lacking, refuse

BASE_DIR = Path(__file__).resolve().parent.parent
env = Env()

MODE = env.str("WEERBAAR_MODE", "") or "production"
if MODE not in {"production", "demo", "test"}:
    refuse([f"WEERBAAR_MODE is {MODE}: set it to production, demo or test."])
PRODUCTION = MODE == "production"
DEMO = MODE == "demo"
OPENS_NOTHING = is_free(sys.argv)  # a command that needs no secrets
if PRODUCTION:
    refuse(lacking(os.environ, sys.argv))
DEBUG = env.bool("WEERBAAR_DEBUG", False) and not PRODUCTION

# Production has a folder of its own: `./weer demo --fresh` empties that of the demo.
VAR_DIR = Path(env.str("WEERBAAR_VAR_DIR", str(BASE_DIR / ("var-production" if PRODUCTION else "var"))))
# In production only a command that needs no secrets comes this far without it: it gets one for itself alone.
SECRET_KEY = env.str("WEERBAAR_SECRET_KEY", secrets.token_urlsafe(48) if PRODUCTION else "not-secret-" * 6)
# The master key lies outside the database and outside its backups (docs/security.md).
MASTER_KEY_FILE = Path(env.str("WEERBAAR_MASTER_KEY_FILE", str(VAR_DIR / "master.key")))
# Where sets of a backup are written to, and the public half of the key that only its keeper can open them with.
BACKUP_DIR = Path(env.str("WEERBAAR_BACKUP_DIR")) if env.str("WEERBAAR_BACKUP_DIR", "") else None
BACKUP_KEY_FILE = Path(env.str("WEERBAAR_BACKUP_KEY_FILE", str(VAR_DIR / "backup.pub")))
ALLOWED_HOSTS = [host.strip() for host in env.list("WEERBAAR_HOSTS", [] if PRODUCTION else ["*"]) if host.strip()]
FIRST_HOST = ALLOWED_HOSTS[0] if ALLOWED_HOSTS and "*" not in ALLOWED_HOSTS[0] else ""
SITE_ADDRESS = f"https://{FIRST_HOST}" if FIRST_HOST else "http://localhost:8000"  # for links in mail

INSTALLED_APPS = [
    "vault",
    "jobs",
    "organisations",
    "reporting",
    "cases",
    "monitor",
    "care",
    "weerbaar",
    "guardian",
    "allauth",
    "allauth.account",
    "csp",
    "oauth2_provider",
    "rest_framework",
    "drf_spectacular",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.humanize",
    "django.contrib.messages",
    "django.contrib.sessions",
    "django.contrib.staticfiles",
]

MIDDLEWARE = [
    "weerbaar.middleware.Asked",
    "weerbaar.operation.patience.PatientRequests",
    "weerbaar.middleware.SecurityHeaders",
    "weerbaar.middleware.Security",
    "monitor.api.tables.KeptTables",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "weerbaar.middleware.LanguageOfAddress",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "organisations.desk.middleware.ActiveOrganisation",
    "allauth.account.middleware.AccountMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

SILENCED_SYSTEM_CHECKS = ["security.W001"]  # it looks for Django's class by name; ours is a child of it

ROOT_URLCONF = "weerbaar.urls"
WSGI_APPLICATION = "weerbaar.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "weerbaar.context_processors.site",
            ],
            "builtins": ["weerbaar.templatetags.look"],
            "loaders": [
                "django.template.loaders.filesystem.Loader",
                "django.template.loaders.app_directories.Loader",
            ],
        },
    }
]
if not DEBUG:
    TEMPLATES[0]["OPTIONS"]["loaders"] = [  # type: ignore[index]
        ("django.template.loaders.cached.Loader", TEMPLATES[0]["OPTIONS"]["loaders"])  # type: ignore[index]
    ]

DATABASES = {"default": env.dj_db_url("DATABASE_URL", f"sqlite:///{VAR_DIR / 'weerbaar.sqlite3'}", conn_max_age=60)}
DATABASES["default"]["CONN_HEALTH_CHECKS"] = True
if PRODUCTION and not (os.environ.get(DATABASE) or os.environ.get(OWN_FOLDER)):  # never that of a demo
    DATABASES["default"] = {"ENGINE": "django.db.backends.dummy"}
CONNECT_TIMEOUT = env.int("WEERBAAR_CONNECT_TIMEOUT", 3)
STATEMENT_TIMEOUT = env.float("WEERBAAR_STATEMENT_TIMEOUT", 4)
if DATABASES["default"]["ENGINE"].endswith("postgresql"):
    DATABASES["default"]["ENGINE"] = "weerbaar.databases.postgresql"
    DATABASES["default"]["OPTIONS"] = {
        "connect_timeout": CONNECT_TIMEOUT,
        # What is said to a machine that is gone fails after half a minute, also in a worker.
        "tcp_user_timeout": 30_000,
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
        **DATABASES["default"].get("OPTIONS", {}),
    }
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    DATABASES["default"]["ENGINE"] = "weerbaar.databases.sqlite3"
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,
        "cached_statements": 2000,  # the queue of the worklist is one long statement: to read it takes longer than to do it
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON;",
    }
    if MODE == "test":  # a file, so that worker processes of the suite see it
        DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / "test.sqlite3")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Redis is the doorbell and holds no truth: without it `manage.py work` asks the jobs table itself.
REDIS_URL = env.str("REDIS_URL", "")
CELERY_BROKER_URL = REDIS_URL or "memory://"
# Nobody acknowledges a doorbell: what is due stands in the database, and an acknowledgement that comes when Redis was lost
# meanwhile ends a worker (kombu 5.7: its channel is closed by then).
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 0,
    "ack_emulation": False,
}
CELERY_TASK_PUBLISH_RETRY = False
CELERY_TASK_IGNORE_RESULT = True
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "celery.beat:Scheduler"  # nobody needs a beat; one that is started all the same keeps no file
CELERY_WORKER_HIJACK_ROOT_LOGGER = False  # a worker's lines are as bare as those of the web server

AUTH_USER_MODEL = "organisations.Person"
AUTHENTICATION_BACKENDS = [
    "allauth.account.auth_backends.AuthenticationBackend",
    "guardian.backends.ObjectPermissionBackend",
]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 15}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
ANONYMOUS_USER_NAME = None
GUARDIAN_MONKEY_PATCH_USER = False
ACCOUNT_ADAPTER = "organisations.desk.sign_in.AccountAdapter"
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_SESSION_REMEMBER = False
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_PREVENT_ENUMERATION = True
LOGIN_URL = "/inloggen/"
LOGIN_REDIRECT_URL = "cases:worklist"
# Of who has this role alone, and so never a case.
START_PAGES = {
    "publisher": "monitor:publishing",
    "administrator": "administration:start",
    "reception": "cases:reception",
}
ACCOUNT_LOGOUT_REDIRECT_URL = "/"

SESSION_COOKIE_AGE = 8 * 3600
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_HTTPONLY = True
CSRF_FAILURE_VIEW = "weerbaar.errors.csrf_failure"
SECURE_SSL_REDIRECT = PRODUCTION and env.bool("WEERBAAR_TLS_REDIRECT", True)
SECURE_REDIRECT_EXEMPT = [r"^health/"]  # asked on the machine itself, without TLS
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if env.bool("WEERBAAR_BEHIND_PROXY", False) else None
SECURE_HSTS_SECONDS = 2 * 365 * 86400 if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
# The reporter's pages send no referrer at all (reporting/form/cookieless.py). Elsewhere "no-referrer" would also hide the
# origin, which the check against forged forms needs.
SECURE_REFERRER_POLICY = "same-origin"
ONION_HOST = env.str("WEERBAAR_ONION_HOST", "")
if ONION_HOST and ONION_HOST not in ALLOWED_HOSTS:
    ALLOWED_HOSTS.append(ONION_HOST)
EXIT_URL = env.str("WEERBAAR_EXIT_URL", "https://www.knmi.nl/")
# Where the public finds this installation, for data catalogues; without it they get addresses relative to their own.
PUBLIC_URL = env.str("WEERBAAR_PUBLIC_URL", "").rstrip("/")
PUBLISHER_NAME = env.str("WEERBAAR_PUBLISHER_NAME", "Ministerie van Binnenlandse Zaken en Koninkrijksrelaties")
PUBLISHER_URI = env.str("WEERBAAR_PUBLISHER_URI", "https://identifier.overheid.nl/tooi/id/ministerie/mnre1034")
PUBLISHER_EMAIL = env.str("WEERBAAR_PUBLISHER_EMAIL", "" if PRODUCTION else "figures@weerbaar.example")
HELP_CALLED_ON = env.date("WEERBAAR_HELP_CALLED_ON", None)
SECURITY_CONTACT = env.str("WEERBAAR_SECURITY_CONTACT", "" if PRODUCTION else "security@weerbaar.example")
SOURCE_URL = "https://example.org/weerbaar.git"  # `url` of publiccode.yml
X_FRAME_OPTIONS = "DENY"
CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF, NONCE],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "base-uri": [NONE],
        "frame-ancestors": [NONE],
    }
}
EVIDENCE_DISK_FLOOR = env.int("WEERBAAR_DISK_FLOOR_MB", 1024) * 1024**2
DISK_STOP = env.int("WEERBAAR_DISK_STOP_MB", 100) * 1024**2
# Honeypot, minimum time and proof of work decide between two lanes; no report is ever refused (reporting/form/lanes.py).
ABUSE_CHECKS = env.bool("WEERBAAR_ABUSE_CHECKS", MODE != "test")
BUSY_AT = env.int("WEERBAAR_BUSY_AT", 40)
CLAMD = env.str("WEERBAAR_CLAMD", "")
# A text of 10 MB must reach the form, which answers with a message and keeps it; nothing of an upload is spooled to disk.
DATA_UPLOAD_MAX_MEMORY_SIZE = 32 * 1024 * 1024
FILE_UPLOAD_HANDLERS = ["reporting.evidence.uploads.SealedUploads"]

LANGUAGE_CODE = "nl"
LANGUAGES = [("nl", _("Dutch")), ("en", _("English"))]  # docs/develop/add-a-language.md
LOCALE_PATHS = [BASE_DIR / "locale"]
TIME_ZONE = "Europe/Amsterdam"
USE_TZ = True


STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATICFILES_DIRS = [BASE_DIR / "static"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    # Evidence, sealed. Several web machines need one that they share.
    "evidence": {
        "BACKEND": "django.core.files.storage.FileSystemStorage",
        "OPTIONS": {"location": env.str("WEERBAAR_EVIDENCE_DIR", str(VAR_DIR / "evidence")), "base_url": None},
    },
    "staticfiles": {
        "BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"
        if PRODUCTION
        else "django.contrib.staticfiles.storage.StaticFilesStorage"
    },
}
WHITENOISE_USE_FINDERS = not PRODUCTION

EMAIL_BACKEND = env.str(
    "WEERBAAR_EMAIL_BACKEND",
    "jobs.sending.smtp.EmailBackend" if PRODUCTION else "django.core.mail.backends.filebased.EmailBackend",
)
EMAIL_FILE_PATH = env.str("WEERBAAR_EMAIL_DIR", str(VAR_DIR / "mail"))
EMAIL_HOST = env.str("WEERBAAR_SMTP_HOST", "localhost")
EMAIL_PORT = env.int("WEERBAAR_SMTP_PORT", 25)
EMAIL_HOST_USER = env.str("WEERBAAR_SMTP_USER", "")
EMAIL_HOST_PASSWORD = env.str("WEERBAAR_SMTP_PASSWORD", "")
EMAIL_USE_TLS = env.bool("WEERBAAR_SMTP_TLS", PRODUCTION)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env.str("WEERBAAR_FROM_EMAIL", f"weerbaar@{FIRST_HOST or 'localhost'}")
METRICS_TOKEN = env.str("WEERBAAR_METRICS_TOKEN", "")  # without one there are no metrics
OPERATOR_EMAIL = env.str("WEERBAAR_OPERATOR_EMAIL", "")  # hears where the daily check finds something
# Where an alarm is posted too, such as a gateway of SMS: constant words, and nothing of the case. Empty: nowhere.
ALARM_WEBHOOK = env.str(
    "WEERBAAR_ALARM_WEBHOOK", "", validate=lambda url: not url or url.startswith("https://") or 1 / 0
)
# Where it is posted that work fails for long, also when it is mail that fails: constant words. Empty: nowhere.
OPERATOR_WEBHOOK = env.str(
    "WEERBAAR_OPERATOR_WEBHOOK", "", validate=lambda url: not url or url.startswith("https://") or 1 / 0
)
ALARM_REPEAT_MINUTES = env.int("WEERBAAR_ALARM_REPEAT_MINUTES", 15)
ALARM_RECORD_MINUTES = env.int("WEERBAAR_ALARM_RECORD_MINUTES", 60)
PING_FROM_EMAIL = env.str("WEERBAAR_PING_FROM_EMAIL", "") or DEFAULT_FROM_EMAIL

# What was published never changes, so its answers are kept: by each process, and in Redis for all. Nothing else is.
KEPT = {"KEY_PREFIX": f"weerbaar-{version('weerbaar')}", "TIMEOUT": 86400}
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"},
    "published": KEPT
    | {
        "BACKEND": "django.core.cache.backends.locmem.LocMemCache",
        "LOCATION": "published",
        "OPTIONS": {"MAX_ENTRIES": 1000},
    },
}
if REDIS_URL:
    CACHES["shared"] = KEPT | {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "OPTIONS": {"serializer": "monitor.api.kept.Bytes", "socket_timeout": 0.2, "socket_connect_timeout": 0.2},
    }
# For how many seconds a process may serve an edition after it was withdrawn.
STATE_BELIEVED = 0 if MODE == "test" else 1

# Machines get tokens with their own id and secret, and in no other way. Tokens are stored as digests.
API_SCOPES = {"figures.ahead": "Read editions before their embargo ends"}
OAUTH2_PROVIDER_APPLICATION_MODEL = "organisations.ApiClient"
OAUTH2_PROVIDER = {
    "SCOPES": API_SCOPES,
    "SCOPES_BACKEND_CLASS": "organisations.access.clients.ScopesOfClient",
    "OAUTH2_SERVER_CLASS": "oauthlib.oauth2.BackendApplicationServer",
    "ACCESS_TOKEN_EXPIRE_SECONDS": 3600,
    "ALLOWED_REDIRECT_URI_SCHEMES": ["https"],
    "REFRESH_TOKEN_REUSE_PROTECTION": True,
    **{
        f"COMPLIANT_BCP_RFC9700_{name}": True
        for name in (
            "IMPLICIT_GRANT", "PASSWORD_GRANT", "PKCE_METHOD", "ACCESS_TOKEN_TRANSPORT", "AUTHZ_RESPONSE_ISS",
            "TOKEN_STORAGE", "REFRESH_TOKEN", "REDIRECT_URI_SCHEME", "REDIRECT_URI_MATCHING", "PKCE_REQUIRED",
        )
    },
}  # fmt: skip

REST_FRAMEWORK = {
    "DEFAULT_RENDERER_CLASSES": ["monitor.api.renderers.JSON"],
    "DEFAULT_AUTHENTICATION_CLASSES": [],
    "DEFAULT_PERMISSION_CLASSES": ["rest_framework.permissions.AllowAny"],
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "EXCEPTION_HANDLER": "monitor.api.problems.problem_response",
    "UNAUTHENTICATED_USER": None,
    "URL_FORMAT_OVERRIDE": None,
}
API_VERSION = "1.4.0"
SPECTACULAR_SETTINGS = {
    "TITLE": "Weerbaar",
    "DESCRIPTION": "Protected national figures on reports of aggression, integrity violations and improper pressure; and "
    "the way in for partner systems that take reports.",
    "VERSION": API_VERSION,
    "CONTACT": {
        "name": "Weerbaar",
        **({"email": SECURITY_CONTACT} if SECURITY_CONTACT else {}),
        "url": PUBLIC_URL or SOURCE_URL,
    },
    "LICENSE": {"name": "EUPL-1.2"},
    "SERVERS": [{"url": "/api/v1"}],
    "SCHEMA_PATH_PREFIX": "/api/v1",
    "SCHEMA_PATH_PREFIX_TRIM": True,
    "OAS_VERSION": "3.1.0",
    "ENUM_NAME_OVERRIDES": {"EditionStatus": "monitor.api.serializers.STATUSES"},
    "POSTPROCESSING_HOOKS": ["drf_spectacular.hooks.postprocess_schema_enums", "monitor.api.schema.shape"],
}

# Chosen parts of each record: no address, no path, no person (weerbaar/logs.py).
LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "handlers": {"stderr": {"class": "weerbaar.logs.BareHandler", "as_json": PRODUCTION}},
    "root": {"handlers": ["stderr"], "level": env.str("WEERBAAR_LOG_LEVEL", "WARNING")},
    "loggers": {"django": {"handlers": [], "level": "WARNING", "propagate": True}},
}
