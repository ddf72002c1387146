"""What no page of ours asks is refused, and nothing that a visitor writes is run or opened."""

import socket

import pytest

from siliconomics.faces.web.guard import LARGEST_BODY, LONGEST_QUERY

SCRIPT = "<script>alert(1)</script>"


@pytest.mark.parametrize("host", ["evil.example", "evil.example:8765", "127.0.0.1.evil.example", "", "10.0.0.7"])
def test_a_foreign_host_is_refused(web, host):
    assert web.get("/", headers={"host": host}).status_code == 421


@pytest.mark.parametrize("host", ["127.0.0.1:8765", "localhost:1", "[::1]:8765", "LOCALHOST"])
def test_this_machine_is_let_in_by_every_name(web, host):
    assert web.get("/downloads", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "headers", [{"origin": "https://evil.example"}, {"origin": "null"}, {"sec-fetch-site": "cross-site"}]
)
def test_a_foreign_page_cannot_write(web, headers):
    assert web.ask("POST", "/api/scenarios", headers=headers).status_code == 403


def test_nothing_is_written_by_any_method(web):
    for method in ("POST", "PUT", "DELETE", "PATCH"):
        assert web.ask(method, "/cost").status_code == 405


def test_oversized_requests_are_refused(web):
    assert web.get("/?" + "a" * (LONGEST_QUERY + 1)).status_code == 414
    assert web.ask("POST", "/", content=b"x" * (LARGEST_BODY + 1)).status_code == 413
    assert web.get("/", headers={"content-length": "many"}).status_code == 413


def test_too_many_requests_at_once_are_told_to_wait(open_web):
    web = open_web(rate=0.001, burst=3)
    found = [web.get("/static/none") for _ in range(5)]
    assert [one.status_code for one in found] == [404, 404, 404, 429, 429]
    assert found[-1].headers["retry-after"]


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/..%2fapp.py",
        "/static/%2e%2e/%2e%2e/app.py",
        "/..%2f..%2fetc/passwd",
        "/valuation/..%2f..%2fetc%2fpasswd",
        "/valuation/..%5c..%5cwin.ini",
        "/trace/%00",
        "/static/workbench.css%00.js",
    ],
)
def test_no_path_reaches_a_file(web, path):
    answer = web.get(path)
    assert answer.status_code in (404, 422)
    assert "root:" not in answer.text
    assert "create_app" not in answer.text


@pytest.mark.parametrize("scenario", ["./mine.toml", "/etc/hostname", "..", "textbook.toml", "%00"])
def test_a_scenario_is_a_name_and_never_a_file(web, scenario, tmp_path, monkeypatch):
    (tmp_path / "mine.toml").write_text('name = "mine"\nmeaning = "m"\n')
    monkeypatch.chdir(tmp_path)
    answer = web.get(f"/scenarios.json?s={scenario}")
    assert answer.status_code == 200
    assert answer.json()["scenario"] == "base"


@pytest.mark.parametrize(
    "address",
    [
        f"/?x={SCRIPT}",
        f"/?s={SCRIPT}",
        f"/?{SCRIPT}=1",
        f"/?set={SCRIPT}%3D1",
        f"/cost?set=die_yield@{SCRIPT}%3D0.5",
        f"/cost?set=die_yield@910C%3D{SCRIPT}",
        f"/valuation/{SCRIPT}",
        f"/trace/price_target?company={SCRIPT}",
        f"/{SCRIPT}",
        f"/?theme={SCRIPT}&lang={SCRIPT}",
    ],
)
def test_what_a_visitor_writes_is_shown_as_text(web, address):
    answer = web.get(address)
    assert answer.status_code in (200, 404, 422)
    assert SCRIPT not in answer.text


def test_every_answer_forbids_what_is_not_ours(web, open_web):
    answers = [web.get("/"), web.get("/nowhere"), web.get("/api/quantities"), web.get("/", headers={"host": "x.y"})]
    for answer in answers:
        policy = answer.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["x-content-type-options"] == "nosniff"


def test_another_address_demands_the_token_and_keeps_it_as_a_cookie(open_web):
    web = open_web("http://192.0.2.1:8765", token="let-me-in", host="192.0.2.1")
    assert web.get("/downloads").status_code == 401
    assert web.get("/downloads?token=let-me-out").status_code == 401
    assert web.get("/downloads", headers={"authorization": "Bearer let-me-in"}).status_code == 200
    shown = web.get("/downloads?lang=zh&token=let-me-in")
    assert shown.status_code == 303
    assert shown.headers["location"] == "/downloads?lang=zh"
    assert "HttpOnly" in shown.headers["set-cookie"]
    assert "let-me-in" not in shown.headers["set-cookie"]
    cookie = shown.headers["set-cookie"].partition(";")[0]
    assert web.get("/downloads", headers={"cookie": cookie}).status_code == 200
    assert web.get("/downloads?token=let-me-in", headers={"host": "evil.example"}).status_code == 421


def test_the_token_does_not_lead_to_another_site(open_web):
    web = open_web(token="let-me-in")
    location = web.get("/%2fevil.example?token=let-me-in").headers["location"]
    assert not location.startswith("//")


def test_only_this_machine_is_local():
    from siliconomics.faces.web.serve import is_local

    assert [is_local(one) for one in ("127.0.0.1", "localhost", "::1", "127.9.9.9")] == [True] * 4
    assert [is_local(one) for one in ("0.0.0.0", "::", "192.0.2.1", "example.org")] == [False] * 4


def test_a_port_that_is_taken_is_told(cli):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        found = cli("serve", "--no-browser", "--port", taken.getsockname()[1])
    assert found.code == 2
    assert "annot listen" in found.err
