"""Over TLS the certificate must be the host's, whatever address is connected to."""

import ssl
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from teams.egress import Egress, NotSent
from tests.teams.webhooks.receiving import receiving

NAME = "hooks.example.com"


@pytest.fixture
def certificate(tmp_path) -> str:
    """A file with the key and certificate of NAME, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name, now = x509.Name([]), datetime.now(UTC)
    names = x509.SubjectAlternativeName([x509.DNSName(NAME)])
    made = (
        x509.CertificateBuilder(issuer_name=name, subject_name=name, public_key=key.public_key())
        .serial_number(1)
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(names, critical=True)
        .sign(key, SHA256())
    )
    path = tmp_path / "certificate.pem"
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    path.write_bytes(secret + made.public_bytes(Encoding.PEM))
    return str(path)


@pytest.fixture
def server(certificate):
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(certificate)
    with receiving(tls) as found:
        yield found


def sent(server, host: str, tls: ssl.SSLContext | None):
    url = server.url.replace("127.0.0.1", host)
    egress = Egress(to_private=True, resolver=lambda host, port: ["127.0.0.1"], seconds=5, tls=tls)
    return egress.post(url, headers={}, body=b"{}")


def test_the_name_of_the_address_is_what_the_certificate_must_hold(server, certificate):
    trusting = ssl.create_default_context(cafile=certificate)

    assert sent(server, NAME, trusting).status == 200
    assert server.heard[0].headers["Host"].startswith(f"{NAME}:")


def test_a_certificate_of_another_host_is_refused(server, certificate):
    trusting = ssl.create_default_context(cafile=certificate)

    with pytest.raises(NotSent) as problem:
        sent(server, "other.example.com", trusting)

    assert problem.value.trouble == "tls"
    assert not server.heard


def test_a_certificate_that_nobody_vouches_for_is_refused(server):
    with pytest.raises(NotSent) as problem:
        sent(server, NAME, None)

    assert problem.value.trouble == "tls"
    assert not server.heard
