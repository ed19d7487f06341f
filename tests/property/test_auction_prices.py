"""What follows from the bids, and what nobody can see of them, for any bids at all."""

from __future__ import annotations

import json
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from auction import log
from auction.book import Book
from auction.commands import Channel, PlaceBid
from auction.state import Terms
from tests.property.test_auction_english import HOUR, PLAY, any_terms

CAP = 50_000
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["A", "B", "P7", "champion"]),
        st.integers(1, CAP),
        st.sampled_from(Channel),
        st.integers(1_000, HOUR),
    ),
    max_size=20,
)


@PLAY
@given(
    terms=any_terms(),
    steps=STEPS,
    entry=st.integers(0, 20),
    maxima=st.tuples(*[st.integers(2 * CAP, 9 * CAP)] * 2),
)
def test_the_public_stream_is_the_same_for_every_maximum_that_nobody_reaches(
    terms, steps, entry, maxima
):
    """12: the champion leads from his entry on; his own lower bids are silent or refused."""
    terms = replace(terms, abnormal_multiple=None)
    streams = []
    for maximum in maxima:
        book = Book(7, terms)
        for number, (bidder, amount, channel, at) in enumerate(steps):
            if number == entry:
                book.execute(PlaceBid("champion", maximum), 1_000)
            online = bidder == "champion"
            bid = PlaceBid(bidder, amount, channel=Channel.ONLINE if online else channel)
            book.execute(bid, at)
        texts = [json.loads(line.public) for line in book.entries]
        streams.append([{**text, "commitment": None} for text in texts])
    assert streams[0] == streams[1]


@PLAY
@given(amounts=st.lists(st.integers(10_000, 90_000), min_size=2, max_size=8, unique=True))
def test_the_final_price_of_single_bids_is_second_price_plus_a_step(amounts):
    """Whatever the order, the greatest leads and pays a step above the second at most."""
    terms = Terms(10_000, ((0, 1_000),), 0, HOUR, abnormal_multiple=None)
    book = Book(7, terms)
    for number, amount in enumerate(amounts):
        book.execute(PlaceBid(f"b{number}", amount), 1)
    bids = {bid.bidder: bid.amount for bid in log.standing_bids(book.entries)}
    assert bids[book.state.leader] == max(bids.values())
    if len(bids) > 1:
        second = sorted(bids.values())[-2]
        assert second <= book.state.price <= second + 1_000
