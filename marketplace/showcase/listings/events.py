"""What happens to listings, as facts for other rooms."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from marketplace.kernel.events import Event


@dataclass(frozen=True, slots=True)
class ListingChanged(Event):
    """Something that search or cards can see has changed; the indexer hears this one."""

    name: ClassVar[str] = "showcase.listing_changed"
    listing_id: int


@dataclass(frozen=True, slots=True)
class ListingSubmitted(Event):
    """A version waits for review."""

    name: ClassVar[str] = "showcase.listing_submitted"
    listing_id: int
    version: int
    organisation_id: int
    title: str


@dataclass(frozen=True, slots=True)
class ListingPublished(Event):
    """A version was approved and is public."""

    name: ClassVar[str] = "showcase.listing_published"
    listing_id: int
    version: int
    organisation_id: int
    title: str


@dataclass(frozen=True, slots=True)
class ListingReturned(Event):
    """A version was returned with reasons."""

    name: ClassVar[str] = "showcase.listing_returned"
    listing_id: int
    version: int
    organisation_id: int
    title: str
    text: str


@dataclass(frozen=True, slots=True)
class ListingWithdrawn(Event):
    """The seller took the listing back."""

    name: ClassVar[str] = "showcase.listing_withdrawn"
    listing_id: int


@dataclass(frozen=True, slots=True)
class ListingSuspended(Event):
    """The market took the listing off, for a stated reason."""

    name: ClassVar[str] = "showcase.listing_suspended"
    listing_id: int
    organisation_id: int | None
    title: str
    why: str


@dataclass(frozen=True, slots=True)
class ListingRestored(Event):
    """The market put a suspended listing back."""

    name: ClassVar[str] = "showcase.listing_restored"
    listing_id: int
    organisation_id: int | None
    title: str


@dataclass(frozen=True, slots=True)
class ListingExpiring(Event):
    """The listing will expire soon unless renewed."""

    name: ClassVar[str] = "showcase.listing_expiring"
    listing_id: int
    organisation_id: int
    title: str
    days_left: int


@dataclass(frozen=True, slots=True)
class ListingExpired(Event):
    """The listing's time ran out without renewal."""

    name: ClassVar[str] = "showcase.listing_expired"
    listing_id: int
    organisation_id: int | None
    title: str


@dataclass(frozen=True, slots=True)
class ListingReserved(Event):
    """An auction or an order (``holder``) holds the listing."""

    name: ClassVar[str] = "showcase.listing_reserved"
    listing_id: int
    holder: str
    holder_id: int


@dataclass(frozen=True, slots=True)
class ReservedListingChanged(Event):
    """What is public of a listing changed while it is being sold: its state, its burdens."""

    name: ClassVar[str] = "showcase.reserved_listing_changed"
    listing_id: int


@dataclass(frozen=True, slots=True)
class ListingReleased(Event):
    """The holder let the listing go; it is on sale again."""

    name: ClassVar[str] = "showcase.listing_released"
    listing_id: int


@dataclass(frozen=True, slots=True)
class ListingSold(Event):
    """The listing found its buyer."""

    name: ClassVar[str] = "showcase.listing_sold"
    listing_id: int
