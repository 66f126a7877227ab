"""However a receiver drags it out, an attempt ends in time and keeps little of the answer."""

import socket
from threading import Event, Thread
from time import monotonic

import pytest

from teams.egress import KEPT, Egress, NotSent

SECONDS = 0.6


def egress(**more) -> Egress:
    return Egress(to_private=True, seconds=SECONDS, **more)


def sent(url: str, body: bytes = b"{}", **more):
    return egress(**more).post(url, headers={}, body=body)


def drips(over: Event, *, first: bytes = b""):
    """A byte at a time, each soon enough that no pause between two is long."""

    def answering(handler) -> None:
        handler.wfile.write(first)
        while not over.wait(0.05):
            handler.wfile.write(b"x")

    return answering


@pytest.fixture
def over():
    event = Event()
    yield event
    event.set()


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\nX: "])
def test_headers_that_drip_end_at_the_deadline(receiver, over, first):
    receiver.answers = [drips(over, first=first)]
    begun = monotonic()

    with pytest.raises(NotSent) as problem:
        sent(receiver.url)

    assert problem.value.trouble in {"too_slow", "broken"}
    assert monotonic() - begun < 5 * SECONDS


def test_of_an_answer_that_drips_the_status_counts(receiver, over):
    receiver.answers = [drips(over, first=b"HTTP/1.1 200 OK\r\nContent-Length: 9999\r\n\r\n")]

    answer = sent(receiver.url)

    assert answer.status == 200
    assert answer.beginning == "x" * len(answer.beginning)


def test_one_that_takes_the_connection_and_says_nothing(over):
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(NotSent) as problem:
        sent(f"http://127.0.0.1:{server.getsockname()[1]}/")

    assert problem.value.trouble == "too_slow"


def test_one_that_does_not_read_what_it_is_sent():
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        with pytest.raises(NotSent) as problem:
            sent(f"http://127.0.0.1:{server.getsockname()[1]}/", body=b"x" * 20_000_000)

    assert problem.value.trouble == "too_slow"


def test_a_handshake_that_never_ends():
    with socket.create_server(("127.0.0.1", 0)) as server, pytest.raises(NotSent) as problem:
        sent(f"https://127.0.0.1:{server.getsockname()[1]}/")

    assert problem.value.trouble == "too_slow"


def test_a_name_server_that_does_not_answer(over):
    begun = monotonic()

    with pytest.raises(NotSent) as problem:
        sent("https://hooks.example.com/", resolver=lambda host, port: over.wait(30) and [])

    assert problem.value.trouble == "too_slow"
    assert monotonic() - begun < 5 * SECONDS


def test_one_that_speaks_no_http():
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet() -> None:
            connection, _address = server.accept()
            with connection:
                connection.recv(65536)
                connection.sendall(b"220 mail.example ESMTP\r\n")

        Thread(target=greet, daemon=True).start()
        with pytest.raises(NotSent) as problem:
            sent(f"http://127.0.0.1:{server.getsockname()[1]}/")

    assert problem.value.trouble == "broken"


def test_of_a_long_answer_the_beginning_is_kept(receiver):
    def floods(handler) -> None:
        handler.send_response(200)
        handler.end_headers()
        handler.wfile.write("\0ä".encode() * 1_000_000)

    receiver.answers = [floods]

    answer = sent(receiver.url)

    assert answer.beginning == "\ufffdä" * (KEPT // 2)
