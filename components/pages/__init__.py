"""One file a page; a page reads top to bottom: controls, one call into models, charts."""
