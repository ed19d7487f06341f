"""A contract's way: generated, filled, amended, agreed, signed by both, sealed, verified."""

from __future__ import annotations

import hashlib
import io
import threading
from dataclasses import replace

import pytest
from pypdf import PdfReader
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from marketplace.kernel import files
from marketplace.kernel.actor import MemberRole
from marketplace.kernel.errors import Conflict, Forbidden, Invalid, NotFound, Unavailable
from marketplace.papers.models import Paper
from marketplace.showcase.listings.content import FirstRefusal, LicenceGranted, Overlay, Owner
from marketplace.trade.contracts import commands, gates, verification
from marketplace.trade.contracts.models import ContractSignature, ContractVersion
from marketplace.trade.orders import steps as orders
from marketplace.trade.orders.models import Order
from rules.findings import block
from tests.integration.trade.contract_world import DealWorld


@pytest.fixture
def world(ctx, clock) -> DealWorld:
    return DealWorld(ctx, clock)


def codes(refused) -> list[str]:
    return refused.value.facts["codes"]


def test_the_whole_way_ends_with_a_sealed_contract_and_an_order_that_goes_on(world):
    contract_id = world.begun()
    assert world.row(contract_id).state == "draft"
    world.fill(contract_id)
    world.propose(contract_id)
    world.agree(contract_id)
    assert world.row(contract_id).state == "consented"
    world.open_signing(contract_id, world.bob)
    world.deliver()
    world.sign(contract_id, world.alice)
    assert world.row(contract_id).state == "signing"
    assert world.order(contract_id).state == "agreed"
    world.sign(contract_id, world.bob)
    assert world.row(contract_id).state == "sealed"
    assert world.order(contract_id).state == "contract_signed"
    world.deliver()
    kinds = [kind for kind, _facts in world.inbox(world.bob)]
    assert "contract.propose" in kinds
    assert "contract.seal" in kinds
    assert list(verification.broken(world.ctx)) == []


def test_an_order_has_one_contract_whoever_begins_it(world):
    order_id = world.agreed()
    first = commands.open_contract(world.alice.ctx, commands.OpenContract(order_id))
    assert commands.open_contract(world.bob.ctx, commands.OpenContract(order_id)) == first


def test_a_stranger_knows_of_no_contract(world):
    contract_id = world.begun()
    mallory = world.mallory.ctx
    version = world.version(contract_id)
    for act in (
        lambda: commands.open_contract(
            mallory, commands.OpenContract(world.row(contract_id).order_id)
        ),
        lambda: commands.fill(mallory, commands.Fill(contract_id, version, {})),
        lambda: commands.agree(mallory, commands.Agree(contract_id, version)),
        lambda: commands.open_signing(mallory, commands.OpenSigning(contract_id, version)),
        lambda: commands.sign(
            mallory, commands.Sign(contract_id, version, "0" * 64, "Mallory", has_read=True)
        ),
        lambda: world.page(contract_id, world.mallory),
        lambda: commands.fill_registration(mallory, commands.FillRegistration(contract_id, {})),
    ):
        with pytest.raises(NotFound):
            act()


def test_a_member_writes_but_binds_nobody(world):
    contract_id = world.begun()
    anna = world.join("Anna", world.alice.organisation_id, role=MemberRole.MEMBER)
    world.fill(contract_id, anna)
    with pytest.raises(Forbidden):
        world.propose(contract_id, anna)
    world.propose(contract_id)
    world.amend(contract_id, anna, texts={"secrecy": "保密期限十年。"})
    assert [one.consents for one in world.page(contract_id, world.alice).sides] == [False, False]
    ray = world.join("Ray", world.alice.organisation_id, role=MemberRole.READ_ONLY)
    with pytest.raises(Forbidden):
        world.fill(contract_id, ray)


def test_a_manager_binds_only_up_to_the_limit(world):
    contract_id = world.begun()
    world.fill(contract_id)
    mia = world.join(
        "Mia", world.alice.organisation_id, role=MemberRole.MANAGER, limit=100_000 * 100
    )
    with pytest.raises(Forbidden):
        world.propose(contract_id, mia)


