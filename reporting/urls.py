from django.urls import path

from reporting.form.views import form, signing_key, to_form
from reporting.mailbox.views import mailbox

app_name = "reporting"
urlpatterns = [
    path("terug/", mailbox, name="mailbox"),
    path("<slug:slug>/", to_form, name="organisation"),
    path("<slug:slug>/sleutel/", signing_key, name="signing_key"),
    path("<slug:slug>/melden/", form, name="form"),
]
