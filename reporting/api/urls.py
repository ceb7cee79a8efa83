from django.urls import path

from reporting.api import views

urlpatterns = [
    path("organisations/<str:organisation>/questions", views.Questions.as_view(), name="api_questions"),
    path("organisations/<str:organisation>/reports", views.Reports.as_view(), name="api_reports"),
]
