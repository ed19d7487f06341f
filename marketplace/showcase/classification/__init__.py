"""The International Patent Classification, once it has been loaded: titles and known symbols."""
