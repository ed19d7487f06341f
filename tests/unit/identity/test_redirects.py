"""The corpus of targets that lead away, or might in some browser."""

from __future__ import annotations

import pytest

from marketplace.identity.signin.redirects import is_own_path

FOREIGN = (
    "//evil.example", "///evil.example", "////evil.example", "https://evil.example",
    "http://evil.example", "HTTPS://evil.example", "https:evil.example", "https:/evil.example",
    "http:///evil.example", "javascript:alert(1)", "JaVaScRiPt:alert(1)", "data:text/html,evil",
    "vbscript:evil", "ftp://evil.example", "\\\\evil.example", "\\/evil.example",
    "/\\evil.example", "/\\/evil.example", "\\\\\\evil.example", "/%5Cevil.example",
    "/%5c/evil.example", "%5C%5Cevil.example", "/%2Fevil.example", "/%2fevil.example",
    "%2F%2Fevil.example", "//evil.example/%2e%2e", "/.//evil.example", "/x/..//evil.example",
    "/%2e%2e//evil.example", " //evil.example", "\t//evil.example", "\n//evil.example",
    "\r//evil.example", "/\t/evil.example", "/\n/evil.example", "/\r\n/evil.example",
    "/%09/evil.example", "/%0a/evil.example", "/%0d%0aLocation:%20//evil.example",
    "/x\r\nLocation: https://evil.example", "\x00//evil.example", "/\x00/evil.example",
    "\x19//evil.example", "\u200a//evil.example", "/\u2044evil.example", "/\uff0fevil.example",
    "／／evil.example", "@evil.example", "/@evil.example", "//user@evil.example",
    "https://localhost@evil.example", "https://localhost.evil.example",
    "https://localhost%00.evil.example", "//localhost@evil.example", "//evil%E3%80%82example",
    "//[::1]evil.example", "evil.example", "evil.example/path", ".evil.example", "?next=//evil",
    "#//evil.example", "", "/%252Fevil.example", "/" + "e" * 5000 + "evil", "/x y//evil.example",
    "security.logout", "/ /evil.example", "/;//evil.example",
)  # fmt: skip
OWN = ("/", "/identity/account", "/trade/auctions/7", "/search?q=%E8%BD%B4%E6%89%BF&page=2",
       "/search?q=a%20b", "/x/y-z_1.html?next=/a#top", "/catalogue?ipc=F16C%2019/06")  # fmt: skip


@pytest.mark.threat("T15")
@pytest.mark.parametrize("target", FOREIGN)
def test_foreign_and_doubtful_targets_are_refused(target):
    assert not is_own_path(target)


@pytest.mark.parametrize("target", OWN)
def test_own_paths_are_kept(target):
    assert is_own_path(target)


def test_the_corpus_is_large_enough():
    assert len(set(FOREIGN)) >= 60
