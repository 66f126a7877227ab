"""Nothing is sent to this machine or its network, however the address is written."""

import pytest

from teams.announcing import announce
from teams.egress import BadAddress, Egress, NotSent, is_public
from teams.models import WebhookMessage
from teams.posting import post_due
from tests.teams.webhooks.receiving import listener, run_due

PRIVATE = [
    "127.0.0.1", "127.8.9.1", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "0.0.0.0", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "224.0.0.1", "240.0.0.1",  # noqa: S104
    "255.255.255.255", "192.88.99.1",
    "::1", "::", "fd00::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1", "::ffff:127.0.0.1",
    "::ffff:8.8.8.8", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1",
    "2002:7f00:1::", "2002:808:808::", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:db8::1",
    "3fff::1", "2606:4700::1%1",
]  # fmt: skip
PUBLIC = ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111", "64:ff9b::808:808"]


def going(*addresses: str) -> Egress:
    """Where every name resolves to these."""
    return Egress(resolver=lambda host, port: list(addresses), seconds=5)


@pytest.mark.parametrize("address", PRIVATE)
def test_an_address_of_this_network_is_not_public(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_is_public(address):
    assert is_public(address)


@pytest.mark.parametrize("address", PRIVATE)
def test_a_name_that_resolves_there_is_refused(address):
    with pytest.raises(NotSent) as refused:
        going(address).post("https://hooks.example.com/", headers={}, body=b"{}")

    assert refused.value.trouble == "refused"


@pytest.mark.parametrize("addresses", [("8.8.8.8", "127.0.0.1"), ("127.0.0.1", "8.8.8.8")])
def test_one_such_address_among_others_is_enough(addresses):
    with pytest.raises(NotSent) as refused:
        going(*addresses).post("https://hooks.example.com/", headers={}, body=b"{}")

    assert refused.value.trouble == "refused"


def test_a_name_without_an_address_is_said_so():
    with pytest.raises(NotSent) as problem:
        going().post("https://hooks.example.com/", headers={}, body=b"{}")

    assert problem.value.trouble == "unresolved"


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "[::1]", "[fd00::1]", "[::ffff:127.0.0.1]", "[fe80::1%25eth0]", "10.0.0.1",
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "127.1", "017700000001", "8.8.2056",
        "localhost", "LOCALHOST", "a.localhost", "db", "db.internal", "printer.local", "localhost.",
        "example.com.", "", ".", "a..example", "-a.example", "a b.example", "%6c%6fcalhost",
        "ⓛocalhost", "127。0。0。1", "exa\tmple.com", "example.com\\@127.0.0.1",
        "user@example.com", "user:pass@example.com", "example.com:22", "example.com:0",
        "example.com:99999", "example.com:a", "[::1", "a" * 64 + ".example",
    ],
)  # fmt: skip
def test_an_odd_host_is_refused_when_it_is_written_down(host):
    with pytest.raises(BadAddress):
        Egress().check(f"https://{host}/hook")


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/", "ftp://example.com/", "file:///etc/passwd", "//example.com/",
        "example.com", "javascript:alert(1)", "https:example.com", "https://example.com/#a",
        "https://example.com/" + "a" * 500, "https://example.com/a b", "https://example.com/ü",
        "https://example.com/\r\nX: y", "gopher://example.com/",
    ],
)  # fmt: skip
def test_an_odd_address_is_refused_when_it_is_written_down(url):
    with pytest.raises(BadAddress):
        Egress().check(url)


@pytest.mark.parametrize(
    ("url", "port", "target"),
    [
        ("https://example.com", 443, b"/"),
        ("https://example.com:8443/a/b?c=d&e", 8443, b"/a/b?c=d&e"),
        ("https://xn--bcher-kva.example.com/", 443, b"/"),
        ("https://8.8.8.8/", 443, b"/"),
    ],
)
def test_an_ordinary_address_is_taken_in_its_parts(url, port, target):
    found = Egress().check(url)

    assert (found.port, found.target) == (port, target)


def test_by_default_a_program_on_this_machine_hears_nothing(acme, receiver):
    listener(acme, receiver.url)

    announce(acme, "import.finished", {})
    run_due()

    assert not receiver.heard
    assert WebhookMessage.objects.get().attempts.get().error == "refused"


def test_a_name_that_changes_its_mind_is_asked_once(acme, receiver):
    """Public when it is checked, private when it is connected to: there is no second time."""
    answers = [["8.8.8.8", "127.0.0.1"], ["127.0.0.1"]]
    egress = Egress(resolver=lambda host, port: answers.pop(0), seconds=5)
    endpoint, _secret = listener(acme, "https://hooks.example.com/")
    announce(acme, "import.finished", {})

    post_due(endpoint.pk, egress=egress)

    assert len(answers) == 1
    assert WebhookMessage.objects.get().attempts.get().error == "refused"
