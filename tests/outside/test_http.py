"""The only door outwards: plainly public hosts, a judged address, and limits on everything. The servers here are real and hostile."""

import logging
import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from idobata.outside.http import Client, Declined, OutsideError, Refused, TooBig, TooSlow, Unreachable, WrongType
from idobata.outside.public_addresses import is_public_address, is_public_name

PUBLIC = "93.184.216.34"
NAME = "tiles.city.example"
PNG = frozenset({"image/png"})

HOSTILE = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://0177.0.0.1/",
    "http://0x7f.0.0.1/",
    "http://0x7f000001/",
    "http://2130706433/",
    "http://0/",
    "http://0.0.0.0/",
    "http://10.0.0.1/",
    "http://172.16.0.1/",
    "http://192.168.1.1/",
    "http://169.254.169.254/latest/meta-data/",
    "http://100.64.0.1/",
    "http://224.0.0.1/",
    "http://255.255.255.255/",
    "http://[::]/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::127.0.0.1]/",
    "http://[64:ff9b::7f00:1]/",
    "http://[2002:7f00:1::]/",
    "http://[2001::1]/",
    "http://[fd00::1]/",
    "http://[fe80::1%25eth0]/",
    "http://[fec0::1]/",
    "http://localhost/",
    "http://localhost./",
    "http://printer.local/",
    "http://metadata.google.internal/",
    "http://tiles.city.example./",
    "http://１２７.0.0.1/",
    "http://ⓛocalhost/",
    "http://127。0。0。1/",
    "http://%31%32%37.0.0.1/",
    "http://user:secret@tiles.city.example/",
    "http://tiles.city.example@127.0.0.1/",
    "http://tiles.city.example\\@127.0.0.1/",
    "http://tiles.city.example:22/",
    "http://tiles.city.example:99999/",
    "http://tiles.city.example/ x",
    "http://tiles.city\n.example/",
    "//tiles.city.example/",
    "file:///etc/passwd",
    "gopher://tiles.city.example/",
    "",
    "http://tiles.city.example/" + "a" * 3_000,
]


class Listener:
    """A server on this machine that a pretended public name leads to. Counts who came."""

    def __init__(self, act: Callable[[socket.socket], None]) -> None:
        self.act = act
        self.came: list[bytes] = []
        self._door = socket.create_server(("127.0.0.1", 0))
        self.port = self._door.getsockname()[1]
        threading.Thread(target=self._serve, daemon=True).start()

    def _serve(self) -> None:
        while True:
            try:
                line, _ = self._door.accept()
            except OSError:
                return
            threading.Thread(target=self._one, args=(line,), daemon=True).start()

    def _one(self, line: socket.socket) -> None:
        with line, suppress(OSError):
            self.act(line)

    def request(self, line: socket.socket) -> bytes:
        """Read one request and remember it."""
        got = b""
        while b"\r\n\r\n" not in got and (piece := line.recv(4096)):
            got += piece
        self.came.append(got)
        return got

    def close(self) -> None:
        self._door.close()


@pytest.fixture
def listen() -> Iterator[Callable[[Callable[["Listener", socket.socket], None]], Listener]]:
    """Makes listeners and closes them."""
    made: list[Listener] = []

    def make(act: Callable[[Listener, socket.socket], None]) -> Listener:
        one = Listener(lambda line: act(one, line))
        made.append(one)
        return one

    yield make
    for one in made:
        one.close()


def says(head: str, body: bytes = b"") -> Callable[[Listener, socket.socket], None]:
    """A server that always answers so."""

    def act(listener: Listener, line: socket.socket) -> None:
        listener.request(line)
        line.sendall(head.replace("\n", "\r\n").encode() + b"\r\n\r\n" + body)

    return act


def client_to(listener: Listener | None, *, addresses: list[str] | None = None, plain_http: bool = True, **more: object) -> Client:
    """A client for which every name is public, and whose every connection ends at the listener."""

    def route(address: str, port: int) -> tuple[str, int]:
        assert listener is not None, f"nothing may go out, least of all to {address}"
        return "127.0.0.1", listener.port

    return Client(
        "Idobata/test",
        plain_http=plain_http,
        resolve=lambda name, port: [PUBLIC] if addresses is None else addresses,
        route=route,
        **more,  # type: ignore[arg-type]
    )


def fetch(client: Client, address: str = f"http://{NAME}/1.png", *, most_bytes: int = 1_000, seconds: float = 5) -> bytes:
    return client.get(address, types=PNG, most_bytes=most_bytes, seconds=seconds).body


# Where it may go


@pytest.mark.parametrize("address", HOSTILE)
def test_a_hostile_address_is_refused_before_anything_goes_out(address: str) -> None:
    with pytest.raises(Refused):
        fetch(client_to(None), address)


