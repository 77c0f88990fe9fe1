"""A chat service that is instrumented as the catalog's `chat-service` of universal-ai-tools says; it can be broken on request."""
