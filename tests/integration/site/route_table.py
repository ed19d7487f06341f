"""The reviewed table route × role × object: who gets how far, cell by cell.

A row: method, endpoint, ``argument=thing`` (names of ``objects``; ``'text`` is taken literally,
``nothing`` does not exist), ``?query``, ``+form``, then one letter per role in this order:

    public · other (an agency's owner) · seller (owner) · colleague (member of the seller's) ·
    bidder (leads) · rival (bids too) · reviewer · auctioneer · treasurer · administrator ·
    mallory (signed in, belongs to nothing)

Letters: A allowed · R let in, the input or the state refused it · S sign in first · F forbidden ·
H hidden (404, the same for what is private and for what does not exist).

Whoever adds a route adds its rows and says why each role gets that far; ``test_routes`` fails on a
route without rows and on every cell that the running site does not hold.
"""

from __future__ import annotations

from typing import Any

from marketplace.trade.auctions.data_room import PROMISE_SHA256

FORMS: dict[str, dict[str, Any]] = {
    "numbers": {"numbers": "201310699744.2"},
    "kind": {"kind": "achievement"},
    "leave": {"leave": "1", "title": "改过的题目"},
    "consent": {
        "party": "owner",
        "name": "剡溪轴承研究院",
        "answer": "consented",
        "answered_on": "today",
    },
    "status": {"legal_status": "granted", "checked_on": "today", "source": "公开查询"},
    "why": {"why": "有理由", "title": "需求"},
    "ticks": {"version": "1", "accepts_rules": "y", "accepts_defects": "y"},
    "bid": {"maximum": "1,900,000", "key": "k-route"},
    "seal": {"seal": "0" * 64, "key": "k-seal"},
    "opening": {"amount": "1,900,000", "nonce": "0" * 64, "key": "k-open"},
    "take": {"limit": "190000000", "key": "k-take", "confirm": "1"},
    "top": {"amount": "1,900,000", "key": "k-top", "confirm": "1"},
    "watch": {"watch": "1"},
    "session": {
        "title": "冬季专场",
        "mode": "listed_bidding",
        "place": "both",
        "running": "sequence",
        "venue": "二楼报告厅",
        "starts_at": "2099-01-01T09:00",
        "auctioneer": "user_lin",
        "clerk": "user_cleo",
    },
    "session_lot": {"lot": "upcoming", "to": "1"},
    "floor": {"lot": "hall_lot", "seen_view": "0", "paddle": "1", "amount_minor": "1", "key": "k"},
    "hall": {"lot": "hall_lot", "seen_view": "0", "reason": "现场答疑"},
    "claim": {"code": "AAAA-BBBB-CCCC"},
    "tick": {"confirmed": "y"},
    "annulment": {"reason": "collusion", "text": "两个号牌由同一账户缴纳保证金"},
    "reason": {"reason": "公告内容需要更正"},
    "bank_line": {
        "direction": "in",
        "booked_on": "today",
        "amount": "120000",
        "bank_reference": "BK-9917",
        "counter_name": "新昌恒颂轴承有限公司",
        "counter_account": "6222000011112222",
    },
    "code": {"reference": "deposit_code"},
    "month": {"month": "2026-01"},
    "reward": {
        "rule": "zhejiang",
        "price": "100",
        "name_1": "周启明",
        "part_1": "main",
        "share_1": "100",
    },
    "voucher": {
        "reference": "DD0000-ABCDEF",
        "issuer": "新昌县科学技术局",
        "number": "KJQ-1",
        "usable_for": "技术交易",
        "valid_until": "2099-01-01",
        "amount": "100",
    },
    "period": {"first": "2026-01-01", "last": "2026-01-31"},
    "tariff": {"effective_from": "2099-01-01", "buyer": "0 2", "seller": "0 2", "why": "试行"},
    "buy": {"version": "1", "mode": "assignment", "authorised": "y"},
    "agree": {"version": "1", "authorised": "y"},
    "first": {"version": "1", "why": "预算调整"},
    "seen": {"version": "1"},
    "said": {"version": "1", "text": "情况属实，请处理"},
    "pledgee": {
        "version": "1",
        "holder": "新昌农商银行",
        "account": "6230910000004444",
        "bank": "新昌农商银行",
    },
    "base": {"base": "120000"},
    "certificate": {
        "version": "1",
        "number": "2026-1",
        "issued_on": "today",
        "owner_name": "越州理工大学",
    },
    "decision": {"version": "1", "seller": "0", "why": "证据不足"},
    "told": {"use": "production"},
    "objection": {"name": "王某", "contact": "13905750000", "text": "有异议"},
    "approve": {"decision": "approve", "version": "1"},
    "notice": {"notice": "notice"},
    "mail": {"mail": "off"},
    "setting": {"value": "200", "why": "按办公会决定"},
    "office": {"user": "user_mallory", "role": "clerk", "why": "到岗"},
    "account": {"name": "新名字", "locale": "en"},
    "number": {"number": "330624195802140009"},
    "relative": {"label": "父亲", "relative_number": "330624195802140009"},
    "house": {"organisation_id": "house_alice"},
    "token": {"name": "x", "scopes": "bids:write", "days": "30"},
    "profile": {"name": "剡溪轴承有限公司", "kind": "enterprise", "region": "330624"},
    "bank": {"number": "6228480100000000111", "consent": "y"},
    "invite": {"email": "new@people.example", "role": "member"},
    "member": {"role": "read_only"},
    "promise": {"accepts": "y", "text": PROMISE_SHA256},
    "sign": {"sign": "address:1+2", "outcome": "cleared", "reason": "同楼办公"},
    "confirmed_bid": {"maximum": "1,900,000", "key": "k-route", "confirm": "1"},
    "lot": {"listing": "unannounced_listing"},
}

