from django.urls import path

from organisations.administration import views as profile

app_name = "organisation_administration"
urlpatterns = [path("profiel/", profile.profile, name="profile")]
