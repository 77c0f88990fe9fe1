"""What applies templates, roles and Kibana's objects: a Job once they change, and a CronJob that puts back what somebody changed by hand.

Both run one program of ours on files of the catalog's making; running it again changes nothing.
"""

from collections.abc import Iterator
from hashlib import sha256

from components.context import Context
from components.elastic import users
from components.elastic.users import MOUNT
from components.pods import Resources, container, metadata, pod_security, service_account
from rendering.document import Document, to_yaml
from rendering.elastic.places import elasticsearch, kibana

NAME = "elastic-setup"
USER = "setup"
PROGRAM = "setup.py"
FOLDER = "/setup"
RESOURCES = Resources(cpu="50m", memory="128Mi")
_MOST = 900_000
"""Bytes of a ConfigMap, which may have a MiB with its metadata."""
_RETRIES = 6


def documents(context: Context, files: dict[str, str]) -> list[Document]:
    """Account, files and the CronJob, and the Job last; other files make another Job, since a Job cannot be changed."""
    namespace = context.namespaces.logging
    parts = {f"{NAME}-{number}": part for number, part in enumerate(_parts(files))}
    maps: list[Document] = [
        {"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata(name, namespace, NAME), "data": part} for name, part in parts.items()
    ]
    pod = _pod(context, list(parts))
    digest = sha256("\0".join([*(text for item in sorted(files.items()) for text in item), to_yaml(pod)]).encode()).hexdigest()[:10]
    job: Document = {"backoffLimit": _RETRIES, "activeDeadlineSeconds": 1800, "template": _template(pod, digest)}
    # What is just being put right is not put right a second time.
    again = {"schedule": "*/15 * * * *", "concurrencyPolicy": "Forbid", "successfulJobsHistoryLimit": 1, "failedJobsHistoryLimit": 2}
    cron = {**again, "startingDeadlineSeconds": 300, "jobTemplate": {"spec": job | {"backoffLimit": 1, "activeDeadlineSeconds": 600}}}
    first = metadata(f"{NAME}-{digest}", namespace, NAME)
    first["annotations"] = {"pulumi.com/timeoutSeconds": "1800"}
    return [
        service_account(NAME, namespace),
        *maps,
        {"apiVersion": "batch/v1", "kind": "CronJob", "metadata": metadata(NAME, namespace), "spec": cron},
        {"apiVersion": "batch/v1", "kind": "Job", "metadata": first, "spec": job},
    ]


def _parts(files: dict[str, str]) -> Iterator[dict[str, str]]:
    """The files in their order, as many at a time as one ConfigMap holds."""
    part: dict[str, str] = {}
    held = 0
    for name, text in sorted(files.items()):
        size = len(name.encode()) + len(text.encode())
        if part and held + size > _MOST:
            yield part
            part, held = {}, 0
        part[name] = text
        held += size
    yield part


def _template(pod: Document, digest: str) -> Document:
    meta = {"labels": metadata(NAME, "")["labels"], "annotations": {"observatory.dev/configuration": digest}}
    return {"metadata": meta, "spec": pod}


def _pod(context: Context, parts: list[str]) -> Document:
    known = {
        "ELASTICSEARCH_URL": elasticsearch(context.namespaces),
        "KIBANA_URL": kibana(context.namespaces),
        "ELASTICSEARCH_USER": USER,
        "ELASTICSEARCH_PASSWORD_FILE": f"{MOUNT}/password",
        "CA_FILE": f"{MOUNT}/ca.crt",
        "PYTHONDONTWRITEBYTECODE": "1",
    }
    main = container(
        "setup",
        context.images.image("python"),
        RESOURCES,
        {},
        command=["python", f"{FOLDER}/{PROGRAM}"],
        env=[{"name": name, "value": value} for name, value in known.items()],
        volumeMounts=[users.mount(), {"name": "files", "mountPath": FOLDER, "readOnly": True}],
    )
    pod: Document = {
        "serviceAccountName": NAME,
        "automountServiceAccountToken": False,
        "enableServiceLinks": False,
        "restartPolicy": "Never",
        "securityContext": pod_security(),
        "containers": [main],
        "volumes": [
            users.volume(USER),
            {"name": "files", "projected": {"sources": [{"configMap": {"name": name}} for name in parts]}},
        ],
    }
    if context.images.pull_secrets:
        pod["imagePullSecrets"] = context.images.pull_references
    return pod
