"""The law's arithmetic and the field's formats, pure: standard library and python-stdnum only."""
