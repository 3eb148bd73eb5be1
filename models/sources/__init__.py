"""Where spaces come from, and how they leave: files, downloads, uploads, formats."""
