"""An order's money: called, held under supervision, released or given back; the tariff."""
