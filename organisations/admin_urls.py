from django.urls import path

from organisations.administration import duty_views as duty
from organisations.administration import name_views as names
from organisations.administration import views as profile

app_name = "organisation_administration"
urlpatterns = [
    path("profiel/", profile.profile, name="profile"),
    path("dienst/", duty.duty, name="duty"),
    path("dienst/<uuid:which>/instemmen/", duty.agree_duty, name="agree_duty"),
    path("namen/", names.names, name="names"),
    path("namen/<uuid:person>/", names.name, name="name"),
    path("namen/<uuid:person>/instemmen/", names.agree_name, name="agree_name"),
]
