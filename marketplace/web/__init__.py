"""Flask glue: context, access, errors, headers, languages, filters, pages. No rule of trade."""
