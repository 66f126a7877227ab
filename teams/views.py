from django.http import HttpRequest, HttpResponse

from teams.access import member_view


@member_view
def home(request: HttpRequest) -> HttpResponse:
    return HttpResponse("Daya")
