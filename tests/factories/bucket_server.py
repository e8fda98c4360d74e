"""A server that speaks S3, for files in buckets: moto's, one request at a time.

With threads of its own it closes an object that is written once more while another thread still reads it.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import boto3
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import make_server


@contextmanager
def bucket_server(*buckets: str) -> Iterator[str]:
    """The address of a server that has such buckets."""
    application = DomainDispatcherApplication(create_backend_app)
    server = make_server("127.0.0.1", 0, application, threaded=False, request_handler=MotoRequestHandler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    endpoint = f"http://127.0.0.1:{server.server_port}"
    for bucket in buckets:
        bucket_client(endpoint).create_bucket(Bucket=bucket)
    yield endpoint
    server.shutdown()
    thread.join()


def bucket_client(endpoint: str) -> boto3.client:
    """The maker's client of such a server."""
    return boto3.client(
        "s3", endpoint_url=endpoint, region_name="us-east-1", aws_access_key_id="k", aws_secret_access_key="s"
    )
