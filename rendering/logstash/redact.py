r"""Secrets are masked in the text of a record, before anything is read from it: no field, queue or index ever has them.

What is secret is what the trace store's patterns say (rendering/otel/redaction.py). Those are written for RE2, whose time grows as
the text does; Logstash has Joni, which goes back and tries again. So patterns that could try one stretch of text from many places
are written anew here: they begin where such a stretch begins, and give nothing back (`(?>`).

Every record is text at first, JSON too, so keys are found in JSON's own writing, in JSON within a JSON string (`\"key\": \"…\"`)
and in plain text (`key=…`, `key: …`). What stands in for a value in JSON has quotes, so that the record stays JSON.
"""

from rendering.logstash.syntax import Step, Value, mutate
from rendering.otel.redaction import KEYS, MASK, VALUES

_GAP = r"\s{0,8}"
_END, _START = r"(?![A-Za-z0-9])", r"(?:(?<![A-Za-z0-9])|(?<=%3[Ff]|%26))"
_SECRET_KEY = KEYS[0].removeprefix("(?i)").replace("(?:$|[._-])", _END).replace("|^pass$", f"|{_START}pass{_END}")
# A letter written as \u0070 could hide any key, and nobody writes letters so: its value is masked whatever the key is.
_KEY = rf"(?:(?i:{_SECRET_KEY})|\\u00[2-7])"
_STRING = r'"(?>(?:[^"\\]|\\.)*)"?'
_ESCAPED = r'(?>\\+)"(?>(?:[^"\\]|\\{2,}"?|\\[^"\\])*)(?:\\")?'
_NESTED = r'(?<v>\{(?>(?:[^{}\[\]"]|"(?>(?:[^"\\]|\\.)*)"|\g<v>)*)\}|\[(?>(?:[^{}\[\]"]|"(?>(?:[^"\\]|\\.)*)"|\g<v>)*)\])|[{\[](?m:.*)'
_BARE = r"[^\s,}\]\"\\]+"
_TEXT_VALUE = r"(?:\"(?>(?:[^\"\\]|\\.)*)\"?|\x27(?>[^\x27]*)\x27?|(?>\\+)\"(?>[^\"\\]*)|(?>(?:\\[^nrt]|[^\s&\"\x27,;}\\])+))"
# To the end of the line or of JSON's string; a quoted part after a sign belongs to it, as in `Digest username="…", response="…"`.
_HEADER = r"(?>(?:[^\n\"\\=]|=(?:\"(?![,}\]])[^\"\n]*\")?|\\[^n])+)"
# What is masked already is left alone.
_SET = rf"[\"\x27]?\s{{0,4}}(?:=>?|:|%3[AaDd])(?>{_GAP})(?!\\*[\"\x27]?\*{{4}})"

IN_JSON = {
    rf'(?<k>"[^"\\]{{0,80}}?{_KEY}[^"]{{0,80}}"{_GAP}:{_GAP})(?:{_STRING}|{_NESTED}|{_BARE})': rf'\k<k>"{MASK}"',
    rf'(?<k>(?<!\\)(?>\\+)"[^"\\]{{0,80}}?{_KEY}[^"\\]{{0,80}}(?>\\+)"{_GAP}:{_GAP})(?:{_ESCAPED}|{_BARE})': rf"\k<k>\"{MASK}\"",
}
"""Values under a telling key of JSON: strings, objects and lists, numbers; then the same within a string."""

_REWRITTEN = {
    "what begins with eyJ": r"(?<![A-Za-z0-9_-])eyJ(?>[A-Za-z0-9_-]{8,})\.(?>[A-Za-z0-9_-]{8,})(?:\.[A-Za-z0-9_-]*)?",
    "what begins with ://": "",
    "what begins with -----BEGIN": r"-----BEGIN [A-Z ]{0,40}PRIVATE KEY-----[^\"]*",
    "a secret in a query or a setting": "",
}
_EMAIL = r"(?<![A-Za-z0-9._%+-])(?>[A-Za-z0-9._%+-]+)@[A-Za-z0-9-]{1,63}(?:\.[A-Za-z0-9-]{1,63}){1,8}"
_CARD = VALUES["a card number"]


def substitutions(*, emails: bool) -> list[tuple[str, str]]:
    """Patterns and what stands in for each match, in the order in which they are tried."""
    known = [(_REWRITTEN.get(what, pattern), MASK) for what, pattern in VALUES.items() if _REWRITTEN.get(what, pattern)]
    in_text = [
        (r"(?<k>:\\?/\\?/)[^/\s:@\"]*:(?>[^/\s@\"]+)@", rf"\k<k>{MASK}@"),
        (rf"(?<k>(?i:authorization|cookie){_SET}){_HEADER}", rf"\k<k>{MASK}"),
        (rf"(?<k>{_KEY}[\w.-]{{0,40}}{_SET}){_TEXT_VALUE}", rf"\k<k>{MASK}"),
    ]
    number = [(rf"(?<k>[:\[,]{_GAP})(?:{_CARD})(?={_GAP}[,}}\]])", rf'\k<k>"{MASK}"')]
    return [*IN_JSON.items(), *number, *known, *in_text, *([(_EMAIL, MASK)] if emails else [])]


def masked(*fields: str, emails: bool) -> Step:
    """The filter that masks secrets in fields of text."""
    flat: list[Value] = [part for field in fields for pattern, mask in substitutions(emails=emails) for part in (field, pattern, mask)]
    return mutate(id=f"redact_{'_'.join(field.strip('[]').replace('][', '_') for field in fields)}", gsub=flat)
