"""Generates clients from the API's description, as users of the API would, and runs the snippets of docs/clients.md.

Run by `cargo xtask schema`: API is the base URL of a running service, TOKEN a user's token, and NODE_MODULES the folder with the
packages of package.json.
"""

import importlib
import os
import re
import shutil
import subprocess
import sys
import uuid
from pathlib import Path

HERE = Path(__file__).parent
ROOT = HERE.parent.parent
DESCRIPTION = ROOT / "docs/openapi.json"
PROGRAMS = Path(os.environ["NODE_MODULES"]) / ".bin"
WORK = Path(sys.argv[1])


def run(*command, **options):
    done = subprocess.run([str(part) for part in command], cwd=WORK, text=True, capture_output=True, timeout=300, **options)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, command))} failed:\n{done.stdout}{done.stderr}")
    return done.stdout + done.stderr


def lint():
    run(PROGRAMS / "redocly", "lint", "--config", HERE / "redocly.yaml", DESCRIPTION)
    run(PROGRAMS / "spectral", "lint", "--ruleset", HERE / "spectral.yaml", "--fail-severity", "warn", DESCRIPTION)


def typescript():
    """The requests in the README have the types that openapi-typescript generates."""
    run(PROGRAMS / "openapi-typescript", DESCRIPTION, "--output", "spaces.d.ts")
    shutil.copy(HERE / "readme.ts", WORK)
    run(PROGRAMS / "tsc", "--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "readme.ts")


def python():
    """openapi-python-client has no warnings, and its client parses problems and API Gateway's own responses."""
    shutil.rmtree(WORK / "spaces_client", ignore_errors=True)
    generate = Path(sys.executable).parent / "openapi-python-client"
    output = run(generate, "generate", "--path", DESCRIPTION, "--output-path", "spaces_client", "--meta", "none")
    if "WARNING" in output:
        sys.exit(f"openapi-python-client warns:\n{output}")
    sys.path.insert(0, str(WORK))
    client = importlib.import_module("spaces_client").Client(base_url=os.environ["API"])
    models = importlib.import_module("spaces_client.models")
    show_space = importlib.import_module("spaces_client.api.spaces.show_space")
    refused = show_space.sync("408ecda3f85181d3abec3720", client=client)
    assert isinstance(refused, models.Problem) and refused.code == "unauthenticated", refused
    gateway = models.Problem.from_dict({"message": "Too Many Requests"})
    assert gateway.message == "Too Many Requests", gateway


def snippets():
    """All snippets send the same request with the same idempotency key, so they print the same id."""
    key = str(uuid.uuid4())
    text = (ROOT / "docs/clients.md").read_text(encoding="utf-8")
    blocks = dict(re.findall(r"^```(sh|js|python|java)\n(.*?)^```", text, re.DOTALL | re.MULTILINE))
    commands = {
        "sh": ["bash", "-euo", "pipefail", "invite.sh"],
        "js": ["node", "invite.mjs"],
        "python": [sys.executable, "invite.py"],
        "java": ["java", "Invite.java"],
    }
    ids = {}
    for language, command in commands.items():
        (WORK / command[-1]).write_text(blocks[language], encoding="utf-8")
        ids[language] = run(*command, env={**os.environ, "KEY": key}).strip()
    if len(set(ids.values())) != 1 or not re.fullmatch("[0-9a-f]{24}", ids["sh"]):
        sys.exit(f"the snippets of docs/clients.md disagree: {ids}")


def breaking():
    """breaking.mjs distinguishes changes that break clients from those that don't."""
    shutil.copy(HERE / "breaking.mjs", WORK)
    run("node", "breaking.mjs", "--try", DESCRIPTION)


for check in (lint, breaking, typescript, python, snippets):
    check()
    print(f"clients: {check.__name__} passed")