TABLE = """
# home
GET  home.index                                                                                     AAAAAAAAAAA
GET  home.about                                                                                     AAAAAAAAAAA
GET  home.auction_notices                                                                           AAAAAAAAAAA
GET  home.complaints                                                                                AAAAAAAAAAA
GET  home.contact                                                                                   AAAAAAAAAAA
GET  home.data                                                                                      AAAAAAAAAAA
GET  home.desk                                                                                      SAAAAAAAAAA
GET  home.favicon                                                                                   AAAAAAAAAAA
GET  home.fees                                                                                      AAAAAAAAAAA
GET  home.healthz                                                                                   AAAAAAAAAAA
GET  home.newest_listings                                                                           AAAAAAAAAAA
GET  home.privacy                                                                                   AAAAAAAAAAA
GET  home.readyz                                                                                    AAAAAAAAAAA
GET  home.robots                                                                                    AAAAAAAAAAA
GET  home.rules                                                                                     AAAAAAAAAAA
GET  home.rules_file                                                                                AAAAAAAAAAA
GET  home.demo                                                                                      HHHHHHHHHHH
GET  home.security_txt                                                                              AAAAAAAAAAA
GET  home.sitemap                                                                                   AAAAAAAAAAA
GET  home.sitemap_pages                                                                             AAAAAAAAAAA
GET  home.sitemap_part kind=listings part=1                                                         AAAAAAAAAAA
GET  home.sitemap_part kind=nothing part=1                                                          HHHHHHHHHHH
GET  static filename=css/tokens.css                                                                 AAAAAAAAAAA
# catalogue
GET  catalogue.search ?q=轴承                                                                         AAAAAAAAAAA
GET  catalogue.suggest ?q=轴                                                                         AAAAAAAAAAA
GET  catalogue.as_csv ?q=轴承                                                                         AAAAAAAAAAA
GET  catalogue.as_rss ?q=轴承                                                                         AAAAAAAAAAA
GET  catalogue.as_xlsx ?q=轴承                                                                        AAAAAAAAAAA
# service
GET  service.index                                                                                  AAAAAAAAAAA
GET  service.capitals                                                                               AAAAAAAAAAA
GET  service.reward ?price=1000000                                                                  AAAAAAAAAAA
GET  service.fees                                                                                   AAAAAAAAAAA
GET  service.numbers                                                                                AAAAAAAAAAA
POST service.check_numbers +numbers                                                                 AAAAAAAAAAA
# showcase: public pages
GET  showcase.listings.show listing_id=listing                                                      AAAAAAAAAAA
GET  showcase.listings.show listing_id=live_listing                                                 AAAAAAAAAAA
GET  showcase.listings.show listing_id=sold_listing                                                 AAAAAAAAAAA
GET  showcase.listings.show listing_id=submitted_listing                                            HHAAHHAAHAH
GET  showcase.listings.show listing_id=draft_listing                                                HHHHHHHHHHH
GET  showcase.listings.show listing_id=nothing                                                      HHHHHHHHHHH
GET  showcase.organisations.index                                                                   AAAAAAAAAAA
GET  showcase.organisations.show organisation_id=house_alice                                        AAAAAAAAAAA
GET  showcase.organisations.show organisation_id=nothing                                            HHHHHHHHHHH
GET  showcase.deals.index                                                                           AAAAAAAAAAA
GET  showcase.deals.export                                                                          AAAAAAAAAAA
# showcase: files of a listing (T8)
GET  showcase.listings.file listing_id=listing file_id=picture                                      AAAAAAAAAAA
GET  showcase.listings.file listing_id=listing file_id=document                                     AAAAAAAAAAA
GET  showcase.listings.file listing_id=listing file_id=confidential                                 HHAAHHAAHAH
GET  showcase.listings.file listing_id=draft_listing file_id=draft_picture                          HHAAHHAAHAH
GET  showcase.listings.file listing_id=listing file_id=draft_picture                                HHHHHHHHHHH
GET  showcase.listings.thumbnail listing_id=listing file_id=picture                                 AAAAAAAAAAA
GET  showcase.listings.thumbnail listing_id=draft_listing file_id=draft_picture                     HHAAHHAAHAH
GET  showcase.listings.thumbnail listing_id=listing file_id=confidential                            HHHHHHHHHHH
# showcase: the seller's pages
GET  showcase.listings.mine                                                                         SAAAAAFFFFF
GET  showcase.listings.new                                                                          SAAAAAFFFFF
POST showcase.listings.start +kind                                                                  SAAAAAFFFFF
GET  showcase.listings.edit listing_id=draft_listing                                                SHAAHHFFFFF
GET  showcase.listings.edit listing_id=listing                                                      SHAAHHFFFFF
GET  showcase.listings.edit_step listing_id=draft_listing step=right                                SHAAHHFFFFF
GET  showcase.listings.edit_step listing_id=draft_listing step=content                              SHAAHHFFFFF
GET  showcase.listings.edit_step listing_id=draft_listing step=nothing                              SHHHHHFFFFF
POST showcase.listings.save_step listing_id=draft_listing step=content +leave                       SHAAHHFFFFF
POST showcase.listings.autosave listing_id=draft_listing step=content +leave                        SHAAHHFFFFF
GET  showcase.listings.check listing_id=draft_listing                                               SHAAHHFFFFF
POST showcase.listings.submit listing_id=draft_listing                                              SHRRHHFFFFF
POST showcase.listings.attach listing_id=draft_listing role='picture +picture_file                  SHRRHHFFFFF
POST showcase.listings.put_first listing_id=draft_listing file_id=draft_picture                     SHAAHHFFFFF
POST showcase.listings.remove_file listing_id=draft_listing file_id=draft_picture                   SHAAHHFFFFF
POST showcase.listings.record_consent listing_id=draft_listing +consent                             SHAAHHFFFFF
POST showcase.listings.record_status listing_id=listing +status                                     SFAFFFAFFFF
POST showcase.listings.record_status listing_id=draft_listing +status                               SHRFHHRFHFH
POST showcase.listings.renew listing_id=listing                                                     SFAFFFFFFFF
POST showcase.listings.withdraw listing_id=listing +why                                             SFAFFFFFFFF
POST showcase.listings.withdraw listing_id=live_listing +why                                        SFRFFFFFFFF
POST showcase.listings.suspend listing_id=listing +why                                              SFFFFFAFFFF
POST showcase.listings.restore listing_id=listing +why                                              SFFFFFRFFFF
GET  showcase.listings.history listing_id=listing                                                   SHAAHHAAHAH
GET  showcase.listings.history listing_id=draft_listing                                             SHAAHHAAHAH
GET  showcase.listings.at_desk listing_id=submitted_listing                                         SFFFFFAFFFF
GET  showcase.listings.at_desk listing_id=listing                                                   SFFFFFAFFFF
GET  showcase.listings.at_desk listing_id=draft_listing                                             SFFFFFHFFFF
GET  showcase.listings.at_desk listing_id=nothing                                                   SFFFFFHFFFF
# exchange
GET  exchange.index                                                                                 AAAAAAAAAAA
GET  exchange.demands.index                                                                         AAAAAAAAAAA
GET  exchange.demands.show demand_id=demand                                                         AAAAAAAAAAA
GET  exchange.demands.show demand_id=submitted_demand                                               HHAAHHAHHAH
GET  exchange.demands.show demand_id=draft_demand                                                   HHAAHHAHHAH
GET  exchange.demands.mine                                                                          SAAAAAFFFFF
GET  exchange.demands.new                                                                           SAAAAAFFFFF
POST exchange.demands.create +why                                                                   SAAAAAFFFFF
GET  exchange.demands.edit demand_id=demand                                                         SFAAFFFFFFF
GET  exchange.demands.edit demand_id=draft_demand                                                   SHAAHHFFFFF
POST exchange.demands.change demand_id=draft_demand                                                 SHAAHHFFFFF
POST exchange.demands.autosave demand_id=draft_demand                                               SHAAHHFFFFF
POST exchange.demands.autosave demand_id=demand                                                     SFAAFFFFFFF
POST exchange.demands.close demand_id=demand                                                        SFAAFFFFFFF
POST exchange.demands.close demand_id=draft_demand                                                  SHRRHHFFFFF
POST exchange.demands.suspend demand_id=demand +why                                                 SFFFFFAFFFF
# trade: calendar, daily heads, numbers, data room of lots
GET  trade.auctions.calendar                                                                        AAAAAAAAAAA
GET  trade.auctions.calendar ?month='2026-13                                                        HHHHHHHHHHH
GET  trade.auctions.calendar_feed                                                                   AAAAAAAAAAA
GET  trade.auctions.calendar_of_mine                                                                SAAAAAAAAAA
GET  trade.auctions.calendar_by_key key='nobody                                                     HHHHHHHHHHH
POST trade.auctions.make_calendar_key                                                               SAAAAAAAAAA
GET  trade.auctions.heads                                                                           AAAAAAAAAAA
GET  trade.auctions.heads_of_day day=heads_day                                                      AAAAAAAAAAA
GET  trade.auctions.heads_of_day day='1999-01-01                                                    HHHHHHHHHHH
GET  trade.auctions.heads_text day=heads_day                                                        AAAAAAAAAAA
GET  trade.auctions.heads_json day=heads_day                                                        AAAAAAAAAAA
GET  trade.auctions.statistics auction_id=live                                                      HHAAHHAAAAH
GET  trade.auctions.statistics auction_id=sold                                                      AAAAAAAAAAA
GET  trade.auctions.statistics auction_id=draft_lot                                                 HHHHHHHHHHH
GET  trade.auctions.statistics_csv auction_id=live                                                  HHAAHHAAAAH
GET  trade.auctions.statistics_csv auction_id=sold                                                  AAAAAAAAAAA
GET  trade.auctions.documents auction_id=live                                                       AAAAAAAAAAA
GET  trade.auctions.documents auction_id=upcoming                                                   AAAAAAAAAAA
GET  trade.auctions.documents auction_id=draft_lot                                                  HHHHHHHHHHH
GET  trade.auctions.document auction_id=upcoming file_id=lot_confidential                           SHHHHHFFFFF
GET  trade.auctions.document auction_id=live file_id=nothing                                        SHHHHHFFFFF
POST trade.auctions.promise_secrecy auction_id=upcoming +promise                                    SRRRRAFFFFF
POST trade.auctions.promise_secrecy auction_id=draft_lot +promise                                   SHHHHHFFFFF
GET  trade.auctions.candidates                                                                      SFFFFFAAFFF
POST trade.auctions.decide_sign auction_id=live +sign                                               SFFFFFFRFFF
# trade: what everybody may read of a lot
GET  trade.auctions.hall                                                                            AAAAAAAAAAA
GET  trade.auctions.show auction_id=live                                                            AAAAAAAAAAA
GET  trade.auctions.show auction_id=upcoming                                                        AAAAAAAAAAA
GET  trade.auctions.show auction_id=sold                                                            AAAAAAAAAAA
GET  trade.auctions.show auction_id=draft_lot                                                       HHHHHHHHHHH
GET  trade.auctions.show auction_id=nothing                                                         HHHHHHHHHHH
GET  trade.auctions.fragment auction_id=live name=now                                               AAAAAAAAAAA
GET  trade.auctions.fragment auction_id=live name=mine                                              AAAAAAAAAAA
GET  trade.auctions.fragment auction_id=draft_lot name=now                                          HHHHHHHHHHH
GET  trade.auctions.events auction_id=live                                                          AAAAAAAAAAA
GET  trade.auctions.events auction_id=draft_lot                                                     HHHHHHHHHHH
GET  trade.auctions.poll auction_id=live                                                            AAAAAAAAAAA
GET  trade.auctions.poll auction_id=draft_lot                                                       HHHHHHHHHHH
GET  trade.auctions.export auction_id=live                                                          AAAAAAAAAAA
GET  trade.auctions.export auction_id=draft_lot                                                     HHHHHHHHHHH
GET  trade.auctions.notice auction_id=live                                                          AAAAAAAAAAA
GET  trade.auctions.notice auction_id=draft_lot                                                     HHHHHHHHHHH
GET  trade.auctions.proof auction_id=sold                                                           AAAAAAAAAAA
GET  trade.auctions.proof auction_id=draft_lot                                                      HHHHHHHHHHH
GET  trade.auctions.verifier auction_id=live                                                        AAAAAAAAAAA
GET  trade.auctions.verifier auction_id=draft_lot                                                   HHHHHHHHHHH
# trade: bidders
GET  trade.auctions.mine                                                                            SAAAAAFFFFF
GET  trade.auctions.receipt auction_id=live                                                         SAAAAAFFFFF
GET  trade.auctions.receipt auction_id=draft_lot                                                    SHHHHHFFFFF
GET  trade.auctions.signing_up auction_id=upcoming                                                  SAAAAAFFFFF
GET  trade.auctions.signing_up auction_id=draft_lot                                                 SHHHHHFFFFF
POST trade.auctions.sign_up auction_id=upcoming +ticks                                              SAFFARFFFFF
POST trade.auctions.sign_up auction_id=draft_lot +ticks                                             SHHHHHFFFFF
POST trade.auctions.accept_terms auction_id=live +ticks                                             SHHHAAFFFFF
POST trade.auctions.place_bid auction_id=live +bid                                                  SAAAAAFFFFF
POST trade.auctions.place_bid auction_id=live +confirmed_bid                                        SFFFAAFFFFF
POST trade.auctions.place_bid auction_id=upcoming +bid                                              SAAAAAFFFFF
POST trade.auctions.place_bid auction_id=draft_lot +bid                                             SHHHHHFFFFF
POST trade.auctions.seal_bid auction_id=live +seal                                                  SFFFRRFFFFF
POST trade.auctions.seal_bid auction_id=draft_lot +seal                                             SHHHHHFFFFF
POST trade.auctions.open_bid auction_id=live +opening                                               SFFFRRFFFFF
POST trade.auctions.open_bid auction_id=draft_lot +opening                                          SHHHHHFFFFF
POST trade.auctions.take_lot auction_id=live +take                                                  SFFFRRFFFFF
POST trade.auctions.take_lot auction_id=draft_lot +take                                             SHHHHHFFFFF
POST trade.auctions.top_bid auction_id=live +top                                                    SFFFRRFFFFF
POST trade.auctions.top_bid auction_id=draft_lot +top                                               SHHHHHFFFFF
GET  trade.auctions.opening_minutes auction_id=live                                                 HHHHHHHHHHH
GET  trade.auctions.opening_minutes auction_id=draft_lot                                            HHHHHHHHHHH
GET  trade.auctions.sealer auction_id=live                                                          AAAAAAAAAAA
GET  trade.auctions.sealer auction_id=draft_lot                                                     HHHHHHHHHHH
POST trade.auctions.watch auction_id=live +watch                                                    SAAAAAAAAAA
POST trade.auctions.watch auction_id=draft_lot +watch                                               SHHHHHHHHHH
# trade: the market's staff
GET  trade.auctions.new ?listing=@unannounced_listing                                               SFFFFFAAFFF
GET  trade.auctions.new ?listing=@draft_listing                                                     SFFFFFHHFFF
POST trade.auctions.draft +lot                                                                      SFFFFFRRFFF
GET  trade.auctions.edit auction_id=draft_lot                                                       SFFFFFAAFFF
GET  trade.auctions.edit auction_id=upcoming                                                        SFFFFFAAFFF
POST trade.auctions.save auction_id=draft_lot                                                       SFFFFFRRFFF
GET  trade.auctions.check auction_id=draft_lot                                                      SFFFFFAAFFF
POST trade.auctions.publish auction_id=draft_lot                                                    SFFFFFAAFFF
GET  trade.auctions.manage auction_id=live                                                          SFFFFFFAFFF
GET  trade.auctions.manage auction_id=draft_lot                                                     SFFFFFFHFFF
POST trade.auctions.pause auction_id=live +reason                                                   SFFFFFFAFFF
POST trade.auctions.resume auction_id=live +reason                                                  SFFFFFFRFFF
POST trade.auctions.withdraw auction_id=upcoming +reason                                            SFFFFFFAFFF
POST trade.auctions.outage auction_id=live                                                          SFFFFFFRFFF
POST trade.auctions.refuse auction_id=upcoming signup_id=signup +reason                             SFFFFFFAFFF
POST trade.auctions.refuse auction_id=live signup_id=signup +reason                                 SFFFFFFHFFF
POST trade.auctions.void auction_id=live signup_id=live_signup +reason                              SFFFFFFAFFF
GET  showcase.deals.prices                                                                          AAAAAAAAAAA
GET  showcase.deals.prices_csv                                                                      AAAAAAAAAAA
# sale sessions: catalogues are public, plans the staff's, desk and console the hall's officers'
GET  trade.sessions.index                                                                           AAAAAAAAAAA
GET  trade.sessions.show session_id=session                                                         AAAAAAAAAAA
GET  trade.sessions.show session_id=session_plan                                                    HHHHHHAAHHH
GET  trade.sessions.show session_id=nothing                                                         HHHHHHHHHHH
GET  trade.sessions.printed session_id=session                                                      AAAAAAAAAAA
GET  trade.sessions.printed session_id=session_plan                                                 HHHHHHAAHHH
GET  trade.sessions.projector session_id=session                                                    AAAAAAAAAAA
GET  trade.sessions.projector session_id=session_plan                                               HHHHHHAAHHH
GET  trade.sessions.wall session_id=session                                                         AAAAAAAAAAA
GET  trade.sessions.wall session_id=session_plan                                                    HHHHHHAAHHH
GET  trade.sessions.of_lot auction_id=hall_lot                                                      AAAAAAAAAAA
GET  trade.sessions.of_lot auction_id=live                                                          HHHHHHHHHHH
GET  trade.sessions.new                                                                             SFFFFFFAFFF
POST trade.sessions.plan +session                                                                   SFFFFFFAFFF
GET  trade.sessions.edit session_id=session_plan                                                    SFFFFFFAFFF
GET  trade.sessions.edit session_id=session                                                         SFFFFFFRFFF
GET  trade.sessions.edit session_id=nothing                                                         SFFFFFFHFFF
POST trade.sessions.change session_id=session_plan +session                                         SFFFFFFAFFF
POST trade.sessions.change session_id=session +session                                              SFFFFFFRFFF
POST trade.sessions.add_lot session_id=session_plan +session_lot                                    SFFFFFFAFFF
POST trade.sessions.remove_lot session_id=session_plan +session_lot                                 SFFFFFFHFFF
POST trade.sessions.move_lot session_id=session_plan +session_lot                                   SFFFFFFHFFF
POST trade.sessions.announce session_id=session_plan                                                SFFFFFFAFFF
POST trade.sessions.cancel session_id=session_plan +reason                                          SFFFFFFAFFF
GET  trade.sessions.desk session_id=session                                                         SFFFFFFAFFF
GET  trade.sessions.desk session_id=nothing                                                         SFFFFFFHFFF
POST trade.sessions.check_in session_id=session                                                     SFFFFFFRFFF
GET  trade.sessions.sheet session_id=session guest_id=guest                                         SFFFFFFAFFF
GET  trade.sessions.sheet session_id=session_plan guest_id=guest                                    SFFFFFFHFFF
GET  trade.sessions.console session_id=session                                                      SFFFFFFAFFF
GET  trade.sessions.console session_id=nothing                                                      SFFFFFFHFFF
GET  trade.sessions.board session_id=session                                                        SFFFFFFAFFF
POST trade.sessions.open_ session_id=session_plan                                                   SFFFFFFAFFF
POST trade.sessions.call_next session_id=session                                                    SFFFFFFAFFF
POST trade.sessions.finish session_id=session                                                       SFFFFFFAFFF
POST trade.sessions.floor session_id=session +floor                                                 SFFFFFFAFFF
POST trade.sessions.floor session_id=nothing +floor                                                 SFFFFFFHFFF
POST trade.sessions.warn session_id=session +hall                                                   SFFFFFFAFFF
POST trade.sessions.hammer session_id=session +hall                                                 SFFFFFFAFFF
POST trade.sessions.pass_lot session_id=session +hall                                               SFFFFFFAFFF
POST trade.sessions.undo session_id=session +hall                                                   SFFFFFFAFFF
POST trade.sessions.pause session_id=session +hall                                                  SFFFFFFAFFF
POST trade.sessions.resume session_id=session +hall                                                 SFFFFFFAFFF
POST trade.sessions.heartbeat session_id=session                                                    SFFFFFFAFFF
POST trade.sessions.merge_queue session_id=session                                                  SFFFFFFRFFF
# offers: of the two sides alone
GET  trade.offers.mine                                                                              SAAAAAFFFFF
GET  trade.offers.mine ?side=buyer                                                                  SAAAAAFFFFF
GET  trade.offers.new listing_id=talked_listing                                                     SAAAAAFFFFF
GET  trade.offers.new listing_id=nothing                                                            SHHHHHFFFFF
POST trade.offers.make listing_id=talked_listing                                                    SRRRRRFFFFF
GET  trade.offers.buying listing_id=priced_listing                                                  SAAAAAFFFFF
GET  trade.offers.buying listing_id=talked_listing                                                  SHHHHHFFFFF
POST trade.offers.buy listing_id=priced_listing +buy                                                SAFFAAFFFFF
GET  trade.offers.show offer_id=offer                                                               SHAAAHFFFFF
GET  trade.offers.show offer_id=nothing                                                             SHHHHHFFFFF
POST trade.offers.counter offer_id=offer                                                            SHRRRHFFFFF
POST trade.offers.accept offer_id=offer +agree                                                      SHAFRHFFFFF
POST trade.offers.end offer_id=offer how='decline +first                                            SHAFRHFFFFF
POST trade.offers.end offer_id=offer how='withdraw +first                                           SHRFAHFFFFF
GET  trade.offers.file offer_id=offer file_id=offer_file                                            SHAAAHFFFFF
GET  trade.offers.file offer_id=offer file_id=nothing                                               SHHHHHFFFFF
# after a lot: the seller, the bidder who is asked, and the offices; annulled by two persons
GET  trade.aftermath.index                                                                          SFFFFFFAFFF
GET  trade.aftermath.show auction_id=sold                                                           SHAAHHAAAAH
GET  trade.aftermath.show auction_id=live                                                           SHHHHHHHHHH
GET  trade.aftermath.show auction_id=nothing                                                        SHHHHHHHHHH
POST trade.aftermath.choose auction_id=sold way='rerun +tick                                        SHHHHHFFFFF
POST trade.aftermath.take_back auction_id=sold                                                      SHHHHHFFFFF
POST trade.aftermath.offer auction_id=sold                                                          SFFFFFFHFFF
POST trade.aftermath.answer_offer auction_id=sold answer='accept                                    SHHHHHFFFFF
POST trade.aftermath.next_round auction_id=sold                                                     SFFFFFFRFFF
POST trade.aftermath.invite auction_id=sold                                                         SFFFFFFHFFF
POST trade.aftermath.answer_talks auction_id=sold answer='consent                                   SHHHHHFFFFF
POST trade.aftermath.annul auction_id=sold +annulment                                               SFFFFFFAFAF
POST trade.aftermath.decide auction_id=sold answer='drop                                            SFFFFFFHFHF
# orders: the two sides, and the offices that mediate, pay and answer for it
GET  trade.orders.mine                                                                              SAAAAAFFFFF
GET  trade.orders.desk                                                                              SFFFFFAFFFF
GET  trade.orders.desk ?tab=open                                                                    SFFFFFAFFFF
GET  trade.orders.show order_id=order                                                               SHAAAHAHAAH
GET  trade.orders.show order_id=nothing                                                             SHHHHHHHHHH
POST trade.orders.deliver order_id=order +said                                                      SHRFFHFFFFF
POST trade.orders.accept order_id=order +seen                                                       SHFFRHFFFFF
POST trade.orders.reject order_id=order +said                                                       SHFFRHFFFFF
POST trade.orders.certificate order_id=order +certificate                                           SHRFFHFFFFF
POST trade.orders.dispute order_id=order +said                                                      SHAFAHFFFFF
POST trade.orders.resume order_id=order +said                                                       SHRRRHRHRRH
POST trade.orders.decide order_id=order +decision                                                   SFFFFFRFFFF
POST trade.orders.confirm order_id=order answer='confirm +seen                                      SFFFFFRFFFF
POST trade.orders.cancel order_id=order +said                                                       SHAFAHFFFFF
POST trade.orders.keep order_id=order +seen                                                         SHRFRHFFFFF
POST trade.orders.secret order_id=order answer='hide +seen                                          SHAFAHFFFFF
POST trade.orders.pledge order_id=order +pledgee                                                    SHHFFHFFFFF
POST trade.orders.urge order_id=order +said                                                         SHRFRHFFFFF
POST trade.orders.rescind order_id=order +said                                                      SHRFRHFFFFF
POST trade.orders.say order_id=order +said                                                          SHAAAHAHAAH
POST trade.orders.attach order_id=order purpose='evidence                                           SHRRRHFFFFF
GET  trade.orders.commission kind='csv ?first=2026-01-01 ?last=2026-01-31                             SFFFFFFFAFF
GET  trade.orders.sales kind='csv ?first=2026-01-01 ?last=2026-01-31                                  SAAFAAFFFFF
GET  trade.orders.year kind='csv ?year=2025                                                          SAAFAAFFFFF
GET  trade.rewards.show order_id=order                                                               SHAAHHFFFFF
POST trade.rewards.save order_id=order +reward                                                       SHAFHHFFFFF
GET  trade.rewards.as_csv order_id=order                                                             SHRRHHFFFFF
GET  trade.rewards.as_pdf order_id=order                                                             SHRRHHFFFFF
GET  trade.orders.file order_id=order file_id=nothing                                               SHHHHHHHHHH
POST trade.tracking.tell order_id=order follow_up_id=nothing +told                                  SHHHHHFFFFF
# royalties: the licensee declares and shows its books, the licensor asks for them
POST trade.royalties.declare order_id=order statement_id=nothing +base                              SHHHHHFFFFF
POST trade.royalties.ask order_id=order statement_id=nothing +why                                   SHHHHHFFFFF
POST trade.royalties.show_books order_id=order statement_id=nothing                                 SHHHHHFFFFF
GET  trade.royalties.books order_id=order statement_id=nothing                                      SHHHHHHHHHH
# publicity: the law wants it public; objectors are sealed
GET  trade.publicity.index                                                                          AAAAAAAAAAA
GET  trade.publicity.index ?all=1                                                                   AAAAAAAAAAA
GET  trade.publicity.show publicity_id=publicity                                                    AAAAAAAAAAA
GET  trade.publicity.show publicity_id=nothing                                                      HHHHHHHHHHH
POST trade.publicity.objections publicity_id=publicity +objection                                   AAAAAAAAAAA
POST trade.publicity.answer publicity_id=publicity objection_id=objection +said                     SHAHHHFFFFF
POST trade.publicity.attach publicity_id=publicity purpose='decision +why                            SAAAAAFFFFF
GET  trade.publicity.pack publicity_id=publicity                                                    SHAAHHAHHHH
GET  trade.publicity.pack publicity_id=nothing                                                      SHHHHHHHHHH
GET  trade.publicity.begin order_id=shown_order                                                     SHAHHHFFFFF
GET  trade.publicity.begin order_id=order                                                           SHHHHHFFFFF
POST trade.publicity.start order_id=shown_order                                                     SHRHHHFFFFF
# contracts: as their order
POST trade.contracts.begin order_id=order                                                           SHAAAHFFFFF
POST trade.contracts.begin order_id=nothing                                                         SHHHHHFFFFF
GET  trade.contracts.show contract_id=contract                                                      SHAAAHAHAAH
GET  trade.contracts.show contract_id=nothing                                                       SHHHHHHHHHH
GET  trade.contracts.filling contract_id=contract                                                   SHAAAHFFFFF
POST trade.contracts.fill contract_id=contract                                                      SHRRRHFFFFF
GET  trade.contracts.amending contract_id=contract                                                  SHAAAHFFFFF
POST trade.contracts.amend contract_id=contract                                                     SHRRRHFFFFF
POST trade.contracts.propose contract_id=contract +seen                                             SHRFRHFFFFF
POST trade.contracts.agree contract_id=contract +seen                                               SHRFRHFFFFF
POST trade.contracts.open_signing contract_id=contract +seen                                        SHRFRHFFFFF
GET  trade.contracts.signing contract_id=contract                                                   SHRRRHFFFFF
POST trade.contracts.sign contract_id=contract +seen                                                SHRRRHFFFFF
GET  trade.contracts.preview contract_id=contract                                                   SHRRRHRHRRH
GET  trade.contracts.word contract_id=contract                                                      SHRRRHRHRRH
GET  trade.contracts.registration contract_id=contract                                              SHHHHHHHHHH
POST trade.contracts.fill_registration contract_id=contract                                         SHHHHHHHHHH
POST trade.contracts.record_registration contract_id=contract +seen                                 SHHHHHHHHHH
GET  trade.contracts.export_registration contract_id=contract kind='csv                             SHHHHHHHHHH
# treasury
GET  treasury.deposits.index                                                                        SFFFFFFFAFF
GET  treasury.payments.lines                                                                        SFFFFFFFAFF
POST treasury.payments.record_line +bank_line                                                       SFFFFFFFAFF
POST treasury.payments.match_line line_id=bank_line +code                                           SFFFFFFFRFF
POST treasury.payments.match_line line_id=nothing +code                                             SFFFFFFFHFF
POST treasury.payments.return_line line_id=bank_line +why                                           SFFFFFFFAFF
POST treasury.payments.book_fee line_id=bank_line +why                                              SFFFFFFFRFF
POST treasury.payments.move_line line_id=bank_line +why                                              SFFFFFFFRFF
POST treasury.payments.ignore_line line_id=bank_line +why                                           SFFFFFFFAFF
POST treasury.payments.upload                                                                       SFFFFFFFRFF
GET  treasury.payments.preview statement_id=statement                                               SFFFFFFFAFF
GET  treasury.payments.preview statement_id=nothing                                                 SFFFFFFFHFF
POST treasury.payments.take statement_id=statement                                                  SFFFFFFFAFF
GET  treasury.payments.instructions                                                                 SFFFFFFFAFF
GET  treasury.payments.instructions ?tab=sent                                                       SFFFFFFFAFF
POST treasury.payments.approve instruction_id=instruction                                           SFFFFFFFAFF
POST treasury.payments.approve instruction_id=nothing                                               SFFFFFFFHFF
POST treasury.payments.cancel instruction_id=instruction +why                                       SFFFFFFFAFF
POST treasury.payments.send                                                                         SFFFFFFFAFF
POST treasury.payments.batch batch_id=batch                                                         SFFFFFFFAFF
POST treasury.payments.batch batch_id=nothing                                                       SFFFFFFFHFF
GET  treasury.payments.reconciliation                                                               SFFFFFFFAFF
GET  treasury.payments.mine                                                                         SAAFAAFFFFF
GET  treasury.payments.slip reference=deposit_code                                                  SHHHHAFFFFF
GET  treasury.payments.slip reference='nothing                                                      SHHHHHFFFFF
POST treasury.payments.order_statement +period                                                      SAAFAAFFFFF
GET  treasury.payments.statement_csv ?first=2026-01-01 ?last=2026-01-31                             SAAFAAFFFFF
GET  treasury.vouchers.index                                                                        SFFFFFFFAFF
GET  treasury.vouchers.index ?tab=done                                                              SFFFFFFFAFF
GET  treasury.vouchers.new                                                                          SAAAAAAAAAA
POST treasury.vouchers.claim +voucher                                                               SHHHHHHHHHH
POST treasury.vouchers.confirm voucher_id=nothing                                                   SFFFFFFFHFF
POST treasury.vouchers.refuse voucher_id=nothing +why                                               SFFFFFFFHFF
POST treasury.vouchers.withdraw voucher_id=nothing +why                                             SHHHHHFFFFF
POST treasury.payments.pay                                                                          SHHHHHFFFFF
GET  treasury.payments.attempt attempt_id=nothing                                                   SHHHHHFFFFF
POST treasury.payments.webhook                                                                      HHHHHHHHHHH
GET  treasury.ledger.index                                                                          SFFFFFFFAFF
GET  treasury.ledger.accounts kind='deposit                                                         SFFFFFFFAFF
GET  treasury.ledger.accounts kind='nothing                                                         SFFFFFFFHFF
GET  treasury.ledger.account book_id=book                                                           SFFFFFFFAFF
GET  treasury.ledger.account book_id=nothing                                                        SFFFFFFFHFF
POST treasury.ledger.close +month                                                                   SFFFFFFFAFF
GET  treasury.escrow.calculator ?price=100                                                          AAAAAAAAAAA
GET  treasury.escrow.tariff                                                                         SFFFFFFFAFF
POST treasury.escrow.add_tariff +tariff                                                             SFFFFFFFAFF
# papers
GET  papers.verify                                                                                  AAAAAAAAAAA
GET  papers.download paper_id=confirmation                                                          HHAAAHAAAAH
GET  papers.download paper_id=record                                                                HHAAAHAAAAH
GET  papers.download paper_id=nothing                                                               HHHHHHHHHHH
# review
GET  review.desk                                                                                    SFFFFFAFFFF
GET  review.case case_id=listing_case                                                               SFFFFFAFFFF
GET  review.case case_id=demand_case                                                                SFFFFFAFFFF
GET  review.case case_id=house_case                                                                 SFFFFFAFFFF
POST review.decide case_id=listing_case +approve                                                    SFFFFFAFFFF
POST review.decide case_id=demand_case +approve                                                     SFFFFFAFFFF
POST review.decide case_id=house_case +approve                                                      SFFFFFAFFFF
# imports
GET  imports.index                                                                                  SAAAAAFFFFF
GET  imports.template kind=achievements                                                             SAAAAAFFFFF
GET  imports.preview upload_id=upload                                                               SHAAHHFFFFF
POST imports.upload                                                                                 SRRRRRFFFFF
POST imports.confirm upload_id=upload                                                               SHAAHHFFFFF
# notify
GET  notify.inbox                                                                                   SAAAAAAAAAA
POST notify.mark_read +notice                                                                       SAAAAAAAAAA
POST notify.choose_mail +mail                                                                       SAAAAAAAAAA
GET  notify.off off_token='nobody                                                                   AAAAAAAAAAA
POST notify.switch_off off_token='nobody                                                            HHHHHHHHHHH
GET  notify.demo_mailbox                                                                            HHHHHHHHHHH
GET  notify.demo_mail name=x.eml                                                                    HHHHHHHHHHH
# admin
GET  admin.dashboard                                                                                SFFFFFFFFAF
GET  admin.settings                                                                                 SFFFFFFFFAF
GET  admin.offices                                                                                  SFFFFFFFFAF
GET  admin.audit                                                                                    SFFFFFFFFAF
GET  admin.audit_csv                                                                                SFFFFFFFFAF
POST admin.change_setting key=listing_days +setting                                                 SFFFFFFFFAF
POST admin.change_office +office                                                                    SFFFFFFFFAF
POST admin.retry row_id=stuck                                                                       SFFFFFFFFAF
# identity: the own account
GET  identity.start                                                                                 SAAAAAAAAAA
GET  identity.account                                                                               SAAAAAAAAAA
POST identity.change_account +account                                                               SAAAAAAAAAA
POST identity.set_identity_number +number                                                           SAAAAAAAAAA
POST identity.declare_relative +relative                                                            SAAAAAAAAAA
POST identity.remove_relative relative_id=relative                                                  SAHHHHHHHHH
POST identity.withdraw_consent purpose=bank_account                                                 SAAAAAAAAAA
GET  identity.security_page                                                                         SAAAAAAAAAA
POST identity.sign_out_everywhere                                                                   SSSSSSSSSSS
GET  identity.export                                                                                SAAAAAAAAAA
GET  identity.close                                                                                 SAAAAAAAAAA
POST identity.close_for_good                                                                        SRRRRRRRRRR
POST identity.act_for +house                                                                        SHAAHHHHHHH
GET  identity.invitation link=@invitation_link                                                      SAAAAAAAAAA
GET  identity.claim                                                                                 SAAAAAAAAAA
POST identity.claim_party +claim                                                                    SRRRRRRRRRR
POST identity.accept_invitation link=@invitation_link                                               SFFFFFFFFFA
GET  identity.check_mailbox                                                                         AAAAAAAAAAA
GET  identity.tokens.index                                                                          SAAAAAAAAAA
POST identity.tokens.create +token                                                                  SAAAAAAAAAA
POST identity.tokens.revoke token_id=token                                                          SHHHAHHHHHH
# identity: organisations
GET  identity.organisations.index                                                                   SAAAAAAAAAA
GET  identity.organisations.new                                                                     SAAAAAAAAAA
POST identity.organisations.create +profile                                                         SAAAAAAAAAA
GET  identity.organisations.show organisation_id=house_alice                                        SHAAHHAHHHH
GET  identity.organisations.show organisation_id=nothing                                            SHHHHHHHHHH
GET  identity.organisations.edit organisation_id=house_alice                                        SHAFHHFHHHH
POST identity.organisations.change organisation_id=house_alice +profile                             SHAFHHFHHHH
GET  identity.organisations.verify organisation_id=house_alice                                      SHAFHHFHHHH
POST identity.organisations.submit organisation_id=house_alice                                      SHRFHHFHHHH
POST identity.organisations.withdraw organisation_id=house_carol                                    SHHHHAHHHHH
POST identity.organisations.withdraw organisation_id=house_alice                                    SHRFHHHHHHH
GET  identity.organisations.paper organisation_id=house_carol submission_id=submission index=0      SHHHHAAHHHH
GET  identity.organisations.paper organisation_id=house_alice submission_id=submission index=0      SHHHHHHHHHH
GET  identity.organisations.bank organisation_id=house_alice                                        SHAFHHFHHHH
POST identity.organisations.set_bank organisation_id=house_alice +bank                              SHAFHHFHHHH
GET  identity.members.index organisation_id=house_alice                                             SHAAHHAHHHH
POST identity.members.invite organisation_id=house_alice +invite                                    SHAFHHHHHHH
POST identity.members.change organisation_id=house_alice user_id=user_anna +member                  SHAFHHHHHHH
POST identity.members.remove organisation_id=house_alice user_id=user_anna                          SHAFHHHHHHH
POST identity.members.leave organisation_id=house_alice                                             SHRAHHHHHHH
POST identity.members.revoke organisation_id=house_grace invitation_id=invitation                   SAHHHHHHHHH
POST identity.members.revoke organisation_id=house_alice invitation_id=invitation                   SHHFHHHHHHH
# identity: signing in (Flask-Security)
GET  security.login                                                                                 AAAAAAAAAAA
POST security.login                                                                                 RAAAAAAAAAA
POST security.logout                                                                                AAAAAAAAAAA
GET  security.register                                                                              AAAAAAAAAAA
POST security.register                                                                              RAAAAAAAAAA
GET  security.forgot_password                                                                       AAAAAAAAAAA
POST security.forgot_password                                                                       AAAAAAAAAAA
GET  security.reset_password token='nobody                                                          AAAAAAAAAAA
POST security.reset_password token='nobody                                                          AAAAAAAAAAA
GET  security.send_confirmation                                                                     AAAAAAAAAAA
POST security.send_confirmation                                                                     AAAAAAAAAAA
GET  security.confirm_email token='nobody                                                           AAAAAAAAAAA
POST security.confirm_email token='nobody                                                           AAAAAAAAAAA
GET  security.verify                                                                                SAAAAAAAAAA
POST security.verify                                                                                SRRRRRRRRRR
GET  security.change_password                                                                       SAAAAAAAAAA
POST security.change_password                                                                       SRRRRRRRRRR
GET  security.two_factor_setup                                                                      SAAAAAAAAAA
POST security.two_factor_setup                                                                      SRRRRRRRRRR
POST security.two_factor_setup_validate token='nobody                                               SAAAAAAAAAA
GET  security.two_factor_token_validation                                                           SAAAAAAAAAA
POST security.two_factor_token_validation                                                           SAAAAAAAAAA
GET  security.two_factor_rescue                                                                     SAAAAAAAAAA
POST security.two_factor_rescue                                                                     SAAAAAAAAAA
GET  security.tf_select                                                                             SSSSSSSSSSS
POST security.tf_select                                                                             SSSSSSSSSSS
GET  security.mf_recovery                                                                           SAAAAAAAAAA
POST security.mf_recovery                                                                           SAAAAAAAAAA
GET  security.mf_recovery_codes                                                                     SAAAAAAAAAA
POST security.mf_recovery_codes                                                                     SAAAAAAAAAA
# interface for programs; a browser's session writes nothing here
GET  api.docs                                                                                       AAAAAAAAAAA
GET  api.openapi                                                                                    AAAAAAAAAAA
GET  api.listings.find                                                                              AAAAAAAAAAA
GET  api.listings.get listing_id=listing                                                            AAAAAAAAAAA
GET  api.listings.get listing_id=submitted_listing                                                  HHAAHHAAHAH
GET  api.listings.get listing_id=draft_listing                                                      HHHHHHHHHHH
GET  api.listings.find_organisations                                                                AAAAAAAAAAA
GET  api.listings.get_organisation organisation_id=house_alice                                      AAAAAAAAAAA
GET  api.deals.find                                                                                 AAAAAAAAAAA
GET  api.deals.prices                                                                               AAAAAAAAAAA
GET  api.auctions.find                                                                              AAAAAAAAAAA
GET  api.auctions.get auction_id=live                                                               AAAAAAAAAAA
GET  api.auctions.get auction_id=draft_lot                                                          HHHHHHHHHHH
GET  api.auctions.events auction_id=live                                                            AAAAAAAAAAA
GET  api.auctions.events auction_id=draft_lot                                                       HHHHHHHHHHH
POST api.auctions.bid auction_id=live                                                               SRRRRRFFFFF
POST api.auction_stages.seal auction_id=live                                                        SRRRRRFFFFF
POST api.auction_stages.open_bid auction_id=live                                                    SRRRRRFFFFF
POST api.auction_stages.take auction_id=live                                                        SRRRRRFFFFF
POST api.auction_stages.top auction_id=live                                                         SRRRRRFFFFF
GET  api.auction_stages.get_minutes auction_id=live                                                 HHHHHHHHHHH
GET  api.auction_stages.get_minutes auction_id=draft_lot                                            HHHHHHHHHHH
"""
