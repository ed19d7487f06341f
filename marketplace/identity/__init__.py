"""People, organisations, memberships, verification, offices, API tokens: who acts for whom."""