@pytest.mark.parametrize(
    "address",
    [
        "0.1.2.3", "10.1.2.3", "100.64.0.1", "100.127.255.254", "127.0.0.1", "127.255.255.255", "169.254.169.254", "172.31.0.1",
        "192.0.0.1", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1", "198.51.100.1", "203.0.113.9", "224.0.0.1", "239.255.255.250",
        "240.0.0.1", "255.255.255.255", "::", "::1", "::ffff:8.8.8.8", "::8.8.8.8", "64:ff9b::808:808", "64:ff9b:1::1", "100::1",
        "2001::1", "2001:db8::1", "2002:808:808::1", "3fff::1", "fc00::1", "fdff::1", "fe80::1", "fe80::1%eth0", "fec0::1", "ff02::1",
        "2606:4700::1%eth0", "5f00::1", "8.8.8", "", "eight",
    ],
)  # fmt: skip
def test_what_is_not_plainly_public_is_somebody_s_inside(address: str) -> None:
    assert not is_public_address(address)


@pytest.mark.parametrize("address", ["8.8.8.8", PUBLIC, "100.63.255.255", "172.32.0.1", "223.255.255.255", "2606:4700:4700::1111"])
def test_public_addresses_are_let_through(address: str) -> None:
    assert is_public_address(address)


def test_names_of_the_public_dns_are_names() -> None:
    assert all(is_public_name(one) for one in ("cyberjapandata.gsi.go.jp", "a.jp", "xn--wgv71a119e.jp", "1and1.com"))
    assert not any(is_public_name(one) for one in ("jp", "a..jp", "-a.jp", "a-.jp", "A.JP", "a.jp.", "a_b.jp", "1.2.3.4", "a" * 64 + ".jp"))


@pytest.mark.parametrize("inside", ["127.0.0.1", "10.0.0.1", "::1", "64:ff9b::7f00:1", "169.254.169.254"])
def test_one_inside_address_among_public_ones_is_enough_to_refuse_the_name(inside: str) -> None:
    for addresses in ([inside], [PUBLIC, inside], [inside, PUBLIC]):
        with pytest.raises(Refused):
            fetch(client_to(None, addresses=addresses))


def test_a_name_is_looked_up_once_so_that_it_cannot_turn_inside(listen: Callable[..., Listener]) -> None:
    server = listen(says("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 2", b"ok"))
    asked: list[str] = []

    def turning(name: str, port: int) -> list[str]:
        asked.append(name)
        return [PUBLIC] if len(asked) == 1 else ["127.0.0.1"]

    gone: list[str] = []

    def route(address: str, port: int) -> tuple[str, int]:
        gone.append(address)
        return "127.0.0.1", server.port

    assert fetch(Client("t", plain_http=True, resolve=turning, route=route)) == b"ok"
    assert (asked, gone) == ([NAME], [PUBLIC])


def test_plain_http_goes_only_where_a_setting_says_so() -> None:
    with pytest.raises(Refused):
        fetch(client_to(None, plain_http=False))


def test_an_unusual_port_goes_only_where_a_setting_names_it(listen: Callable[..., Listener]) -> None:
    server = listen(says("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 2", b"ok"))
    with pytest.raises(Refused):
        fetch(client_to(server), f"http://{NAME}:8080/1.png")
    assert fetch(client_to(server, ports=frozenset({8080})), f"http://{NAME}:8080/1.png") == b"ok"


