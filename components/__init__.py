"""One component per system: it takes rendered documents and settings, registers resources and exposes what others need."""
