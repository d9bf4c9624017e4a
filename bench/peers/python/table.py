"""The table, its keys and the directory of users in it."""

import hashlib
import hmac
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

NAME = os.environ["TABLE_NAME"]
# The resource's client takes and gives plain values as the resource does, and threads may share it.
client = boto3.resource("dynamodb", config=Config(tcp_keepalive=True, max_pool_connections=10)).meta.client

_pool = ThreadPoolExecutor(max_workers=5)
_purpose = b"address in a key of the table, HMAC-SHA-256"
_secret = HKDF(SHA256(), 32, b"spaces invitation service", _purpose).derive(os.environ["INDEX_SECRET"].encode())
_remembered: dict[str, float] = {}


def at_once(*calls: Callable) -> list:
    """Makes calls at the same time, and returns their answers in the same order."""
    return [future.result() for future in [_pool.submit(call) for call in calls]]


def get(pk: str, sk: str) -> dict | None:
    return client.get_item(TableName=NAME, Key={"pk": pk, "sk": sk}, ConsistentRead=True).get("Item")


def put_if_absent(item: dict) -> None:
    client.put_item(TableName=NAME, Item=item, ConditionExpression="attribute_not_exists(pk)")


def warm_up() -> None:
    """Opens the connection before the first request."""
    get("WARM_UP", "WARM_UP")


def written(when: datetime) -> str:
    """A time as the table has it."""
    return when.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def present(**attributes) -> dict:
    """The attributes that have a value."""
    return {name: value for name, value in attributes.items() if value is not None}


def hash_of(invite: str) -> str:
    """The hash of an invitation's id, which stands in keys in its place."""
    return hashlib.sha256(invite.encode()).hexdigest()[:32]


def by_spaces(caller, space: str, joined: str) -> dict:
    """The key and the card of a membership in the index of a person's spaces, by their last use."""
    owner = "USER" if caller.kind == "userId" else "GUEST"
    place = f"SPACE#{joined[:13]}:00:00.000Z#{space}"
    return {"gsi2pk": f"{owner}#{caller.id}", "gsi2sk": place, "card": {"at": joined}}


def is_present(member: dict) -> bool:
    return "left" not in member and "removed" not in member


def members_of(pk: str) -> list[dict]:
    """The first members of a space who are present."""
    page = client.query(
        TableName=NAME,
        KeyConditionExpression="pk = :space AND begins_with(sk, :member)",
        FilterExpression="attribute_not_exists(#left) AND attribute_not_exists(removed)",
        ExpressionAttributeNames={"#left": "left"},
        ExpressionAttributeValues={":space": pk, ":member": "MEMBER#"},
        ScanIndexForward=False,
        Limit=101,
        ConsistentRead=True,
    )
    return page["Items"]


def hash_of_address(address: str) -> str:
    """The keyed hash of an address. Each part is preceded by its length."""
    local, _, domain = address.rpartition("@")
    parts = [b"email", f"{local}@{domain.encode('idna').decode()}".lower().encode()]
    message = b"".join(len(part).to_bytes(8) + part for part in parts)
    return hmac.digest(_secret, message, "sha256").hex()[:32]


def remember(caller) -> list[Callable]:
    """The calls that keep what the token says about a user and who owns the address, if either is news; none within ten
    minutes of the last time."""
    if caller.kind != "userId" or not caller.email or _remembered.get(caller.id, 0) > time.monotonic():
        return []
    if len(_remembered) >= 1000:
        _remembered.clear()
    _remembered[caller.id] = time.monotonic() + 600
    return [lambda: _put_profile(caller), lambda: _claim(caller)]


def _put_profile(caller) -> None:
    facts = present(issuer=caller.issuer, email=caller.email, name=caller.name, language=caller.locale, zone=caller.zone)
    _update_if(
        Key={"pk": f"USER#{caller.id}", "sk": "USER"},
        UpdateExpression="SET id = :id, email_proven = :now, updated = :now, " + ", ".join(f"#{name} = :{name}" for name in facts),
        ConditionExpression=" OR ".join(["attribute_not_exists(pk)", *(f"#{name} <> :{name}" for name in facts)]),
        ExpressionAttributeNames={f"#{name}": name for name in facts},
        ExpressionAttributeValues={":id": caller.id, ":now": written(datetime.now(UTC))} | {f":{name}": value for name, value in facts.items()},
    )


def _claim(caller) -> None:
    _update_if(
        Key={"pk": f"ADDRESS#{hash_of_address(caller.email)}", "sk": "USER"},
        UpdateExpression="SET #user = :user, issuer = :issuer, proven = :now",
        ConditionExpression="attribute_not_exists(pk) OR (#user <> :user AND proven <= :now)",
        ExpressionAttributeNames={"#user": "user"},
        ExpressionAttributeValues={":user": caller.id, ":issuer": caller.issuer, ":now": written(datetime.now(UTC))},
    )


def _update_if(**update) -> None:
    try:
        client.update_item(TableName=NAME, **update)
    except ClientError as error:
        if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
            raise
