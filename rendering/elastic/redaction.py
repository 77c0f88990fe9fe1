"""What masks records of services that write straight to Elasticsearch: they pass no pipeline of Logstash's.

Values under telling keys are masked wherever they stand; what looks like a secret is masked in the fields that hold texts. A record
that cannot be masked is refused, and its writer told. Elasticsearch's own `redact` processor needs a licence, and Painless gives up
on patterns that look at a character more often than six times (`script.painless.regex.limit-factor`): hence `gsub`, whose
patterns are Java's.
"""

from typing import Any

from rendering.elastic.lifecycle import META
from rendering.otel.redaction import MASK, values

TEXTS = ("message", "error.message", "error.stack_trace", "url.original", "url.query", "url.path", "event.original")
"""Fields that hold texts of people's or programs' making."""
KEYS = (
    "password", "passwd", "passphrase", "secret", "authorization", "cookie", "credential", "apikey", "accesskey", "privatekey",
    "signingkey", "sessionkey", "encryptionkey", "creditcard", "cardnumber", "accesstoken", "refreshtoken", "idtoken", "authtoken",
)  # fmt: skip
"""Parts of keys, without case and separators, whose values are masked whole."""
WHOLE = ("pass", "pwd", "token", "cvv", "cvc", "ssn", "iban")
"""Keys that are masked when they are nothing else."""

_WALK = """
boolean telling(String key, Map rules) {
  String plain = key.toLowerCase().replace("_", "").replace("-", "").replace(".", "");
  if (rules.whole.contains(plain)) { return true; }
  for (String part : rules.parts) { if (plain.contains(part)) { return true; } }
  return false;
}
void walk(def value, Map rules) {
  if (value instanceof Map) {
    for (String key : new ArrayList(value.keySet())) {
      if (telling(key, rules)) { value[key] = rules.mask; } else { walk(value[key], rules); }
    }
  } else if (value instanceof List) {
    for (def each : value) { walk(each, rules); }
  }
}
for (String key : new ArrayList(ctx.keySet())) {
  if (key.startsWith("_")) { continue; }
  if (telling(key, params)) { ctx[key] = params.mask; } else { walk(ctx[key], params); }
}
"""


def pipeline(*, emails: bool) -> dict[str, Any]:
    """The pipeline that indices for direct writers end with, whatever pipeline a writer names."""
    script = {"lang": "painless", "source": _WALK.strip(), "params": {"parts": list(KEYS), "whole": list(WHOLE), "mask": MASK}}
    processors: list[dict[str, Any]] = [
        {"dot_expander": {"field": "*", "override": True}},  # `error.message` as one key is the same field
        {"set": {"field": "@timestamp", "value": "{{{_ingest.timestamp}}}", "override": False}},
        {"script": {"description": "mask what stands under telling keys"} | script},
    ]
    for field in TEXTS:
        processors.append({"convert": {"field": field, "type": "string", "ignore_missing": True}})
        processors += [
            {"gsub": {"field": field, "pattern": pattern, "replacement": MASK, "ignore_missing": True}} for pattern in values(emails=emails)
        ]
    return {"description": "Masks secrets of services that write without Logstash.", "processors": processors, "_meta": META}
