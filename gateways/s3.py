"""Files in a bucket of an S3 store, by the client of its maker; each call waits in a thread."""

from __future__ import annotations

import asyncio
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from domain.documents.keeping import NotStored, StoreUnavailable, checked_key
from domain.kernel.store_address import BucketAddress

MISSING = frozenset({"NoSuchKey", "404"})
PATIENCE: dict[str, Any] = {
    "connect_timeout": 3,  # seconds
    "read_timeout": 8,  # seconds; twice this is still less than a job's time
    "retries": {"mode": "standard", "total_max_attempts": 2},
    # Other makers' stores do not all know the checksums that Amazon's client adds by itself.
    "request_checksum_calculation": "when_required",
    "response_checksum_validation": "when_required",
}


class S3Store:
    """Keeps files in one bucket. Without `key` and `secret` the client finds its credentials as it does elsewhere."""

    def __init__(self, address: BucketAddress, key: str | None, secret: str | None) -> None:
        self.bucket = address.bucket
        self._prefix = f"{address.prefix}/" if address.prefix else ""
        style = {"addressing_style": "path" if address.endpoint else "virtual"}
        self._client: Any = boto3.session.Session().client(
            "s3",
            endpoint_url=address.endpoint,
            region_name=address.region,
            aws_access_key_id=key,
            aws_secret_access_key=secret,
            config=Config(s3=style, **PATIENCE),
        )

    async def put(self, key: str, content: bytes, content_type: str) -> None:
        """Keeps a file; once more is as once.

        Raises: StoreUnavailable, WrongKey.
        """
        await asyncio.to_thread(self._put, self._prefix + checked_key(key), content, content_type)

    async def get(self, key: str) -> bytes:
        """A file that was kept.

        Raises: NotStored, StoreUnavailable, WrongKey.
        """
        return await asyncio.to_thread(self._get, self._prefix + checked_key(key))

    def _put(self, key: str, content: bytes, content_type: str) -> None:
        try:
            self._client.put_object(Bucket=self.bucket, Key=key, Body=content, ContentType=content_type)
        except (BotoCoreError, ClientError) as error:
            raise _unavailable(error) from None

    def _get(self, key: str) -> bytes:
        try:
            found: bytes = self._client.get_object(Bucket=self.bucket, Key=key)["Body"].read()
        except (BotoCoreError, ClientError) as error:
            if _code(error) in MISSING:
                raise NotStored("there is no such file") from None
            raise _unavailable(error) from None
        return found


def _unavailable(error: Exception) -> StoreUnavailable:
    return StoreUnavailable(f"the bucket of files does not answer as it should ({_code(error)})")


def _code(error: Exception) -> str:
    if isinstance(error, ClientError):
        return str(error.response.get("Error", {}).get("Code", "ClientError"))
    return type(error).__name__
