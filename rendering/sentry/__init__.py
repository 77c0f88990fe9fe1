"""What an organisation of Sentry's is filled with. Pure."""
