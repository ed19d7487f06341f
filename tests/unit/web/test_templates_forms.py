"""Fields, errors and steps: labels tied to controls, errors said at the field and in the summary."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from jinja2 import StrictUndefined
from wtforms import (
    BooleanField,
    FieldList,
    Form,
    RadioField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.fields.choices import SelectChoice
from wtforms.validators import InputRequired, Length

from marketplace.kernel import assets
from marketplace.web import filters, i18n

AB = [SelectChoice("a", "A"), SelectChoice("b", "B")]
XY = [SelectChoice("x", "X"), SelectChoice("y", "Y")]


class SampleForm(Form):
    number = StringField("Number", [InputRequired("Number is missing.")], description="As printed.")
    note = TextAreaField("Note", [Length(max=3, message="At most 3.")])
    mode = RadioField("Mode", [InputRequired("Choose one.")], choices=AB)
    kinds = SelectMultipleField("Kinds", choices=XY)
    agree = BooleanField("I agree", [InputRequired("Tick this.")])
    owners = FieldList(StringField("Owner", [InputRequired("Name each owner.")]), min_entries=1)


@pytest.fixture(scope="module")
def app() -> Flask:
    app = Flask("forms", template_folder=str(assets.folder() / "templates"))
    app.jinja_env.undefined = StrictUndefined
    i18n.install(app)
    filters.install(app)
    app.jinja_env.globals["csrf_token"] = lambda: "token"
    return app


@pytest.fixture
def render(app):
    def _render(text: str, **values) -> str:
        head = (
            '{% from "components/forms.html" import '
            "error_summary, field, save_state, stepper, upload %}"
        )
        with app.test_request_context("/?lang=en"):
            return app.jinja_env.from_string(head + text).render(**values)

    return _render


@pytest.fixture
def bad_form() -> SampleForm:
    form = SampleForm(data={"note": "too long", "kinds": ["y"]})
    assert not form.validate()
    return form


def test_a_field_ties_label_hint_and_error_to_its_control(render, bad_form):
    page = render("{{ field(form.number) }}", form=bad_form)
    assert '<label for="number">Number</label>' in page
    assert 'aria-describedby="number-error number-hint"' in page
    assert 'id="number-error"' in page
    assert 'id="number-hint">As printed.' in page
    assert 'aria-invalid="true"' in page


def test_a_sound_field_claims_no_error(render):
    page = render("{{ field(form.note) }}", form=SampleForm())
    assert "aria-invalid" not in page
    assert "aria-describedby" not in page
    assert "optional" in page


def test_what_was_typed_stands_in_the_field_again(render, bad_form):
    assert "too long" in render("{{ field(form.note) }}", form=bad_form)


def test_radio_buttons_are_a_group_with_a_legend(render, bad_form):
    page = render("{{ field(form.mode) }}", form=bad_form)
    assert "<fieldset" in page
    assert "<legend>Mode</legend>" in page
    assert page.count('type="radio"') == 2


def test_several_choices_can_be_shown_as_ticks(render, bad_form):
    page = render("{{ field(form.kinds, choices=true) }}", form=bad_form)
    assert 'name="kinds" value="y" checked' in page
    assert 'name="kinds" value="x">' in page


def test_a_unit_and_own_attributes_reach_the_control(render):
    text = '{{ field(form.number, suffix="yuan", attrs={"inputmode": "decimal", "class": "own"}) }}'
    page = render(text, form=SampleForm())
    assert 'inputmode="decimal"' in page
    assert 'class="own"' in page
    assert "<span>yuan</span>" in page


def test_the_summary_takes_focus_and_leads_to_every_field(render, bad_form):
    page = render("{{ error_summary(form) }}", form=bad_form)
    assert 'role="alert" tabindex="-1" autofocus' in page
    assert "5 things must be corrected" in page
    fields = render("{% for f in form %}{{ field(f) }}{% endfor %}", form=bad_form)
    targets = re.findall(r'href="#([^"]+)"', page)
    assert targets == ["number", "note", "mode-0", "agree", "owners-0"]
    missing = [t for t in targets if f'id="{t}"' not in fields]
    assert not missing


def test_nested_errors_are_said_as_words(render, bad_form):
    page = render("{{ error_summary(form) }}", form=bad_form)
    assert "Name each owner." in page
    assert "[" not in re.sub(r"<[^>]+>", "", page)


def test_no_errors_no_summary(render):
    assert render("{{ error_summary(form) }}", form=SampleForm()) == ""


def test_steps_tell_which_are_done_and_where_we_are(render):
    page = render('{{ stepper([("One", "/1"), ("Two", none), ("Three", none)], 1) }}')
    assert '<a href="/1">One</a><span class="vh">, done</span>' in page
    assert page.count('aria-current="step"') == 1


def test_autosave_has_words_for_every_state(render):
    page = render("{{ save_state() }}")
    for state in ("saved", "saving", "failed", "conflict", "restored"):
        assert re.search(f'data-text-{state}="[^"]+"', page)


def test_an_upload_is_a_plain_file_field_too(render):
    page = render('{{ upload("papers", "Papers", "/files", accept=".pdf", error="Too large") }}')
    assert 'type="file" id="upload-papers" name="papers" accept=".pdf" multiple' in page
    assert "Too large" in page
    assert "upload-papers-error" in page
