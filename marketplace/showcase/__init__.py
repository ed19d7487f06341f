"""展示 showcase: what is on offer, by whom, and what became of it."""
