"""House rules of the style sheets, sprites and scripts, and the bundle that is built of them."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from marketplace.assets import (
    COPIES,
    LAYERS,
    MODULES,
    AssetsMissing,
    build_vendor,
    bundle_modules,
    main,
)
from rules.amounts import AmountRefused, capitals, parse_amount

ROOT = Path(__file__).resolve().parents[3]
CSS = sorted((ROOT / "static" / "css").rglob("*.css"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))


def without_comments(path: Path) -> str:
    return re.sub(r"/\*.*?\*/", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_a_sheet_has_no_id_no_force_no_gradient_and_lies_in_a_layer(path):
    text = without_comments(path)
    assert "!important" not in text
    assert not re.search(r"(^|[\s,>+~(}])#[A-Za-z_][\w-]*\s*[,{>:.\[]", text)
    assert "linear-gradient" not in text
    assert "@layer" in text
    assert text.count("{") == text.count("}")


@pytest.mark.parametrize("path", CSS, ids=lambda path: path.name)
def test_colours_are_named_in_the_tokens(path):
    if path.name in {"tokens.css", "documents.css"}:
        return  # paper keeps its white by naming the tokens again
    text = without_comments(path)
    strays = set(re.findall(r"#[0-9a-fA-F]{3,8}\b", text)) - {"#fff", "#000"}
    assert not strays


def test_every_token_in_use_exists():
    named = set(re.findall(r"(--[\w-]+)\s*:", "".join(map(without_comments, CSS))))
    used = set(re.findall(r"var\((--[\w-]+)", "".join(map(without_comments, CSS))))
    assert not used - named


def test_every_icon_and_drawing_named_in_a_template_is_in_its_sprite():
    icons = (ROOT / "static/img/icons.svg").read_text(encoding="utf-8")
    figures = (ROOT / "static/img/figures.svg").read_text(encoding="utf-8")
    text = "".join(path.read_text(encoding="utf-8") for path in TEMPLATES)
    missing = [n for n in re.findall(r'\bicon\("([\w-]+)"', text) if f'id="i-{n}"' not in icons]
    for macro in ("fig", "thumb"):
        for name in re.findall(rf'\b{macro}\("([\w-]+)"', text):
            if f'id="{macro}-{name}"' not in figures:
                missing.append(f"{macro}-{name}")
    assert not missing


def test_sprites_carry_no_duplicate_names_and_no_script():
    for name in ("icons", "figures"):
        text = (ROOT / f"static/img/{name}.svg").read_text(encoding="utf-8")
        ids = re.findall(r'id="([^"]+)"', text)
        assert len(ids) == len(set(ids))
        assert "<script" not in text
        assert "style=" not in text


def test_every_behaviour_is_in_the_bundle():
    assert {path.stem for path in (ROOT / "static/js").glob("*.js")} == set(MODULES)


@pytest.fixture
def checkout(tmp_path):
    """A small checkout with stand-in packages."""
    for folder in ("css", "js"):
        shutil.copytree(ROOT / "static" / folder, tmp_path / "static" / folder)
    for source, _ in COPIES:
        target = tmp_path / "node_modules" / source
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(f"text of {source}", encoding="utf-8")
    return tmp_path


def test_the_build_is_the_same_every_time_and_keeps_the_layer_order(checkout):
    first = {path.name: path.read_bytes() for path in build_vendor(checkout)}
    second = {path.name: path.read_bytes() for path in build_vendor(checkout)}
    assert first == second
    css = first["market.css"].decode()
    assert css.startswith("@layer tokens, base, layout, components, pages, utilities;")
    assert "/*" not in css
    assert [css.index(f"@layer {layer} {{") for layer in LAYERS] == sorted(
        css.index(f"@layer {layer} {{") for layer in LAYERS
    )
    assert first["htmx.min.js"] == b"text of htmx.org/dist/htmx.min.js"


def test_without_the_packages_nothing_is_written_and_the_remedy_is_named(checkout, capsys):
    shutil.rmtree(checkout / "node_modules")
    with pytest.raises(AssetsMissing, match="npm ci"):
        build_vendor(checkout)
    assert not (checkout / "static" / "vendor").exists()
    assert main([str(checkout)]) == 1
    assert "npm ci" in capsys.readouterr().err


def test_a_module_in_a_form_the_bundle_does_not_know_is_refused(tmp_path):
    module = tmp_path / "odd.js"
    module.write_text('import everything from "./other.js";\n', encoding="utf-8")
    with pytest.raises(ValueError, match=r"odd\.js"):
        bundle_modules([module])


NODE = shutil.which("node")
AMOUNTS = (0, 1, 50, 105, 1_000, 100_000_050, 134_000_000, 10_000_001, 20_000_300_004, 10**14 + 7)
TYPED = (
    "1,340,000",
    "140万",
    "１２.5万元",
    "¥1,234.5",
    "1.2亿",
    "12,34",
    "面议",
    "1.005",
    "",
    "一百",
)


@pytest.mark.skipif(NODE is None, reason="node is not on this machine's path")
def test_amounts_read_and_written_in_the_browser_are_those_of_the_rules(tmp_path):
    module = tmp_path / "amounts.mjs"
    shutil.copyfile(ROOT / "static/js/amounts.js", module)
    script = (
        f'import {{ capitals, parseAmount }} from "{module.as_uri()}";'
        f"const written = {json.dumps([str(a) for a in AMOUNTS])}.map((a) => capitals(BigInt(a)));"
        f"const read = {json.dumps(TYPED)}.map((t) => parseAmount(t)?.toString() ?? null);"
        "console.log(JSON.stringify({ written, read }));"
    )
    run = subprocess.run(
        [str(NODE), "--input-type=module", "-e", script], capture_output=True, check=True
    )
    answer = json.loads(run.stdout)
    assert answer["written"] == [capitals(amount) for amount in AMOUNTS]
    assert answer["read"] == [read(text) for text in TYPED]


def read(text: str) -> str | None:
    """What the rules make of typed text, as the browser would say it."""
    try:
        amount = parse_amount(text)
    except AmountRefused:
        return None
    return None if amount is None else str(amount)
