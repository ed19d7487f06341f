"""The people of the demo can sign in, and nobody else by guessing the demo's password."""

from __future__ import annotations

from dataclasses import replace

import pytest

from marketplace.app import create_app
from marketplace.demo import accounts, load
from marketplace.kernel.settings import Secrets
from tests.integration.identity.acting import sign_in

pytestmark = pytest.mark.xdist_group("demo")  # one process loads it, once


@pytest.fixture
def app(loaded):
    return create_app(loaded.settings, loaded.clock, loaded.ctx)


@pytest.mark.parametrize("role", accounts.MAIN)
def test_each_role_of_the_tour_signs_in(loaded, app, role):
    (line, *_) = [one for one in accounts.read(loaded.settings) if one["role"] == role]
    client, name = app.test_client(), line["email"].partition("@")[0]
    answer = sign_in(client, name, password=line["password"])
    assert answer.status_code in (302, 303), answer.get_data(as_text=True)[:500]
    page = client.get("/desk", follow_redirects=True)
    assert page.status_code == 200
    assert line["name"] in page.get_data(as_text=True)


def test_another_password_does_not_open_an_account(app):
    answer = sign_in(app.test_client(), "alice", password="four-quiet-rivers-1")
    assert answer.status_code == 200 or answer.status_code >= 400


@pytest.mark.threat("T14")
def test_the_password_is_the_instances_own_and_stays_when_the_demo_is_made_anew(loaded):
    settings = loaded.settings
    assert accounts.password_of(settings) == accounts.password_of(settings)
    other = replace(settings, secrets=Secrets.fresh())
    assert accounts.password_of(other) != accounts.password_of(settings)
    assert len(accounts.password_of(settings)) >= 20


def test_a_production_instance_is_never_filled(production):
    with pytest.raises(load.DemoRefused, match="production"):
        load.load(production)
