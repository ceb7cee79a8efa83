from django.urls import path

from organisations.views import profile

app_name = "organisation_administration"
urlpatterns = [path("profiel/", profile.profile, name="profile")]
