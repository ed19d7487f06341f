"""The texts of the site in its languages; English is the language of the source."""
