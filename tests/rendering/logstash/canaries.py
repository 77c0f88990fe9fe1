"""Secrets that no output may show, in all the ways in which applications let them out."""

import json

SECRET = "Canary7Zx9Qw"
"""Has no form that would give it away: only what stands before it tells that it is a secret."""
KEYS = (
    "password", "Password", "passwd", "userPassword", "db_pwd", "passphrase",
    "secret", "client_secret", "clientSecret", "api_key", "apiKey",
    "API-KEY", "x-api-key", "access_key", "accessKey", "token", "access_token", "refreshToken", "authorization", "Authorization", "cookie",
    "Set-Cookie",
    "credential", "credentials", "private_key", "signing_key", "session_key", "encryption_key", "cvv", "ssn", "iban", "pass",
    "smtp.pass", "credit_card", "card_number",
)  # fmt: skip
"""Keys that tell a secret (rendering/otel/redaction.py)."""

KNOWN = {
    "AWS key": "AKIAIOSFODNN7EXAMPLE",
    "temporary AWS key": "ASIAIOSFODNN7EXAMPLE",
    "JWT": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxMjM0NTY3ODkwIn0.c2lnbmF0dXJlLWNhbmFyeQ",
    "GitHub token": "ghp_0123456789abcdefghijABCDEFGHIJ012345",
    "GitHub fine-grained token": "github_pat_11AAAAAAA0123456789abcdef",
    "GitLab token": "glpat-0123456789abcdefghij",
    "Slack token": "xoxb-123456789012-abcdefghijkl",
    "OpenAI key": "sk-proj-0123456789abcdefghij",
    "Stripe key": "sk_live_0123456789abcdefghij",
    "restricted Stripe key": "rk_live_0123456789abcdefghij",
    "bearer": "Bearer abcdefghijklmnop1234",
    "basic": "Basic dXNlcjpwYXNzd29yZA==",
    "address with a password": "postgres://admin:Canary7Zx9Qw@db.internal:5432/app",
    "private key": "-----BEGIN RSA PRIVATE KEY-----\nMIIEowIBAAKCAQEAcanary\nZZZZ\n-----END RSA PRIVATE KEY-----",
    "Visa": "4111 1111 1111 1111",
    "Visa without gaps": "4111111111111111",
    "Mastercard": "5555-5555-5555-4444",
    "American Express": "378282246310005",
}
"""Secrets that show what they are."""
EMAIL = "canary.person+tag@mail.example.org"


def survives(secret: str) -> list[str]:
    """Parts of a known secret of which none may be found in an output."""
    return {
        "postgres://admin:Canary7Zx9Qw@db.internal:5432/app": ["Canary7Zx9Qw"],
        "Bearer abcdefghijklmnop1234": ["abcdefghijklmnop1234"],
        "Basic dXNlcjpwYXNzd29yZA==": ["dXNlcjpwYXNzd29yZA"],
        KNOWN["private key"]: ["MIIEowIBAAKCAQEAcanary", "ZZZZ"],
    }.get(secret, [secret])


def lines(key: str, value: str = SECRET) -> dict[str, str]:
    """One secret under one key, in every writing; each is one record."""
    inner = json.dumps({key: value, "n": 1})
    return {
        "a string of JSON": json.dumps({"level": "info", "message": "x", key: value}),
        "JSON with blanks": json.dumps({"message": "x", key: value}, indent=1).replace("\n", " "),
        "within an object": json.dumps({"message": "x", "user": {"name": "a", key: value}}),
        "an object": json.dumps({"message": "x", key: {"old": value, "deep": [{"new": value}]}, "after": 1}),
        "a list": json.dumps({"message": "x", key: [value, [value], {"a": f'"{value}'}], "after": 1}),
        "with quotes in it": json.dumps({"message": "x", key: f'a"{value}\\" {value}'}),
        "JSON in JSON": json.dumps({"message": "body: " + inner}),
        "JSON in JSON in JSON": json.dumps({"message": json.dumps({"body": inner})}),
        "JSON in a line": f"[2026-11-21T09:59:58.000Z] info: got {inner} from there",
        "cut JSON": json.dumps({"message": "x", key: value + value})[:-4],
        "a key in escapes": '{"message": "x", "' + "".join(f"\\u{ord(letter):04x}" for letter in key) + f'": "{value}"}}',
        "a letter in an escape": '{"message": "' + f"\\u{ord(key[0]):04x}{key[1:]}={value} done" + '"}',
        "key=value": f"login {key}={value} done",
        "key: value": f"login {key}: {value} done",
        "in quotes": f'login {key}="{value} {value}" done',
        "in single quotes": f"login {{'{key}': '{value} {value}', 'a': 1}} done",
        "in a query": f"GET /a?b=1&{key}={value}&c=2 HTTP/1.1",
        "in an escaped query": f"GET /a%3F{key}%3D{value}%26c HTTP/1.1",
        "key=value in JSON": json.dumps({"message": f"login {key}={value} done\nnext", "level": "warn"}),
        "a trace": f'failed\nTraceback (most recent call last):\n  File "a.py", line 1\nValueError: {key}={value}',
        "of a map": f"config {{{key} => {value}}}",
    }
