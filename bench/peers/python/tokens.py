"""Who is calling: user tokens of the trusted issuers, guest tokens of our own."""

import base64
import hashlib
import json
import os
import secrets
import time
from dataclasses import dataclass

import jwt
from aws_lambda_powertools.event_handler.exceptions import UnauthorizedError
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

PUBLIC_URL = os.environ["PUBLIC_URL"]
LIFETIME = 24 * 3600

_seed = HKDF(SHA256(), 32, b"spaces invitation service", b"guest token, Ed25519").derive(os.environ["SIGNING_SECRET"].encode())
_private = Ed25519PrivateKey.from_private_bytes(_seed)
_public = _private.public_key()
_x = base64.urlsafe_b64encode(_public.public_bytes(Encoding.Raw, PublicFormat.Raw)).rstrip(b"=").decode()
# RFC 7638, RFC 8037 section 2.
_thumbprint = hashlib.sha256(json.dumps({"crv": "Ed25519", "kty": "OKP", "x": _x}, separators=(",", ":")).encode())
_kid = base64.urlsafe_b64encode(_thumbprint.digest()).rstrip(b"=").decode()
_issuers = {
    issuer["iss"]: ({key["kid"]: jwt.PyJWK(key) for key in issuer["jwks"]["keys"]}, issuer["algorithms"])
    for issuer in json.loads(os.environ.get("ISSUERS", "[]"))
}


@dataclass
class Caller:
    kind: str
    id: str
    name: str | None
    email: str | None = None
    locale: str | None = None
    zone: str | None = None
    issuer: str | None = None


def new_id() -> str:
    return secrets.token_hex(12)


def guest_token(displayname: str) -> str:
    now = int(time.time())
    claims = {
        "anonymous_id": new_id(),
        "product_type": "onesna",
        "displayname": displayname,
        "iss": PUBLIC_URL,
        "aud": PUBLIC_URL,
        "iat": now,
        "nbf": now,
        "exp": now + LIFETIME,
        "jti": secrets.token_urlsafe(16),
    }
    return jwt.encode(claims, _private, algorithm="EdDSA", headers={"typ": "guest+jwt", "kid": _kid})


def caller_of(authorization: str | None) -> Caller:
    """The caller behind the Authorization header."""
    scheme, _, token = (authorization or "").partition(" ")
    try:
        if scheme.lower() != "jwt":
            raise jwt.InvalidTokenError
        header = jwt.get_unverified_header(token)
        return _guest(token) if header.get("typ") == "guest+jwt" else _user(token, header)
    except (jwt.InvalidTokenError, KeyError) as error:
        raise UnauthorizedError("Credentials are missing or wrong.") from error


def _guest(token: str) -> Caller:
    options = {"require": ["exp", "iss", "aud"]}
    claims = jwt.decode(token, _public, ["EdDSA"], issuer=PUBLIC_URL, audience=PUBLIC_URL, options=options)
    return Caller("anonymousId", claims["anonymous_id"], claims["displayname"])


def _user(token: str, header: dict) -> Caller:
    unverified = jwt.decode(token, options={"verify_signature": False})
    keys, algorithms = _issuers[unverified["iss"]]
    # As in the original, the claim publickeyid names the key where the header has no kid.
    key = keys[header.get("kid") or unverified["publickeyid"]]
    claims = jwt.decode(token, key, algorithms, options={"require": ["exp"], "verify_aud": False})
    email = claims.get("email") if claims.get("email_verified") else None
    return Caller("userId", claims["user_id"], claims.get("name"), email, claims.get("locale"), claims.get("zoneinfo"), unverified["iss"])
