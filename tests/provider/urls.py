import json

from django.contrib.auth.models import Group, User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from tests.provider.claims import EXTRA


@csrf_exempt
def control(request: HttpRequest) -> HttpResponse:
    """For tests: makes a person or changes one. JSON of username, password, fields, groups and extra claims.

    A password that is the person's already is left as it is: to set it anew would end their sessions here.
    """
    wanted = json.loads(request.body)
    user, _made = User.objects.get_or_create(username=wanted["username"])
    for name, value in wanted.get("fields", {}).items():
        setattr(user, name, value)
    if "password" in wanted and not user.check_password(wanted["password"]):
        user.set_password(wanted["password"])
    user.save()
    user.groups.set([Group.objects.get_or_create(name=name)[0] for name in wanted.get("groups", [])])
    EXTRA[user.username] = wanted.get("extra", {})
    return HttpResponse(status=204)


urlpatterns = [
    path("o/", include("oauth2_provider.urls", namespace="oauth2_provider")),
    path("sign-in/", LoginView.as_view(template_name="sign_in.html")),
    path("control/", control),
]
