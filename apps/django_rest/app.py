"""A Django project in one file: the admin, sessions, CSRF, forms, uploads, and a REST framework view set."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import django
from django.conf import settings

DATA = Path(os.environ["APPS_DATA"])
settings.configure(
    SECRET_KEY="not a secret",
    ALLOWED_HOSTS=["*"],
    ROOT_URLCONF=__name__,
    DATABASES={"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": DATA / "db.sqlite3"}},
    INSTALLED_APPS=[
        "django.contrib.admin", "django.contrib.auth", "django.contrib.contenttypes", "django.contrib.sessions",
        "django.contrib.messages", "rest_framework",
    ],
    MIDDLEWARE=[
        "django.middleware.gzip.GZipMiddleware", "django.middleware.http.ConditionalGetMiddleware",
        "django.contrib.sessions.middleware.SessionMiddleware", "django.middleware.common.CommonMiddleware",
        "django.middleware.csrf.CsrfViewMiddleware", "django.contrib.auth.middleware.AuthenticationMiddleware",
        "django.contrib.messages.middleware.MessageMiddleware",
    ],
    TEMPLATES=[
        {
            "BACKEND": "django.template.backends.django.DjangoTemplates",
            "APP_DIRS": True,
            "OPTIONS": {
                "context_processors": [
                    "django.template.context_processors.request", "django.contrib.auth.context_processors.auth",
                    "django.contrib.messages.context_processors.messages",
                ]
            },
        }
    ],
    CSRF_TRUSTED_ORIGINS=["https://app.example.com"],
    STATIC_URL="static/",
    DEFAULT_AUTO_FIELD="django.db.models.AutoField",
    MEDIA_ROOT=DATA,
)  # fmt: skip
django.setup()

from django.contrib import admin
from django.contrib.auth.models import Group, User
from django.core.asgi import get_asgi_application
from django.core.management import call_command
from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import include, path, reverse
from django.views.decorators.csrf import csrf_exempt
from rest_framework import permissions, routers, serializers, viewsets
from rest_framework.parsers import JSONParser, MultiPartParser
from rest_framework.views import APIView

if not (DATA / "db.sqlite3").exists():
    call_command("migrate", verbosity=0)
    User.objects.create_superuser("ada", "ada@example.com", "lovelace")
    for number in range(12):
        Group.objects.create(name=f"group {number}")
(DATA / "report.bin").write_bytes(bytes(range(256)) * 8)


class GroupSerializer(serializers.HyperlinkedModelSerializer):
    """A group, with its own address."""

    class Meta:
        """Its fields."""

        model = Group
        fields = ("url", "name")


class GroupViewSet(viewsets.ModelViewSet):
    """Reading for all, writing for users."""

    queryset = Group.objects.order_by("id")
    serializer_class = GroupSerializer
    permission_classes = (permissions.IsAuthenticatedOrReadOnly,)


class UploadView(APIView):
    """Files through the REST framework's parser."""

    authentication_classes = ()
    permission_classes = ()
    parser_classes = (MultiPartParser, JSONParser)

    def post(self, request: Any) -> JsonResponse:
        """The files' bytes, or the JSON."""
        if not request.FILES:
            return JsonResponse({"data": request.data})
        files = {name: [file.name, file.read().hex()] for name, file in request.FILES.items()}
        return JsonResponse({"files": files, "title": request.data.get("title")})


def where(request: HttpRequest, name: str) -> JsonResponse:
    """What the application sees of a request."""
    return JsonResponse(
        {
            "url": request.build_absolute_uri(),
            "path": request.path,
            "info": request.path_info,
            "name": name,
            "tags": request.GET.getlist("tag"),
            "reversed": reverse("where", kwargs={"name": "ä b"}),
        }
    )


@csrf_exempt
async def raw(request: HttpRequest) -> HttpResponse:
    """Bytes both ways, in an async view."""
    return HttpResponse(request.body, content_type="application/octet-stream")


@csrf_exempt
def form(request: HttpRequest) -> JsonResponse:
    """A form of either kind, and cookies."""
    answer = JsonResponse({"fields": request.POST.dict(), "cookies": sorted(request.COOKIES)})
    answer.set_cookie("a", "1")
    answer.set_cookie("b", "2", samesite="Lax")
    return answer


def urls(request: HttpRequest, name: str = "") -> Any:
    """Pages by name."""
    match name:
        case "report":
            return FileResponse((DATA / "report.bin").open("rb"), as_attachment=True, filename="übersicht.bin")
        case "stream":
            return StreamingHttpResponse(f"chunk {number}\n" for number in range(5))
        case "crash":
            raise RuntimeError("crashed")
        case "old":
            return redirect("where", name="new")
    return where(request, name)


_router = routers.DefaultRouter()
_router.register("groups", GroupViewSet)
urlpatterns = [
    path("admin/", admin.site.urls),
    path("api/", include(_router.urls)),
    path("api/upload/", UploadView.as_view()),
    path("raw/", raw),
    path("form/", form),
    path("where/<str:name>/", where, name="where"),
    path("pages/<str:name>/", urls),
]
app = get_asgi_application()
