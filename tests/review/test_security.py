"""What a page elsewhere cannot make a browser do, and what stands on every response."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route
from starlette.testclient import TestClient

from review.app import make_app
from review.errors import ReviewError
from review.security import BODY_LIMIT, parse_origin
from review.site import Site
from store.errors import UnknownRecord
from store.store import Store
from tests.review.web import ORIGIN, PEOPLE, A, browser, site

SECRET = "a line of a patient's note"


async def _take(request: Request) -> Response:
    return PlainTextResponse(str(len(await request.body())))


async def _fail(request: Request) -> Response:
    raise RuntimeError(SECRET)


async def _conflict(request: Request) -> Response:
    raise HTTPException(409, "Someone changed this in the meantime. Your draft is kept.")


async def _unknown(request: Request) -> Response:
    raise UnknownRecord("no run has the id <b>")


def with_probes(of: Site) -> Starlette:
    """The app, with pages that take a form, fail, conflict, and miss a record."""
    app = make_app(of)
    app.router.routes += [
        Route("/take", _take, methods=["GET", "POST", "PUT", "PATCH", "DELETE"]),
        Route("/fail", _fail, methods=["GET", "POST"]),
        Route("/conflict", _conflict),
        Route("/unknown", _unknown),
    ]
    return app


@pytest.fixture
def client(store: Store) -> TestClient:
    return browser(with_probes(site(store)))


def request(client: TestClient, method: str, path: str, headers: Mapping[str, str]) -> int:
    """The status, with these headers and none of the client's own but the cookie."""
    bare = TestClient(
        client.app, base_url=str(client.base_url), cookies=client.cookies, raise_server_exceptions=False
    )
    return bare.request(method, path, headers=headers).status_code


REQUESTS = {
    "page": ("GET", "/help", {}, 200),
    "head": ("HEAD", "/help", {}, 200),
    "entrance": ("GET", f"/enter?token={PEOPLE.token(A)}", {}, 200),
    "wrong token": ("GET", "/enter?token=x", {}, 403),
    "static": ("GET", "/static/app.css", {}, 200),
    "no such file": ("GET", "/static/nothing.css", {}, 404),
    "no such page": ("GET", "/nowhere", {}, 404),
    "no such method": ("PATCH", "/help", {}, 405),
    "conflict": ("GET", "/conflict", {}, 409),
    "unknown record": ("GET", "/unknown", {}, 404),
    "fails": ("GET", "/fail", {}, 500),
    "other host": ("GET", "/help", {"Host": "evil.example"}, 421),
    "other origin": ("POST", "/take", {"Origin": "https://evil.example"}, 403),
}


@pytest.mark.parametrize("name", REQUESTS)
def test_every_response_has_the_headers(client: TestClient, name: str) -> None:
    method, path, headers, status = REQUESTS[name]
    answer = client.request(method, path, headers=headers)
    assert answer.status_code == status
    policy = dict(part.split(" ", 1) for part in answer.headers["content-security-policy"].split("; "))
    assert policy == {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "connect-src": "'self'",
        "img-src": "'self'",
        "form-action": "'self'",
        "base-uri": "'none'",
        "frame-ancestors": "'none'",
    }
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == ("no-cache" if name == "static" else "no-store")
    for name_of_header in answer.headers:
        assert len(answer.headers.get_list(name_of_header)) == 1


def test_a_static_file_is_kept_only_under_the_address_of_its_content(client: TestClient) -> None:
    page = client.get("/help").text
    start = page.index("/static/app.css?v=")
    address = page[start : page.index('"', start)]
    kept = client.get(address)
    assert kept.headers["cache-control"] == "public, max-age=31536000, immutable"
    assert kept.headers["content-type"] == "text/css; charset=utf-8"
    assert client.get("/static/app.css?v=0").headers["cache-control"] == "no-cache"
    again = client.get("/static/app.css", headers={"If-None-Match": kept.headers["etag"]})
    assert again.status_code == 304
    assert again.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(
    "address", ["/static/../app.py", "/static/%2e%2e/app.py", "/static/..%2fapp.py", "/static/"]
)
def test_nothing_but_static_files_is_served_as_one(client: TestClient, address: str) -> None:
    answer = client.get(address)
    assert answer.status_code == 404
    assert "Starlette" not in answer.text


@pytest.mark.parametrize(
    ("host", "status"),
    [
        ("127.0.0.1:8000", 200),
        ("localhost:8000", 421),
        ("127.0.0.1", 421),
        ("127.0.0.1:8001", 421),
        ("127.0.0.1:8000.evil.example", 421),
        ("evil.example:8000", 421),
        ("127.0.0.1:8000@evil.example", 421),
        ("[::1]:8000", 421),
        ("", 421),
    ],
)
def test_the_host_is_exact(client: TestClient, host: str, status: int) -> None:
    assert request(client, "GET", "/help", {"Host": host}) == status
    assert request(client, "GET", "/static/app.css", {"Host": host}) == status


def test_a_wrong_host_is_told_the_right_one(client: TestClient) -> None:
    assert ORIGIN in client.get("/help", headers={"Host": "localhost:8000"}).text


def test_two_hosts_are_none(client: TestClient) -> None:
    hosts = [("Host", "127.0.0.1:8000"), ("Host", "evil.example")]
    assert client.get("/help", headers=hosts).status_code == 421


def test_hosts_have_no_case_and_no_usual_port(store: Store) -> None:
    app = with_probes(Site(store, PEOPLE, parse_origin("https://Labels.Example.org:443/")))
    client = browser(app)
    for host in ("labels.example.org", "LABELS.example.ORG"):
        assert client.get("/help", headers={"Host": host}).status_code == 200
    assert client.get("/help", headers={"Host": "labels.example.org:8443"}).status_code == 421


