"""`export site`: the whole public portal as files, nothing else, all of it or as it was before."""

from __future__ import annotations

import json
from hashlib import sha256
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from bs4 import BeautifulSoup
from flask import abort

from tests.support.factories.plans import make_plan
from tests.support.factories.reports import make_scene
from tracker.access import public
from tracker.domain.plans import PlanStatus
from tracker.mirror import folder as folders


def story():
    """A plan with an accepted file, a claim in review and a plan that is still being written."""
    scene = make_scene(activities_per_milestone=2)
    report = scene.draft(percent=50, narrative="Se publicó el manual.")
    scene.file(report, scene.activity.means, name="manual de uso.pdf")
    scene.validate(scene.submit(report))
    scene.submitted(scene.made.activities[1], 40, narrative="Palabras sin revisar.")
    make_plan(9, title="Plan todavía secreto", status=PlanStatus.DRAFT)
    return scene


@pytest.fixture
def scene(app):
    with app.app_context():
        return story()


def export(app, out, *more, expect=0):
    result = app.test_cli_runner().invoke(args=["export", "site", "--out", str(out), *more])
    assert result.exit_code == expect, result.output
    return result


def contents(folder: Path) -> dict[str, str]:
    """Every file with what is in it."""
    return {
        path.relative_to(folder).as_posix(): sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file()
    }


def broken_links(folder: Path) -> list[str]:
    """Links of pages and styles that lead to no file of the folder, and forms."""
    broken = []
    for page in folder.rglob("*.html"):
        soup = BeautifulSoup(page.read_bytes(), "html.parser")
        broken += [f"{page}: form" for _one in soup.find_all("form")]
        for one in soup.find_all(lambda tag: tag.get("href") or tag.get("src")):
            parts = urlsplit(one.get("href") or one["src"])
            if parts.scheme or parts.netloc or not parts.path:
                continue
            if not (page.parent / unquote(parts.path)).resolve().is_file():
                broken.append(f"{page.relative_to(folder)}: {one}")
    return broken


@pytest.mark.browser
def test_the_whole_portal_stands_there_and_nothing_that_is_not_public(
    app, scene, tmp_path, monkeypatch, chromium_browser
):
    monkeypatch.setitem(app.config, "BASE_URL", "https://cumple.example")
    out = tmp_path / "copia"
    told = json.loads(export(app, out, "--format", "json").stdout)
    activity = scene.activity.uid
    pages = (
        "",
        "planes/4",
        "planes/4/compromisos/1",
        "planes/4/instituciones/infom",
        f"actividades/{activity}",
    )
    for page in (*pages, "copia", "copia/indice", "metodologia", f"id/{activity}"):
        for language in ("", "en"):
            assert (out / language / page / "index.html").is_file(), (language, page)
    assert (out / "feeds/planes/4.atom").is_file()
    assert (out / f"calendario/actividades/{activity}.ics").is_file()
    assert list(out.glob("evidencias/*/manual de uso.pdf"))
    assert list(out.glob("static/**/*.woff2"))
    assert broken_links(out) == []
    assert told["missing"] == []
    manifest = json.loads((out / folders.MANIFEST).read_text("utf-8"))
    held = contents(out)
    assert {one["path"]: one["sha256"] for one in manifest["files"]} == {
        path: digest for path, digest in held.items() if path != folders.MANIFEST
    }
    assert (manifest["live"], told["files"]) == ("https://cumple.example", len(held) - 1)
    everything = "\n".join(path.read_text("utf-8", "ignore") for path in out.rglob("*") if path.is_file())
    assert "Se publicó el manual." in everything
    for hidden in ("Plan todavía secreto", "Palabras sin revisar", "@example", "csrf_token", "/entrar"):
        assert hidden not in everything
    index = (out / "copia/indice/index.html").read_text("utf-8")
    assert "Actividad 1.1" in index
    assert not (out / "buscar").exists()
    assert problems_in_a_browser(chromium_browser, out, scene) == []
    assert [one.name for one in tmp_path.iterdir()] == ["copia"]


def problems_in_a_browser(browser, out, scene) -> list[str]:
    """What a reader who opens the folder and clicks about would meet: requests, errors of the page."""
    context = browser.new_context()
    page = context.new_page()
    problems: list[str] = []
    page.on("request", lambda one: one.url.startswith("file://") or problems.append(one.url))
    page.on("requestfailed", lambda one: problems.append(f"failed: {one.url}"))
    page.on("console", lambda one: problems.append(f"{one.type}: {one.text}"))
    page.goto((out / "index.html").as_uri())
    page.get_by_role("link", name="Plan de acción de prueba").first.click()
    assert "Plan de acción de prueba" in page.inner_text("h1")
    page.get_by_role("link", name="English").click()
    assert page.get_attribute("html", "lang") == "en"
    page.get_by_role("link", name="Index of everything").first.click()
    page.get_by_role("link", name="Actividad 1.1").first.click()
    assert "Se publicó el manual." in page.content()
    page.goto((out / f"id/{scene.activity.uid}/index.html").as_uri())
    page.wait_for_url("**/actividades/**")
    assert page.evaluate("Array.from(document.fonts).some((font) => font.status === 'loaded')")
    context.close()
    return problems


def test_a_folder_with_anything_else_in_it_is_left_alone(app, tmp_path):
    (tmp_path / "lleno").mkdir()
    (tmp_path / "lleno" / "CNAME").write_text("mío")
    assert "«CNAME»" in export(app, tmp_path / "lleno", expect=2).stderr
    assert "no es una carpeta" in export(app, tmp_path / "lleno" / "CNAME", expect=2).stderr
    assert (tmp_path / "lleno" / "CNAME").read_text() == "mío"
    export(app, tmp_path / "vacía")
    (tmp_path / "vacía" / "mío.txt").write_text("mío")
    assert "«mío.txt»" in export(app, tmp_path / "vacía", expect=2).stderr
    assert app.test_cli_runner().invoke(args=["export", "site"]).exit_code == 2


def test_what_fails_or_is_killed_leaves_the_copy_before_as_it_was(app, tmp_path, monkeypatch):
    out = tmp_path / "copia"
    with app.app_context():
        make_plan(4, activities_per_milestone=1)
    export(app, out)
    before = contents(out)

    @public
    def failing():
        abort(503)

    with monkeypatch.context() as patch:
        patch.setitem(app.view_functions, "portal.glossary", failing)
        assert "/glosario (503)" in export(app, out, expect=1).stderr
    assert contents(out) == before
    with monkeypatch.context() as patch:
        patch.setattr("tracker.mirror.writing.folders.write_manifest", no_space)
        assert "No space left" in export(app, out, expect=1).stderr
    assert contents(out) == before
    # What a kill leaves beside it is cleared away by the next one.
    (tmp_path / ".copia.partial").mkdir()
    (tmp_path / ".copia.partial" / "a medias.html").write_text("<h1>")
    with folders.making(tmp_path / "otra"):
        assert "se está escribiendo" in export(app, out, expect=2).stderr
    monkeypatch.setattr("tracker.mirror.folder._exchanged", lambda *_paths: False)
    export(app, out)
    assert contents(out) == before, "the same data give the same bytes"
    assert {one.name for one in tmp_path.iterdir()} == {"copia", "otra"}


def no_space(*_arguments):
    raise OSError(28, "No space left on device")