def test_the_question_names_the_host_and_brings_nothing_along(listen: Callable[..., Listener], monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9/")
    server = listen(says("HTTP/1.1 200 OK\nContent-Type: image/png\nSet-Cookie: a=b\nContent-Length: 2", b"ok"))
    client = client_to(server)
    fetch(client, f"http://{NAME}/5/1/2.png?k=1")
    fetch(client)
    assert server.came[0].startswith(b"GET /5/1/2.png?k=1 HTTP/1.1\r\n")
    assert f"Host: {NAME}\r\n".encode() in server.came[0]
    assert b"cookie" not in server.came[1].lower()


# Redirects


@pytest.mark.parametrize(
    "where", ["http://127.0.0.1/", "http://169.254.169.254/", "https://localhost/", "file:///etc/passwd", "http://[::1]/", "http://[", "//user@h.example/"]
)  # fmt: skip
def test_a_redirect_is_judged_like_an_address_of_our_own(listen: Callable[..., Listener], where: str) -> None:
    server = listen(says(f"HTTP/1.1 302 Found\nLocation: {where}\nContent-Length: 0"))
    with pytest.raises(Refused):
        fetch(client_to(server))
    assert len(server.came) == 1


def test_three_redirects_are_followed_and_a_fourth_is_not(listen: Callable[..., Listener]) -> None:
    def act(listener: Listener, line: socket.socket) -> None:
        number = int(listener.request(line).split(b" ")[1].strip(b"/") or b"0")
        if number == 3:
            line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 2\r\n\r\nok")
        else:
            line.sendall(f"HTTP/1.1 301 Moved\r\nLocation: /{number + 1}\r\nContent-Length: 0\r\n\r\n".encode())

    server = listen(act)
    assert fetch(client_to(server), f"http://{NAME}/0") == b"ok"
    server = listen(says("HTTP/1.1 301 Moved\nLocation: /again\nContent-Length: 0"))
    with pytest.raises(Refused):
        fetch(client_to(server))
    assert len(server.came) == 4


# Limits


def test_too_many_bytes_are_not_read_to_the_end(listen: Callable[..., Listener]) -> None:
    def act(listener: Listener, line: socket.socket) -> None:
        listener.request(line)
        line.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\n")
        for _ in range(10_000):
            line.sendall(b"x" * 10_000)

    with pytest.raises(TooBig):
        fetch(client_to(listen(act)))


@pytest.mark.parametrize(
    "head", [b"", b"HTTP/1.1 200 OK\r\nContent-Type: image/png\r\nContent-Length: 900\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: "]
)
def test_a_drip_ends_with_the_time_for_all(listen: Callable[..., Listener], head: bytes) -> None:
    def act(listener: Listener, line: socket.socket) -> None:
        listener.request(line)
        line.sendall(head)
        for _ in range(400):
            line.sendall(b"x")
            time.sleep(0.05)

    began = time.monotonic()
    with pytest.raises(TooSlow):
        fetch(client_to(listen(act)), seconds=0.5)
    assert time.monotonic() - began < 10, "the drip itself takes twenty seconds"


def test_a_resolver_that_never_answers_costs_no_more_than_the_time_for_all() -> None:
    done = threading.Event()

    def never(name: str, port: int) -> list[str]:
        done.wait(5)
        return []

    with pytest.raises(TooSlow):
        fetch(Client("t", plain_http=True, resolve=never), seconds=0.2)
    done.set()


@pytest.mark.parametrize(
    "head, error",
    [
        ("HTTP/1.1 200 OK\nContent-Type: text/html\nContent-Length: 2", WrongType),
        ("HTTP/1.1 200 OK\nContent-Length: 2", WrongType),
        ("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Encoding: gzip\nContent-Length: 2", WrongType),
        ("HTTP/1.1 404 Not Found\nContent-Length: 2", Declined),
        ("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 500", Unreachable),
        ("nonsense", Unreachable),
        ("HTTP/1.1 200 OK\n" + "\n".join(f"X-{n}: x" for n in range(200)), Unreachable),
    ],
)
def test_what_is_not_as_asked_for_is_an_error_of_the_family(listen: Callable[..., Listener], head: str, error: type[OutsideError]) -> None:
    with pytest.raises(error):
        fetch(client_to(listen(says(head, b"ok"))))


def test_no_error_and_no_log_carries_the_address(listen: Callable[..., Listener], caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    secret = f"http://{NAME}/hook/s3cret"
    said = []
    broken = "HTTP/1.1 404 Not Found\nbroken header\nContent-Length: 500"
    for client in (client_to(listen(says("nonsense"))), client_to(listen(says(broken))), client_to(None, addresses=["::1"])):
        with pytest.raises(OutsideError) as caught:
            fetch(client, secret)
        logging.getLogger("idobata").error("failed", exc_info=caught.value)
        said.append(str(caught.value))
    # Even a traceback must not repeat what the libraries said.
    text = "\n".join([*said, caplog.text])
    assert "s3cret" not in text
    assert NAME not in text


# TLS


def certificate(name: str, folder: Path) -> tuple[Path, Path]:
    """A certificate for a name that signs itself, and its key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(datetime.now(UTC) - timedelta(days=1))
        .not_valid_after(datetime.now(UTC) + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name)]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    cert_file, key_file = folder / f"{name}.crt", folder / f"{name}.key"
    cert_file.write_bytes(made.public_bytes(serialization.Encoding.PEM))
    key_file.write_bytes(key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()))
    return cert_file, key_file


@pytest.mark.parametrize("held, fine", [(NAME, True), ("other.example", False)])
def test_the_certificate_must_be_the_name_s_though_the_line_goes_to_an_address(
    listen: Callable[..., Listener], tmp_path: Path, held: str, fine: bool
) -> None:
    cert_file, key_file = certificate(held, tmp_path)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(cert_file, key_file)
    named: list[str | None] = []
    context.sni_callback = lambda line, name, _: named.append(name)

    def act(listener: Listener, line: socket.socket) -> None:
        with suppress(ssl.SSLError), context.wrap_socket(line, server_side=True) as safe:
            says("HTTP/1.1 200 OK\nContent-Type: image/png\nContent-Length: 2", b"ok")(listener, safe)

    client = client_to(listen(act), plain_http=False, trust=lambda: ssl.create_default_context(cafile=str(cert_file)))
    if fine:
        assert fetch(client, f"https://{NAME}/1.png") == b"ok"
    else:
        with pytest.raises(Unreachable):
            fetch(client, f"https://{NAME}/1.png")
    assert named == [NAME]
    with pytest.raises(Unreachable):
        fetch(client_to(listen(act), plain_http=False), f"https://{NAME}/1.png")  # signed by nobody we know
