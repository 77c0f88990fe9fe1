"""Elasticsearch's own specification as judge: documents become typed literals, and TypeScript says what its types do not allow.

The client `@elastic/elasticsearch` carries types that are generated from Elasticsearch's specification. A literal may have no key
that its type lacks, and no value outside of an enumeration. Where a type of theirs lets any key pass (an index's settings), ours leaves
that out.
"""

import json
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from local import npm

# Path and name parameters, and what only the client knows, are no part of the body.
PRELUDE = """
import type * as T from './types'
type Body<R, Path extends string = never> = Omit<R, Path | 'body' | 'querystring' | 'master_timeout' | 'timeout' | keyof T.RequestBase>
type Settings = { index: Omit<T.IndicesIndexSettingsKeys, 'index' | 'settings'> & { requests?: { cache: { enable: boolean } } } }
type Template = Omit<T.IndicesPutIndexTemplateIndexTemplateMapping, 'settings'> & { settings?: Settings }
export type Lifecycle = Body<T.IlmPutLifecycleRequest, 'name'>
export type Component = Omit<Body<T.ClusterPutComponentTemplateRequest, 'name' | 'create' | 'cause'>, 'template'> & { template: Template }
export type IndexTemplate = Omit<Body<T.IndicesPutIndexTemplateRequest, 'name' | 'create' | 'cause'>, 'template'> & { template: Template }
export type Index = Omit<Body<T.IndicesCreateRequest, 'index' | 'wait_for_active_shards'>, 'settings'> & { settings?: Settings }
type Indices = Omit<T.SecurityIndicesPrivileges, 'privileges'> & { privileges: IndexPrivilege[] }
type RoleBody = Omit<Body<T.SecurityPutRoleRequest, 'name' | 'refresh'>, 'cluster' | 'indices'>
export type Role = RoleBody & { cluster?: ClusterPrivilege[]; indices?: Indices[] }
export type Repository = T.SnapshotRepository
export type SnapshotPolicy = Body<T.SlmPutLifecycleRequest, 'policy_id'>
export type Pipeline = Body<T.IngestPutPipelineRequest, 'id' | 'if_version'>
"""
PATHS = {
    r"/_ilm/policy/[^/]+": "Lifecycle",
    r"/_component_template/[^/]+": "Component",
    r"/_index_template/[^/]+": "IndexTemplate",
    r"/_security/role/[^/]+": "Role",
    r"/_snapshot/[^/]+": "Repository",
    r"/_slm/policy/[^/]+": "SnapshotPolicy",
    r"/_ingest/pipeline/[^/]+": "Pipeline",
    r"/[a-z0-9][^/]*": "Index",
}
"""Which type judges what is put at a path."""


def kind(path: str) -> str:
    """The type for a path; ValueError where the API has no such path."""
    for pattern, name in PATHS.items():
        if re.fullmatch(pattern, path):
            return name
    raise ValueError(f"nothing is known of {path}")


def _privileges(types: str) -> str:
    """Privileges by name: theirs end with `| string`, which lets a misspelt one pass."""
    found = ""
    for ours in ("ClusterPrivilege", "IndexPrivilege"):
        said = re.search(rf"^export type Security{ours} = (.*);$", types, re.MULTILINE)
        assert said, f"the client no longer lists Security{ours}"
        names = " | ".join(re.findall(r"'[a-z_:]+'", said[1]))
        found += f"type {ours} = {names}\n"
    return found


def judge(documents: Iterable[tuple[str, Any]], folder: Path) -> list[list[str]]:
    """What is wrong with each document, in its order; `documents` are the path that each is put at, and the document."""
    types = npm.package("@elastic/elasticsearch", print) / "lib" / "api" / "types.d.ts"
    text = types.read_text()
    (folder / "types.d.ts").write_text(text)
    (folder / "judge.ts").write_text(PRELUDE + _privileges(text))
    found: list[list[str]] = []
    for number, (path, document) in enumerate(documents):
        literal = json.dumps(document, indent=1, ensure_ascii=False)
        (folder / f"d{number}.ts").write_text(f"import type * as J from './judge'\nexport const it: J.{kind(path)} = {literal}\n")
        found.append([])
    options: dict[str, Any] = {
        "strict": True,
        "noEmit": True,
        "skipLibCheck": True,
        "types": [],
        "module": "esnext",
        "moduleResolution": "bundler",
        "target": "es2022",
    }
    (folder / "tsconfig.json").write_text(json.dumps({"compilerOptions": options, "include": ["*.ts"]}))
    compiler = npm.package("typescript", print) / "bin" / "tsc"
    run = subprocess.run([npm.node(), compiler, "-p", folder, "--pretty", "false"], capture_output=True, text=True, check=False)
    for line in run.stdout.splitlines():
        if match := re.match(r"(?:.*/)?d(\d+)\.ts\((\d+),\d+\): error (.*)", line):
            at = (folder / f"d{match[1]}.ts").read_text().splitlines()[int(match[2]) - 1].strip()
            found[int(match[1])].append(f"{at[:80]}: {match[3]}")
        elif re.match(r"\S.*error TS", line):
            raise AssertionError(line)
    return found
