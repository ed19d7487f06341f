"""Sale sessions: lots in a running order, in a hall, online, or both at once.

``models`` and ``states`` first, then ``commands`` (planning, desk, running, console, queue,
rehearsal) and ``queries``. The bidding is the auctions' own: this room says which lot is up, who
stands at the console, and who was given a paddle at the desk.
"""
