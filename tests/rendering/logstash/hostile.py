"""Lines that are written to hold a pipeline up: every way in which an expression could try one text again and again."""

from rendering.logstash.settings import LONGEST

_N = LONGEST


def _filled(part: str, end: str = "") -> str:
    return (part * (_N // len(part) + 1))[: _N - len(end)] + end


LINES = {
    "one letter": _filled("a"),
    "blanks": _filled(" "),
    "letters and an end that fits nothing": _filled("a", "!"),
    "quotes": _filled('"'),
    "backslashes": _filled("\\"),
    "escaped quotes": _filled('\\"'),
    "open braces": "{" + _filled('{"a":')[1:],
    "open lists": '{"token":' + _filled("[")[9:],
    "keys without an end": _filled('{"token":'),
    "keys with open objects": _filled('{"token":{"a":'),
    "words that begin a key": _filled("passwor"),
    "keys without a value": _filled("password "),
    "keys and signs": _filled("password="),
    "keys and quotes": _filled('password="'),
    "key within key": _filled('"password'),
    "beginnings of a JWT": _filled("eyJ"),
    "a JWT without end": "eyJ" + _filled("a")[3:],
    "JWTs of one part": _filled("eyJaaaaaaaaa."),
    "addresses": _filled("://"),
    "addresses with users": _filled("://a:b"),
    "an address without end": "://" + _filled("a:")[3:],
    "mail without a host": _filled("a.") ,
    "mail of many parts": _filled("a@a.a"),
    "a mail's host without end": "a@" + _filled("a.")[2:],
    "digits": _filled("4"),
    "groups of digits": _filled("4111 "),
    "groups with signs": _filled("4111-1111-"),
    "headers of keys": _filled("-----BEGIN "),
    "authorization": _filled("authorization:"),
    "cookies": _filled("cookie=a;"),
    "percent signs": _filled("token%3D%3D"),
    "brackets": _filled("["),
    "a time and brackets": "[2026-11-21T09:59:58.000Z] " + _filled("[")[27:],
    "times": _filled("2026-11-21T09:59:58.000Z "),
    "levels": _filled("ERROR:"),
    "a level and colons": "ERROR" + _filled(":")[5:],
    "a logger without end": "2026-11-21 09:59:58,123 - " + _filled("a.")[26:],
    "an access record without end": '203.0.113.9 - - [21/Nov/2026:09:59:58 +0000] "GET /' + _filled("a")[51:],
    "an access record of quotes": '203.0.113.9 - - [21/Nov/2026:09:59:58 +0000] "GET / HTTP/1.1" 200 1 "' + _filled('\\"')[70:],
    "dots": _filled("1."),
    "colons": _filled(":"),
    "syslog without end": "<11>1 2026-11-21T09:59:58Z h a - - [" + _filled('a="')[36:],
    "syslog of lists": "<11>1 2026-11-21T09:59:58Z h a - - " + _filled("[]")[35:],
    "klog without end": "E1121 09:59:58.123456" + _filled(" ")[21:],
    "line breaks": _filled("\n"),
    "JSON and line breaks": "{" + _filled("}\n")[1:],
    "a trace of one word": "x\nTraceback " + _filled("\nError")[12:],
    "names of errors": "x\n  File " + _filled("\nA.b.c")[9:],
    "a name without end": "x\n  File \n" + _filled("A")[10:],
    "letters beyond ASCII": _filled("é\u202e"),
    "zeros": _filled("\x00"),
    "objects within objects": _filled('{"a":', "1") ,
    "a number without end": '{"a":' + _filled("9", "}")[5:],
}  # fmt: skip
"""By what they try; each is as long as a record may be."""
