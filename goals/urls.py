from django.urls import path, re_path

from goals.views import check_ins, document, results, tree

app_name = "goals"
urlpatterns = [
    path("", tree.plan, name="plan"),
    path("document/", document.document, name="document"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/$", results.result, name="result"),
    re_path(r"^results/(?P<number>[0-9.]{1,12})/check-ins/$", check_ins.check_in, name="check_in"),
]
