"""Names that a page must show and never run."""

from itertools import cycle

MARKS = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(2)>',
    "'><svg/onload=alert(3)>",
    "</title><script>alert(4)</script>",
    "</option></select><img src=x onerror=alert(5)>",
    '" autofocus onfocus=alert(6) x="',
    "--><script>alert(7)</script>",
    '" hx-get="/" hx-trigger="load" hx-on::load="alert(8)',
    "</textarea><iframe srcdoc='<script>alert(9)</script>'>",
    "&lt;script&gt;alert(10)&lt;/script&gt;",
    "{{ constructor.constructor('alert(11)')() }}${alert(11)}",
    "<a href=javascript:alert(12)>",
    "{% csrf_token %}{# x #}",
    "javascript:alert(13)//'",
    "<details open ontoggle=alert(14)>",
    "<style>*{display:none}</style>",
    "<base href=//elsewhere.example>",
    "\u202ereversed\u2066",
    "%3Cscript%3Ealert(15)%3C/script%3E",
    "<form action=//elsewhere.example><input name=password>",
)


class Payloads:
    """``word("Ben")`` is Ben followed by the next of them."""

    def __init__(self) -> None:
        self.marks = cycle(MARKS)

    def __call__(self, name: str) -> str:
        return f"{name} {next(self.marks)}"