@pytest.mark.law("L51")
def test_a_draft_with_a_gap_is_neither_proposed_nor_printed(world, app):
    contract_id = world.begun()
    world.fill(contract_id, acceptance="  ")
    with pytest.raises(Invalid) as refused:
        world.propose(contract_id)
    assert refused.value.facts["missing"] == ("acceptance",)
    world.fill(contract_id)
    world.propose(contract_id)
    with pytest.raises(Invalid):
        world.fill(contract_id, goal="")
    assert world.row(contract_id).state == "proposed"


@pytest.mark.law("L51")
def test_a_patent_without_its_filing_date_stops_everything(world):
    order_id = world.agreed()
    world.restate(patent={"filed_on": None})
    contract_id = world.begun(order_id)
    world.fill(contract_id)
    with pytest.raises(Invalid) as refused:
        world.propose(contract_id)
    assert set(refused.value.facts["missing"]) == {"patent.filed_on", "patent.term_until"}


def test_an_amendment_shows_what_changed_and_needs_the_other_side_again(world):
    contract_id = world.consented()
    before = world.version(contract_id)
    world.amend(
        contract_id,
        world.bob,
        texts={"secrecy": "保密期限自签订之日起十年"},
        heading="培训",
        text="转让方培训受让方人员十名。",
    )
    row = world.row(contract_id)
    assert (row.state, row.version) == ("proposed", before + 1)
    page = world.page(contract_id, world.alice)
    changed = {one.key: one for one in page.clauses if one.changed}
    assert set(changed) == {"secrecy", f"added-{before + 1}"}
    assert [(one.kind, one.text) for one in changed["secrecy"].pieces if one.kind != "same"] == [
        ("del", "五"),
        ("ins", "十"),
    ]
    assert {one.side: one.consents for one in page.sides} == {"seller": False, "buyer": True}
    with pytest.raises(Conflict):
        world.open_signing(contract_id)
    world.agree(contract_id, world.alice)
    assert world.row(contract_id).state == "consented"
    world.amend(contract_id, world.alice, texts={f"added-{before + 1}": ""}, why="不再需要")
    gone = [one for one in world.page(contract_id, world.bob).clauses if one.changed]
    assert [(one.text, one.pieces[0].kind) for one in gone] == [("", "del")]


def test_filling_a_blank_leaves_amended_clauses_alone(world):
    contract_id = world.consented()
    world.amend(contract_id, world.bob, texts={"acceptance": "以第三方检测报告为准。"})
    world.fill(contract_id, acceptance="另一种验收", goal="圆度不大于0.3微米")
    texts = {one.key: one.text for one in world.page(contract_id, world.bob).clauses}
    assert texts["acceptance"] == "以第三方检测报告为准。"
    assert "圆度不大于0.3微米" in texts["object"]


def test_an_amendment_says_what_and_why(world):
    contract_id = world.consented()
    for change in (
        {"why": " ", "texts": {"secrecy": "x"}},
        {"texts": {}},
        {"texts": {"nothing": "x"}},
        {"heading": "无正文"},
        {"texts": {"secrecy": "长" * 7_000}},
    ):
        with pytest.raises(Invalid):
            world.amend(contract_id, world.bob, **change)


@pytest.mark.threat("T5")
def test_an_old_page_changes_nothing(world):
    contract_id = world.consented()
    old = world.version(contract_id)
    world.amend(contract_id, world.bob, texts={"secrecy": "保密期限十年。"})
    for act in (
        lambda: commands.agree(world.alice.ctx, commands.Agree(contract_id, old)),
        lambda: commands.fill(world.alice.ctx, commands.Fill(contract_id, old, {})),
        lambda: commands.open_signing(world.alice.ctx, commands.OpenSigning(contract_id, old)),
    ):
        with pytest.raises(Conflict):
            act()


def test_consent_twice_or_out_of_turn_is_refused(world):
    contract_id = world.begun()
    world.fill(contract_id)
    with pytest.raises(Conflict):
        world.agree(contract_id)
    world.propose(contract_id)
    world.agree(contract_id, world.alice)
    assert world.row(contract_id).state == "proposed"
    world.agree(contract_id)
    with pytest.raises(Conflict):
        world.agree(contract_id)
    with pytest.raises(Conflict):
        world.propose(contract_id)


