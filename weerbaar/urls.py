from allauth.account.views import login, logout
from django.conf.urls.i18n import i18n_patterns
from django.urls import include, path

from cases.alarm.outside_views import alarm_outside
from cases.bundles.papers_views import papers
from cases.deadlines import feed_views as calendar
from weerbaar import pages, style
from weerbaar.operation import health
from weerbaar.operation.metrics import metrics

handler400 = "weerbaar.errors.bad_request"
handler403 = "weerbaar.errors.forbidden"
handler404 = "weerbaar.errors.not_found"
handler500 = "weerbaar.errors.server_error"

# Addresses of machines, which have no language.
urlpatterns = [
    path(".well-known/security.txt", pages.security_txt, name="security_txt"),
    path("health/live", health.live, name="live"),
    path("metrics", metrics, name="metrics"),
    path("health/ready", health.ready, name="ready"),
    path("api/v1/", include("reporting.api.urls")),
    path("api/v1/", include("monitor.api.urls")),
]

# Pages: in Dutch as they stand here, in every other language under its code.
urlpatterns += i18n_patterns(
    path("", pages.home, name="home"),
    path("stijl/", style.components, name="style"),
    path("verlaat/", pages.leave, name="leave"),
    path("toegankelijkheid/", pages.accessibility, name="accessibility"),
    path("privacy/", pages.privacy, name="privacy"),
    path("inloggen/", login, name="account_login"),
    path("uitloggen/", logout, name="account_logout"),
    path("organisatie/", pages.switch, name="switch"),
    path("agenda/<str:token>.ics", calendar.feed, name="calendar_feed"),
    path("stukken/", papers, name="papers"),
    path("alarm/<uuid:which>/<int:until>/<slug:signature>/", alarm_outside, name="alarm_outside"),
    path("werkplek/", include("cases.urls")),
    path("zorgplicht/", include("care.urls")),
    path("monitor/", include("monitor.urls")),
    path("beheer/", include("reporting.admin_urls")),
    path("beheer/", include("cases.admin_urls")),
    path("beheer/", include("organisations.admin_urls")),
    path("", include("reporting.urls")),
    prefix_default_language=False,
)
