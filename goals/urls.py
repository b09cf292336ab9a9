from django.urls import path

from goals import views

app_name = "goals"
urlpatterns = [
    path("", views.plan, name="plan"),
    path("document/", views.document, name="document"),
    path("results/<str:number>/", views.result, name="result"),
    path("results/<str:number>/check-ins/", views.check_in, name="check_in"),
]
