"""Writes and reads TUF repositories with python-tuf: its Metadata API and its ngclient over files in memory."""

import base64
import json
import shutil
import tempfile
from datetime import datetime, timezone
from functools import lru_cache
from pathlib import Path
from urllib.parse import quote

from batch import answer_each
from cryptography.hazmat.primitives.serialization import load_pem_private_key
from securesystemslib.signer import CryptoSigner, SSlibKey
from tuf.api.exceptions import DownloadHTTPError
from tuf.api.metadata import (
    DelegatedRole,
    Delegations,
    Metadata,
    MetaFile,
    Root,
    Snapshot,
    SuccinctRoles,
    TargetFile,
    Targets,
    Timestamp,
)
from tuf.ngclient import Updater
from tuf.ngclient.fetcher import FetcherInterface

metadata_url = "https://repository.example/metadata/"


class MemoryFetcher(FetcherInterface):
    """Serves files from memory; what is not there is a 404."""

    def __init__(self, files):
        self.files = files

    def _fetch(self, url):
        name = url[len(metadata_url) :]
        if name not in self.files:
            raise DownloadHTTPError(f"no {name}", 404)
        return iter([base64.b64decode(self.files[name])])


def read(question):
    """Refreshes and looks targets up; says which were found as what, or why a file was refused."""
    folder = tempfile.mkdtemp(dir=memory_folder)
    why = ""
    try:
        try:
            updater = Updater(
                folder,
                metadata_url,
                fetcher=MemoryFetcher(question["files"]),
                bootstrap=base64.b64decode(question["root"]),
            )
            updater._trusted_set.reference_time = datetime.fromtimestamp(question["now"] / 1000, timezone.utc)
            updater.refresh()
        except Exception as error:
            return {"refreshed": False, "lookups": [], "why": describe(error)}
        lookups = []
        for path in question["lookups"]:
            try:
                info = updater.get_targetinfo(path)
                lookups.append(entry(info) if info else "absent")
            except Exception as error:
                why = why or describe(error)
                lookups.append("refused")
        return {"refreshed": True, "lookups": lookups, "why": why}
    finally:
        shutil.rmtree(folder)


def describe(error):
    causes = [error]
    while causes[-1].__cause__ is not None:
        causes.append(causes[-1].__cause__)
    return " < ".join(f"{type(cause).__name__}: {cause}" for cause in causes)


def entry(info):
    hashes = sorted(info.hashes.items())
    return json.dumps(
        [info.length, [list(pair) for pair in hashes], info.custom or {}],
        separators=(",", ":"),
        ensure_ascii=False,
    )


@lru_cache(maxsize=None)
def signer_of(pem, scheme):
    private_key = load_pem_private_key(pem.encode(), None)
    return CryptoSigner(private_key, SSlibKey.from_crypto(private_key.public_key(), scheme=scheme))


def write(question):
    """Writes and signs every file of a blueprint."""
    plan = question["plan"]
    pool = [signer_of(key["pem"], key["scheme"]) for key in question["pool"]]
    expires = datetime.fromisoformat(plan["expires"].replace("Z", "+00:00"))
    files = {}

    def put(name, metadata, signers):
        for signer in signers:
            metadata.sign(pool[signer], append=True)
        files[name] = metadata.to_bytes()
        return files[name]

    def listed(version, content):
        if plan["listHashes"]:
            return MetaFile.from_data(version, content, ["sha256", "sha512"])
        return MetaFile(version)

    before = []
    for index, roles in enumerate(plan["roots"]):
        root = Root(version=index + 1, expires=expires, consistent_snapshot=plan["consistent"])
        for role, planned in roles.items():
            for key in planned["keys"]:
                root.add_key(pool[key].public_key, role)
            root.roles[role].threshold = planned["threshold"]
        put(f"{index + 1}.root.json", Metadata(root), dict.fromkeys(before + roles["root"]["keys"]))
        before = roles["root"]["keys"]
    top = plan["roots"][-1]
    snapshot = Snapshot(version=1, expires=expires, meta={})
    for role in plan["roles"]:
        targets = Targets(
            version=role["version"],
            expires=expires,
            targets={
                path: TargetFile.from_dict(dict(target, hashes=dict(target["hashes"])), path)
                for path, target in role["targets"].items()
            },
            delegations=delegations_of(role, pool),
        )
        content = put(file_name(role["name"], role["version"], plan), Metadata(targets), role["signers"])
        snapshot.meta[role["name"] + ".json"] = listed(role["version"], content)
    content = put(file_name("snapshot", 1, plan), Metadata(snapshot), top["snapshot"]["keys"])
    timestamp = Timestamp(version=1, expires=expires, snapshot_meta=listed(1, content))
    put("timestamp.json", Metadata(timestamp), top["timestamp"]["keys"])
    return {name: base64.b64encode(content).decode() for name, content in files.items()}


def file_name(role, version, plan):
    name = quote(role, "") + ".json"
    return f"{version}.{name}" if plan["consistent"] else name


def delegations_of(role, pool):
    def keyids(planned):
        return [pool[key].public_key.keyid for key in planned["keys"]]

    bins, delegated = role.get("bins"), role.get("delegations")
    planned = [bins] if bins else delegated or []
    keys = {pool[key].public_key.keyid: pool[key].public_key for each in planned for key in each["keys"]}
    if bins:
        succinct = SuccinctRoles(keyids(bins), bins["threshold"], bins["bitLength"], bins["namePrefix"])
        return Delegations(keys, succinct_roles=succinct)
    if delegated:
        roles = {
            each["name"]: DelegatedRole(
                each["name"],
                keyids(each),
                each["threshold"],
                each["terminating"],
                each.get("paths"),
                each.get("prefixes"),
            )
            for each in delegated
        }
        return Delegations(keys, roles=roles)
    return None


memory_folder = "/dev/shm" if Path("/dev/shm").is_dir() else None
answers = {"read": read, "write": write}
answer_each(lambda question: answers[question["kind"]](question))
