from django.urls import path, re_path

from goals import views

app_name = "goals"
urlpatterns = [
    path("", views.plan, name="plan"),
    path("document/", views.document, name="document"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/$", views.result, name="result"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/check-ins/$", views.check_in, name="check_in"),
]