# -- gates ------------------------------------------------------------------------------------


@pytest.mark.law("L62")
def test_a_co_owner_who_has_not_agreed_stops_the_signing(world):
    order_id = world.agreed()
    world.restate(owners=(Owner("越州理工大学"), Owner("剡溪轴承研究院")))
    contract_id = world.consented(world.begun(order_id))
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["co_owner_consent_missing"]


@pytest.mark.law("L63")
def test_a_pledge_without_the_pledgees_consent_stops_the_signing(world):
    order_id = world.agreed()
    world.restate(overlays=(Overlay("pledge", "新昌农商银行", amount_minor=30_000_000),))
    contract_id = world.consented(world.begun(order_id))
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["overlay_forbids", "pledge_account_missing"]


@pytest.mark.law("L64")
def test_preservation_found_later_stops_even_the_second_signature(world):
    contract_id = world.at_signing()
    world.sign(contract_id, world.alice)
    world.restate(overlays=(Overlay("preservation", "新昌县人民法院"),))
    with pytest.raises(Invalid) as refused:
        world.sign(contract_id, world.bob)
    assert "overlay_forbids" in codes(refused)
    assert "facts_changed" in codes(refused)


@pytest.mark.law("L56")
def test_a_licence_never_outlives_the_patent(world):
    order_id = world.agreed(
        "licence", licence_kind="plain", licence_until=f"{world.today.year + 13}-01-01"
    )
    contract_id = world.consented(world.begun(order_id))
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["licence_beyond_life"]


@pytest.mark.law("L55")
def test_an_unstated_licence_kind_counts_as_plain_with_a_notice(world):
    contract_id = world.consented(world.begun(world.agreed("licence")))
    assert "普通许可" in str(world.page(contract_id, world.bob).clauses)
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["licence_kind_taken_as_plain"]
    world.open_signing(contract_id, licence_kind_taken_as_plain="双方确认为普通许可")
    assert world.row(contract_id).state == "signing"


def test_a_stale_legal_status_is_looked_up_again_before_signing(world):
    contract_id = world.consented()
    world.pass_days(100)
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["status_stale"]
    world.restate(patent={"status_checked_on": world.clock().date()})
    world.open_signing(contract_id)


@pytest.mark.law("L34")
def test_publicity_that_is_owed_stops_the_signing(world):
    contract_id = world.consented()
    with world.ctx.transaction() as tx:
        order = tx.db.get_one(Order, world.row(contract_id).order_id)
        order.needs_publicity = True
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["publicity_owed"]


@pytest.mark.law("L58")
@pytest.mark.law("L54")
def test_a_doubtful_clause_needs_a_reason_that_is_kept(world):
    contract_id = world.consented()
    world.amend(
        contract_id,
        world.alice,
        heading="补充",
        text="受让人改进成果无偿归让与人。转让方不保证有效。",
    )
    world.agree(contract_id)
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["grant_back_one_sided", "warranty_contradicted"]
    world.open_signing(
        contract_id, grant_back_one_sided="价款已计入", warranty_contradicted="已说明"
    )
    reasons = world.row(contract_id).reasons
    assert reasons["grant_back_one_sided"]["text"] == "价款已计入"
    assert reasons["grant_back_one_sided"]["side"] == "seller"


def test_another_rooms_gate_is_asked(world, monkeypatch):
    contract_id = world.consented()
    seen = []

    def gate(_db, order_id):
        seen.append(order_id)
        return block("order_not_open", "L51", "")

    monkeypatch.setitem(gates.GATES, "test", gate)
    with pytest.raises(Invalid):
        world.open_signing(contract_id)
    assert seen == [world.row(contract_id).order_id]


@pytest.mark.law("L57")
def test_the_buyer_ticks_the_list_of_running_licences(world):
    order_id = world.agreed()
    world.restate(licences=(LicenceGranted("plain", "绍兴冷拓制冷科技有限公司"),))
    contract_id = world.at_signing(world.begun(order_id))
    assert "绍兴冷拓制冷科技有限公司" in str(world.page(contract_id, world.bob).clauses)
    world.sign(contract_id, world.alice)
    with pytest.raises(Invalid) as refused:
        world.sign(contract_id, world.bob)
    assert refused.value.code == "contracts.licences_unread"
    world.sign(contract_id, world.bob, accepts_licences=True)
    assert world.row(contract_id).state == "sealed"


