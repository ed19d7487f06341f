"""Tables out of other people's files: read in a child process, cleaned, never trusted."""
