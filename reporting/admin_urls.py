from django.urls import path

from reporting.own_questions import views

app_name = "administration"
urlpatterns = [
    path("", views.start, name="start"),
    path("vragen/", views.questions, name="questions"),
    path("vragen/tekst/<str:question>/", views.wording, name="wording"),
    path("vragen/eigen/", views.own, name="new_own"),
    path("vragen/eigen/<str:question>/", views.own, name="own"),
    path("vragen/voorbeeld/<str:kind>/", views.preview, name="preview"),
    path("vragen/versies/", views.history, name="versions"),
]
