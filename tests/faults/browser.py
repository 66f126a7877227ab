"""A person's browser, as far as pages need one: cookies, the token of forms, no patience."""

import urllib.error
import urllib.parse
import urllib.request
from dataclasses import dataclass
from http.cookiejar import CookieJar

PATIENCE = 20
"""Seconds. A page that hangs longer is a failure; who waits for a hung Redis hangs twice that."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    text: str

    @property
    def accepted(self) -> bool:
        return 200 <= self.status < 400


AWAY = Answer(0, "no answer")


class StayHere(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *args: object, **kwargs: object) -> None:
        """A redirect is an answer like any other."""


class Browser:
    def __init__(self, site: str) -> None:
        self.site = site
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(
            StayHere, urllib.request.HTTPCookieProcessor(self.cookies)
        )

    def get(self, path: str) -> Answer:
        return self._ask(urllib.request.Request(self.site + path))  # noqa: S310

    def post(self, path: str, **fields: str) -> Answer:
        token = next((c.value for c in self.cookies if c.name == "csrftoken"), "")
        body = urllib.parse.urlencode(fields | {"csrfmiddlewaretoken": token}).encode()
        return self._ask(
            urllib.request.Request(  # noqa: S310
                self.site + path, body, {"Referer": self.site + path}
            )
        )

    def sign_in(self, email: str, password: str) -> None:
        self.get("/accounts/login/")
        answer = self.post("/accounts/login/", login=email, password=password)
        assert answer.status == 302, answer

    def _ask(self, request: urllib.request.Request) -> Answer:
        try:
            with self.opener.open(request, timeout=PATIENCE) as response:
                return Answer(response.status, response.read().decode(errors="replace"))
        except urllib.error.HTTPError as refused:
            return Answer(refused.code, refused.read().decode(errors="replace"))
        except OSError:
            return AWAY
