"""The drawings are the same every time, whole in both outputs, and carry numerals only."""

from __future__ import annotations

import io
import xml.etree.ElementTree as ET

import pytest
from PIL import Image

from marketplace.demo.drawing_geometry import Variation, box
from marketplace.demo.drawing_lettering import numeral_strokes
from marketplace.demo.drawing_sheet import HEIGHT, WIDTH, hatch_lines
from marketplace.demo.drawings import MOTIFS, draw, numerals, raster

KEYS = sorted(MOTIFS)
SVG = "{http://www.w3.org/2000/svg}"


def test_there_are_motifs_enough():
    assert len(KEYS) >= 18


@pytest.mark.parametrize("key", KEYS)
def test_a_drawing_is_well_formed_and_repeatable(key):
    svg = draw(key, 5)
    assert svg == draw(key, 5)
    root = ET.fromstring(svg)
    assert root.get("viewBox") == "0 0 400 300"
    assert root.findtext(f"{SVG}title") == MOTIFS[key].zh
    assert {child.tag.removeprefix(SVG) for child in root} <= {"title", "rect", "path", "circle"}
    assert len(root) > 40


@pytest.mark.parametrize("key", KEYS)
def test_another_seed_gives_another_drawing(key):
    assert len({draw(key, seed) for seed in range(6)}) > 1


@pytest.mark.parametrize("key", KEYS)
def test_the_numerals_rise_and_stand_inside_the_sheet(key):
    for seed in range(4):
        found = [int(numeral) for numeral in numerals(key, seed)]
        assert len(found) >= 5
        assert found == sorted(set(found))


@pytest.mark.parametrize("key", KEYS)
def test_nothing_is_drawn_off_the_sheet(key):
    for seed in range(4):
        root = ET.fromstring(draw(key, seed))
        for path in root.iter(f"{SVG}path"):
            numbers = path.get("d").replace("M", " ").replace("L", " ").rstrip("Z").split()
            assert all(0 <= float(x) <= WIDTH for x in numbers[::2]), path.get("d")[:80]
            assert all(0 <= float(y) <= HEIGHT for y in numbers[1::2]), path.get("d")[:80]


@pytest.mark.parametrize("key", KEYS)
def test_the_raster_is_a_png_of_the_asked_size_with_ink_on_it(key):
    png = raster(key, 5, width=320, height=240)
    assert png == raster(key, 5, width=320, height=240)
    image = Image.open(io.BytesIO(png))
    assert (image.format, image.size) == ("PNG", (320, 240))
    grey = image.convert("L").tobytes()
    inked = sum(value < 128 for value in grey) / len(grey)
    assert 0.005 < inked < 0.25


@pytest.mark.parametrize("key", KEYS)
def test_a_thumbnail_has_fewer_and_thicker_lines(key):
    full, thumb = draw(key, 5), draw(key, 5, thumb=True)
    assert thumb.count("<path") < full.count("<path")
    assert 'stroke-width="4.6"' in thumb
    assert 'stroke-width="4.6"' not in full
    small = Image.open(io.BytesIO(raster(key, 5, width=80, height=60))).convert("L")
    assert min(small.tobytes()) < 110


def test_the_accessible_name_follows_the_language():
    assert "<title>Bearing cage</title>" in draw("cage", 1, language="en")
    assert "<title>轴承保持架</title>" in draw("cage", 1, language="zh_Hans_CN")


def test_an_unknown_key_is_refused():
    with pytest.raises(KeyError):
        draw("perpetuum_mobile", 1)
    with pytest.raises(KeyError):
        raster("perpetuum_mobile", 1)


def test_variation_stays_in_its_bounds_and_repeats():
    first, again = Variation("cage", 3), Variation("cage", 3)
    values = [first.between(2, 5) for _ in range(200)]
    assert values == [again.between(2, 5) for _ in range(200)]
    assert 2 <= min(values) < 2.2
    assert 4.8 < max(values) < 5
    assert {first.count(1, 3) for _ in range(60)} == {1, 2, 3}


def test_hatching_fills_a_square_and_leaves_its_hole():
    ring = (*box((0, 0), (100, 100)), (0, 0), *box((30, 30), (40, 40)), (30, 30))
    for start, end in hatch_lines(ring, slant=45, gap=5):
        middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        assert not (31 < middle[0] < 69 and 31 < middle[1] < 69)
    assert len(hatch_lines(box((0, 0), (100, 100)), slant=0, gap=10)) == 10


def test_letters_are_no_numerals():
    with pytest.raises(KeyError):
        numeral_strokes("A", (0, 0), height=12)