# -- signing ----------------------------------------------------------------------------------


def test_the_file_to_sign_says_what_was_agreed(world):
    contract_id = world.at_signing()
    reader = PdfReader(io.BytesIO(world.file(contract_id)))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    row = world.row(contract_id)
    for part in (
        "技术转让（专利权）合同",
        row.number,
        "越州理工大学",
        "浙江启衡汽车部件有限公司",
        "玖拾贰万元整",
        "贰拾柒万陆仟元整",
        "ZL201310699744.2",
        world.paper(contract_id).code,
    ):
        assert part in text, part
    assert "预览稿" not in text


@pytest.mark.law("L50")
def test_a_signature_names_person_time_side_and_the_exact_file(world):
    contract_id = world.sealed()
    with world.ctx.reading() as db:
        rows = {one.side: one for one in db.scalars(select(ContractSignature))}
    digest = hashlib.sha256(world.file(contract_id)).hexdigest()
    assert {one.sha256 for one in rows.values()} == {digest}
    assert (rows["seller"].name, rows["buyer"].name) == ("Alice", "Bob")
    assert rows["seller"].at < rows["buyer"].at
    with world.ctx.reading() as db:
        record = db.scalars(select(Paper).where(Paper.kind == "contract_signatures")).one()
    reader = PdfReader(io.BytesIO(files.get(world.ctx.settings, record.file_key)))
    text = "".join("".join(page.extract_text().split()) for page in reader.pages)
    assert "电子签署记录" in text
    assert digest in text


@pytest.mark.law("L50")
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"has_read": False}, "contracts.read_first"),
        ({"name": "Somebody"}, "contracts.name_differs"),
        ({"sha256": "0" * 64}, "contracts.changed"),
    ],
)
def test_a_signature_that_is_not_whole_is_refused(world, changes, code):
    contract_id = world.at_signing()
    with pytest.raises((Invalid, Conflict)) as refused:
        world.sign(contract_id, world.alice, **changes)
    assert refused.value.code == code
    world.sign(contract_id, world.alice)
    with pytest.raises(Conflict) as again:
        world.sign(contract_id, world.alice)
    assert again.value.code == "contracts.signed_already"


def test_nobody_signs_before_the_file_is_there(world):
    contract_id = world.consented()
    early = commands.Sign(contract_id, world.version(contract_id), "0" * 64, "Alice", has_read=True)
    with pytest.raises(Conflict) as refused:
        commands.sign(world.alice.ctx, early)
    assert refused.value.code == "contracts.not_signing"
    world.open_signing(contract_id)
    with pytest.raises(Conflict) as refused:
        world.sign(contract_id, world.alice)
    assert refused.value.code == "contracts.file_awaited"


@pytest.mark.law("L50")
def test_one_changed_byte_and_the_check_fails_and_nobody_signs(world, client):
    contract_id = world.at_signing()
    world.sign(contract_id, world.alice)
    code = world.paper(contract_id).code
    spoilt = hashlib.sha256(world.spoil(contract_id)).hexdigest()
    answer = client.get(
        "/papers/verify", query_string={"code": code, "sha256": spoilt, "lang": "en"}
    )
    assert "is not the document" in answer.get_data(as_text=True)
    with pytest.raises(Conflict) as refused:
        world.sign(contract_id, world.bob)
    assert refused.value.code == "contracts.file_damaged"


def test_verify_names_the_contract_whose_file_or_words_changed(world):
    contract_id = world.sealed()
    number = world.row(contract_id).number
    world.spoil(contract_id)
    assert list(verification.broken(world.ctx)) == [
        (number, "has a file whose bytes are not those that were signed")
    ]


@pytest.mark.threat("T23")
def test_versions_and_signatures_cannot_be_rewritten(world):
    world.sealed()
    for table in (ContractVersion, ContractSignature):
        with pytest.raises(DBAPIError), world.ctx.transaction() as tx:
            tx.db.execute(update(table).values(user_id=99))


