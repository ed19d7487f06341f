"""The administrators' frame: dashboard, settings, audit log, deliveries, offices."""
