"""The ground every room stands on: settings, database, transactions, events, files. No Flask."""
