"""What secrets look like: one declared table, from which the masks and the docs are made.

Each pattern has two parts: what stays readable, so that people can tell the kind, and what is
hidden. Patterns that may begin inside a word need `apart`: the text before them must not be a
letter or digit. Escapes of JSON and URLs count as such a border, since content is often JSON text.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass

MASK = b"****"
BORDER = r"(?:^|[^A-Za-z0-9]|\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})"
# "eyJ" may come often in base64 text: only a border outside its alphabet counts.
TOKEN_BORDER = r"(?:^|[^A-Za-z0-9_-]|\\[nrtbf]|\\u[0-9A-Fa-f]{4}|%[0-9A-Fa-f]{2})"
_SPACE = r"(?:\s|%20|\+|\\[nrt])+"
_QUOTE = r'\\{1,7}"'
_NAMES = (
    r"[A-Za-z0-9_.-]{0,40}(?:api[_-]?key|password|passwd|client[_-]?secret|secret[_-]?key|"
    r"secret[_-]?access[_-]?key|private[_-]?key|authorization|"
    r"(?:access|refresh|auth|session|bearer|azure[_-]?ad)[_-]?token)"
)


def _has_digit(secret: bytes) -> bool:
    return any(48 <= byte <= 57 for byte in secret)


def _is_not_masked(secret: bytes) -> bool:
    return bool(secret.strip(b"*@"))


def _is_long(secret: bytes) -> bool:
    return len(secret) >= 40


def _is_user_and_password(secret: bytes) -> bool:
    try:
        return b":" in base64.b64decode(secret + b"=" * (-len(secret) % 4), validate=True)
    except binascii.Error:
        return False


@dataclass(frozen=True)
class SecretPattern:
    """One kind of secret. `keep` and `hide` are RE2 patterns that follow each other.

    `check` has the last word on what `hide` matched; `after` is put back behind the mask.
    """

    rule: str
    what: str
    keep: str
    hide: str
    border: str = ""
    check: Callable[[bytes], bool] | None = None
    after: bytes = b""

    @property
    def anywhere(self) -> str:
        """Matches wherever the secret is, whatever stands beside it; has no groups."""
        return f"(?:{self.keep})(?:{self.hide})"

    @property
    def exact(self) -> str:
        """With the border, and what is kept as its only group."""
        return f"({self.border}(?:{self.keep}))(?:{self.hide})"


_WORD = "[A-Za-z0-9_-]"
_ALNUM = "[A-Za-z0-9]"

SECRETS: tuple[SecretPattern, ...] = (
    SecretPattern(
        "private_key",
        "private key blocks (PEM, OpenSSH, PGP)",
        "-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
        r"(?:[A-Za-z0-9+/=\s\\,:.()]|-[A-Za-z0-9])+"
        r"(?:-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----)?",
        check=_is_long,
    ),
    SecretPattern("anthropic", "Anthropic keys", "sk-ant-", f"{_WORD}{{16,}}", check=_has_digit),
    SecretPattern(
        "openai",
        "OpenAI project and service keys",
        "sk-(?:proj|svcacct|admin)-",
        f"{_WORD}{{16,}}",
        check=_has_digit,
    ),
    SecretPattern(
        "langfuse", "Langfuse secret keys", "sk-lf-", f"{_WORD}{{16,}}", check=_has_digit
    ),
    SecretPattern("openrouter", "OpenRouter keys", "sk-or-v1-", f"{_ALNUM}{{16,}}"),
    SecretPattern(
        "openai", "OpenAI keys and their like", "sk-", f"{_ALNUM}{{20,}}", BORDER, _has_digit
    ),
    SecretPattern("google", "Google API keys", "AIza", f"{_WORD}{{35,}}", BORDER),
    SecretPattern("aws_key_id", "AWS access key ids", "(?:AKIA|ASIA)", "[A-Z0-9]{16,}", BORDER),
    SecretPattern(
        "aws_secret",
        "AWS secret keys with their label",
        r"(?i:aws[_.-]?secret(?:[_.-]?access)?[_.-]?key|secret[_-]?access[_-]?key)"
        r'[\s"\'\\]{0,8}[:=]+[\s"\'\\]{0,8}',
        "[A-Za-z0-9/+=]{40,}",
    ),
    SecretPattern("github", "GitHub tokens", "gh[opsur]_", f"{_ALNUM}{{30,}}", BORDER),
    SecretPattern("github", "GitHub fine-grained tokens", "github_pat_", "[A-Za-z0-9_]{22,}"),
    SecretPattern("gitlab", "GitLab tokens", "glpat-", f"{_WORD}{{20,}}"),
    SecretPattern("slack", "Slack tokens", "xox[abeprs]-", "[A-Za-z0-9-]{10,}", BORDER, _has_digit),
    SecretPattern("stripe", "Stripe secret and restricted keys", "[sr]k_live_", f"{_ALNUM}{{16,}}"),
    SecretPattern("hugging_face", "Hugging Face tokens", "hf_", f"{_ALNUM}{{30,}}", BORDER),
    SecretPattern("groq", "Groq keys", "gsk_", f"{_ALNUM}{{32,}}", BORDER),
    SecretPattern("xai", "xAI keys", "xai-", f"{_ALNUM}{{40,}}", BORDER),
    SecretPattern("perplexity", "Perplexity keys", "pplx-", f"{_ALNUM}{{32,}}", BORDER),
    SecretPattern("npm", "npm tokens", "npm_", f"{_ALNUM}{{36,}}", BORDER),
    SecretPattern("pypi", "PyPI tokens", "pypi-", f"{_WORD}{{50,}}", BORDER, _has_digit),
    SecretPattern("longpole", "Longpole's own keys", "lp_[0-9a-f]{12}_", f"{_WORD}{{20,}}", BORDER),
    SecretPattern(
        "jwt",
        "JSON Web Tokens",
        "eyJ",
        rf"{_WORD}{{5,}}\.eyJ{_WORD}{{5,}}(?:\.{_WORD}*)?",
        TOKEN_BORDER,
    ),
    SecretPattern(
        "authorization",
        "bearer authorization",
        f"(?i:bearer){_SPACE}",
        "[A-Za-z0-9._~+/=-]{16,}",
        BORDER,
        _has_digit,
    ),
    SecretPattern(
        "authorization",
        "basic authorization",
        f"(?i:basic){_SPACE}",
        "[A-Za-z0-9+/]{4,}={0,2}",
        BORDER,
        _is_user_and_password,
    ),
    SecretPattern(
        "url_password",
        "passwords in URLs",
        r"://[^\x00-\x20/?#@:\"'\\]{0,200}:",
        r"[^\x00-\x20/?#@\"'\\]+@",
        check=_is_not_masked,
        after=b"@",
    ),
    SecretPattern(
        "labelled",
        'JSON text that names a secret: `"api_key": "..."`, `"password": "..."`',
        rf'(?i:"{_NAMES}")\s*:\s*"',
        r'(?:[^"\\]|\\.)+',
        check=_is_not_masked,
    ),
    SecretPattern(
        "labelled",
        r"the same inside JSON text: `\"api_key\": \"...\"`",
        rf"(?i:{_QUOTE}{_NAMES}{_QUOTE})\s*:\s*{_QUOTE}",
        r'(?:[^"\\]|\\+[^"\\])+',
        check=_is_not_masked,
    ),
    SecretPattern(
        "labelled",
        "the same as Python writes it: `'api_key': '...'`",
        rf"(?i:'{_NAMES}')\s*:\s*'",
        r"(?:[^'\\]|\\.)+",
        check=_is_not_masked,
    ),
)
