"""What is watched: the typed catalog and its loading; pure, it knows no backend's API."""
