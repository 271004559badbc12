"""The site as an app: manifest, worker, the page of what waits."""

import io
import json
import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app.catalog.models import Category
from app.catalog.queries import forget_kept
from app.core.web.templating import STATIC
from tests.desk.scene import as_, post


def worker(client: FlaskClient) -> dict[str, object]:
    """What the worker is told to keep."""
    found = re.match(r"const SHELL = (\{.*\});\n", client.get("/sw.js").text)
    assert found
    shell: dict[str, object] = json.loads(found[1])
    return shell


def got(client: FlaskClient, address: str) -> TestResponse:
    """Read a file, and close it."""
    answer = client.get(address)
    answer.get_data()
    answer.close()
    return answer


@pytest.mark.parametrize(
    ("lang", "name"), [("vi", "Phản ánh hiện trường"), ("en", "Citizen Reports")]
)
def test_a_manifest_in_each_language(client: FlaskClient, lang: str, name: str) -> None:
    page = client.get(f"/?lang={lang}").text
    found = re.search(r'<link rel="manifest" href="([^"]+)"', page)
    assert found
    answer = client.get(found[1])
    assert answer.mimetype == "application/manifest+json"
    manifest = answer.json
    assert name in manifest["name"]
    assert len(manifest["short_name"]) <= 12
    assert (manifest["lang"], manifest["display"]) == (lang, "standalone")
    for start in (manifest["start_url"], *(entry["url"] for entry in manifest["shortcuts"])):
        assert client.get(start).status_code == 200
    kinds = {icon["purpose"] for icon in manifest["icons"]}
    assert kinds == {"any", "maskable"}


def test_icons_are_what_the_manifest_says(client: FlaskClient) -> None:
    for icon in client.get("/manifest.webmanifest").json["icons"]:
        drawing = got(client, icon["src"])
        assert drawing.mimetype == icon["type"]
        if icon["type"] == "image/png":
            image = Image.open(io.BytesIO(drawing.data))
            assert "x".join(map(str, image.size)) == icon["sizes"]
            corner = image.convert("RGBA").getpixel((0, 0))
            assert corner[3] == (255 if icon["purpose"] == "maskable" else 0)


def test_the_worker_serves_the_whole_site_and_is_asked_for_anew(client: FlaskClient) -> None:
    answer = client.get("/sw.js")
    assert answer.mimetype == "text/javascript"
    assert answer.headers["Cache-Control"] == "no-cache"
    policy = answer.headers["Content-Security-Policy"]
    assert "script-src 'self'" in policy
    assert "connect-src 'self'" in policy
    again = client.get("/sw.js", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_all_that_the_worker_keeps_is_there_for_everybody(client: FlaskClient) -> None:
    shell = worker(client)
    for address in [*shell["pages"], *shell["scripts"], *shell["files"]]:
        assert got(client, address).status_code == 200, address
    assert {page.partition("?")[0] for page in shell["pages"]} == {"/report", "/offline"}
    assert client.get("/offline?lang=en").headers["Content-Language"] == "en"


def test_another_pack_is_another_version(client: FlaskClient, session: Session) -> None:
    before = worker(client)["version"]
    assert worker(client)["version"] == before
    session.get_one(Category, "waste").names = {"vi": "Khác hẳn", "en": "Quite another"}
    session.flush()
    forget_kept()
    assert worker(client)["version"] != before


def test_kept_pages_know_nobody(client: FlaskClient, session: Session) -> None:
    """What is asked for without cookies is the same whoever is signed in."""
    shell = worker(client)
    as_(client, session, "administrator")
    stranger = client.application.test_client()
    for page in shell["pages"]:
        assert "csrf" not in stranger.get(page).text


def test_signing_out_leaves_what_waits_on_the_phone(
    app: Flask, client: FlaskClient, session: Session
) -> None:
    as_(client, session, "officer")
    answer = post(client, "/desk/sign-out")
    assert answer.status_code == 303
    assert "Clear-Site-Data" not in answer.headers


def test_the_worker_never_keeps_what_is_not_named() -> None:
    """Nothing is put on the shelf but pages of the shell, their files and the language."""
    source = (STATIC / "worker.js").read_text("utf-8")
    assert len(re.findall(r"\.put\(", source)) == 2
    assert len(re.findall(r"\.add(?:All)?\(", source)) == 2  # one is the set of files