ORIGINS = [
    ({"Origin": ORIGIN}, True),
    ({"Origin": ORIGIN, "Sec-Fetch-Site": "same-origin"}, True),
    ({"Origin": "null", "Sec-Fetch-Site": "same-origin"}, True),
    ({"Origin": "null"}, False),
    ({"Origin": "null", "Sec-Fetch-Site": "same-site"}, False),
    ({"Origin": "null", "Sec-Fetch-Site": "cross-site"}, False),
    ({"Origin": "null", "Sec-Fetch-Site": "none"}, False),
    ({"Sec-Fetch-Site": "same-origin"}, False),
    ({}, False),
    ({"Origin": ""}, False),
    ({"Origin": "http://127.0.0.1"}, False),
    ({"Origin": "http://127.0.0.1:8001"}, False),
    ({"Origin": "https://127.0.0.1:8000"}, False),
    ({"Origin": ORIGIN + ".evil.example"}, False),
    ({"Origin": "http://localhost:8000"}, False),
    ({"Origin": "https://evil.example", "Sec-Fetch-Site": "same-origin"}, False),
    ({"Referer": ORIGIN + "/help"}, False),
]


@pytest.mark.parametrize(("headers", "let_in"), ORIGINS)
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_only_our_pages_change_anything(
    client: TestClient, headers: dict[str, str], let_in: bool, method: str
) -> None:
    assert request(client, method, "/take", headers) == (200 if let_in else 403)


@pytest.mark.parametrize(("headers", "let_in"), ORIGINS)
def test_reading_asks_for_no_origin(client: TestClient, headers: dict[str, str], let_in: bool) -> None:
    assert request(client, "GET", "/take", headers) == 200


@pytest.mark.parametrize(
    "address", ["/enter%3Fx", "/enter%23x", "/enter/", "/e%09nter", "/%09static/app.css"]
)
def test_what_is_open_to_anyone_is_told_by_the_path_that_is_routed(store: Store, address: str) -> None:
    nobody = browser(with_probes(site(store)), None)
    assert nobody.get(address).status_code == 403


def test_a_foreign_form_is_refused_with_a_way_out(client: TestClient) -> None:
    page = client.post("/take", headers={"Origin": "https://evil.example"})
    assert "nothing was done" in page.text
    assert "Open the page again" in page.text


def test_two_origins_are_none(client: TestClient) -> None:
    headers = [("Origin", ORIGIN), ("Origin", "https://evil.example")]
    bare = TestClient(client.app, base_url=ORIGIN, cookies=client.cookies)
    assert bare.post("/take", headers=headers).status_code == 403


def test_a_body_has_a_limit(client: TestClient) -> None:
    assert client.post("/take", content=b"x" * BODY_LIMIT).text == str(BODY_LIMIT)
    large = client.post("/take", content=b"x" * (BODY_LIMIT + 1))
    assert large.status_code == 413
    assert large.headers["x-content-type-options"] == "nosniff"
    streamed = client.post("/take", content=iter([b"x" * BODY_LIMIT, b"x"]))
    assert streamed.status_code == 413


def test_an_error_is_logged_and_not_shown(client: TestClient) -> None:
    page = client.get("/fail")
    assert page.status_code == 500
    assert SECRET not in page.text
    assert "RuntimeError" not in page.text
    assert "terminal" in page.text
    assert "A. Reviewer" in page.text, "the layout is that of every page"
    loud = TestClient(client.app, base_url=ORIGIN, cookies=client.cookies)
    with pytest.raises(RuntimeError, match=SECRET):  # what the server gets to log
        loud.get("/fail")


@pytest.mark.parametrize(
    ("address", "status", "said"),
    [
        ("/nowhere", 404, "There is no such page"),
        ("/unknown", 404, "no run has the id &lt;b&gt;"),
        ("/conflict", 409, "Your draft is kept"),
    ],
)
def test_an_error_is_a_page_with_a_way_out(client: TestClient, address: str, status: int, said: str) -> None:
    page = client.get(address)
    assert page.status_code == status
    assert said in page.text
    assert 'href="/runs"' in page.text
    assert "<h1>" in page.text


def test_head_has_no_body(client: TestClient) -> None:
    head, get = client.head("/help"), client.get("/help")
    assert head.content == b""
    assert head.headers["content-length"] == get.headers["content-length"]


@pytest.mark.parametrize(
    ("text", "origin"),
    [
        ("http://127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("HTTPS://Labels.Example.org/", "https://labels.example.org"),
        ("https://labels.example.org:443", "https://labels.example.org"),
        ("http://labels.example.org:80", "http://labels.example.org"),
        ("http://labels.example.org:443", "http://labels.example.org:443"),
        ("http://[::1]:8000", "http://[::1]:8000"),
    ],
)
def test_an_origin_is_spelled_as_browsers_do(text: str, origin: str) -> None:
    assert parse_origin(text) == origin


@pytest.mark.parametrize(
    "text",
    [
        "labels.example.org",
        "ftp://labels.example.org",
        "https://",
        "https://labels.example.org/app",
        "https://labels.example.org?x",
        "https://labels.example.org#x",
        "https://a:b@labels.example.org",
        "https://labels.example.org:port",
        "https://labels.example.org:70000",
        "https://[::1",
        "https://b\u00fccher.example",
        "https://labels.example.org\nX: y",
        "https://labels.example.org:0",
        "https://labels..example.org",
        "https://a b",
        "https://a;b",
    ],
)
def test_what_is_no_origin_is_refused(text: str) -> None:
    with pytest.raises(ReviewError, match="--origin"):
        parse_origin(text)
