"""Notices in the site, mails, digests, and the person's choice about them."""