def test_a_signature_stands_under_its_own_version_only(world):
    contract_id = world.at_signing()
    world.sign(contract_id, world.alice)
    world.amend(contract_id, world.bob, texts={"secrecy": "保密期限十年。"})
    assert world.row(contract_id).paper_id is None
    world.agree(contract_id, world.alice)
    world.open_signing(contract_id)
    world.deliver()
    world.sign(contract_id, world.bob)
    assert world.row(contract_id).state == "signing"
    world.sign(contract_id, world.alice)
    assert world.row(contract_id).state == "sealed"


def test_a_sealed_contract_does_not_move(world):
    contract_id = world.sealed()
    with pytest.raises(Conflict):
        world.amend(contract_id, world.bob, texts={"secrecy": "无。"})
    with pytest.raises(Conflict):
        world.fill(contract_id)
    with pytest.raises(Conflict):
        world.sign(contract_id, world.bob)


def test_an_order_that_is_called_off_voids_its_contract(world):
    contract_id = world.at_signing()
    with world.ctx.transaction() as tx:
        orders.fail_publicity(tx, world.row(contract_id).order_id, why="异议成立")
    world.deliver()
    assert world.row(contract_id).state == "void"
    with pytest.raises(Conflict):
        world.sign(contract_id, world.bob)


def test_a_damaged_seller_name_is_not_taken_from_the_form(world):
    """T12: no blank writes over what order and register say."""
    contract_id = world.begun()
    with pytest.raises(Invalid):
        commands.fill(
            world.alice.ctx,
            commands.Fill(contract_id, world.version(contract_id), {"price": "1"}),
        )


def test_unverified_people_bind_nobody(world):
    contract_id = world.begun()
    world.fill(contract_id)
    actor = replace(world.alice.actor, organisation_verified=False)
    with pytest.raises(Forbidden):
        commands.propose(
            world.ctx.acting(actor), commands.Agree(contract_id, world.version(contract_id))
        )


@pytest.mark.law("L53")
def test_every_completer_is_asked_before_a_transfer_and_none_for_a_licence(world):
    order_id = world.agreed()
    holders = (FirstRefusal("沈怀之"), FirstRefusal("许承志"))
    world.restate(first_refusal=holders, service_result=True)
    world.consent("first_refusal", "沈怀之", "waived")
    contract_id = world.consented(world.begun(order_id))
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["first_refusal_not_asked"]
    world.consent("first_refusal", "许承志", "asked")
    version = world.fill(contract_id)
    commands.agree(world.bob.ctx, commands.Agree(contract_id, version))
    with pytest.raises(Invalid) as refused:
        world.open_signing(contract_id)
    assert codes(refused) == ["first_refusal_unanswered"]
    world.pass_days(25)
    world.open_signing(contract_id)


@pytest.mark.law("L53")
def test_a_licence_asks_no_completer(world):
    order_id = world.agreed("licence", licence_kind="plain")
    world.restate(first_refusal=(FirstRefusal("沈怀之"),), service_result=True)
    contract_id = world.consented(world.begun(order_id))
    world.open_signing(contract_id)
    assert world.row(contract_id).state == "signing"


@pytest.mark.parametrize("kind", ["development_joint", "development_commissioned", "consulting",
                                  "service"])  # fmt: skip
def test_kinds_that_move_no_right_are_signed_without_its_gates(world, kind):
    order_id = world.agreed("joint")
    world.restate(patent={"filed_on": None})
    contract_id = world.sealed(world.begun(order_id, kind))
    assert world.row(contract_id).state == "sealed"


@pytest.mark.fault("F4")
def test_two_signatures_at_the_same_time_seal_once(world):
    contract_id = world.at_signing()
    start = threading.Barrier(2)
    failed = []

    def work(person) -> None:
        start.wait()
        try:
            world.sign(contract_id, person)
        except (Conflict, Unavailable) as error:
            failed.append(error)

    threads = [threading.Thread(target=work, args=(one,)) for one in (world.alice, world.bob)]
    for one in threads:
        one.start()
    for one in threads:
        one.join()
    assert failed == []
    assert world.row(contract_id).state == "sealed"
    assert world.order(contract_id).state == "contract_signed"
    assert list(verification.broken(world.ctx)) == []
