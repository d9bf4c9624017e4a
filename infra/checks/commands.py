"""Checks every `aws` command in the documentation against the AWS CLI: its service, operation and options exist, and none is missing.

`cargo xtask infra` runs it with the Python of the AWS CLI. `commands.py STACK` also runs the commands that only read, in the account of
the environment, with the shell functions that docs/operations.md defines. The rehearsal does that in the emulator.
"""

import pathlib
import re
import subprocess
import sys

from awscli.clidriver import create_clidriver

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCUMENTS = [*sorted((ROOT / "docs").glob("*.md")), *sorted((ROOT / "infra").glob("*.sh"))]
# Only in version 2 of the AWS CLI.
NEWER = {("logs", "tail"), ("configure", "export-credentials")}
# Operations that the emulator lacks, or that need something that the rehearsal doesn't do.
NOT_REHEARSED = {
    ("sqs", "list-message-move-tasks"), ("lambda", "get-account-settings"), ("deploy", "list-deployments"),
    ("budgets", "describe-budgets"), ("cloudtrail", "describe-trails"), ("dynamodb", "list-backups"), ("dynamodb", "wait"),
}
COMMON = {"query", "output", "region", "endpoint-url", "cli-input-json"}
END = re.compile(r"[|;`&>\n)]")


def commands(text):
    """Yields the words of each `aws` command, up to the end of the line, the code span or the part of a pipeline."""
    # In prose, a command may continue on the next line. In a block, it continues after a backslash.
    text = re.sub(r"\\\n\s*", " ", text)
    blocks = re.split(r"```", text)
    for number, part in enumerate(blocks):
        pieces = [part] if number % 2 else [re.sub(r"\s*\n\s*", " ", span) for span in re.findall(r"`([^`]+)`", part)]
        for piece in pieces:
            for start in re.finditer(r"(?<![\w/-])aws (?=[a-z])", piece):
                yield words(piece[start.start():])


def words(text):
    """Splits a command like a shell, as far as needed here: quotes and `$(...)` keep their text together."""
    found, word, quote, depth = [], "", None, 0
    for character in text + "\n":
        if quote is None and depth == 0 and (character.isspace() or END.match(character)):
            if word:
                found.append(word)
            word = ""
            if not character.isspace() or character == "\n":
                return found
            continue
        if quote is None and character in "'\"":
            quote = character
        elif character == quote:
            quote = None
        elif character == "(" and (depth or word.endswith("$")):
            depth += 1
        elif character == ")" and depth:
            depth -= 1
        word += character
    return found


def faults(driver, command):
    """Yields the faults that the AWS CLI would find in a command."""
    names, options = command[1:3], [word.split("=")[0] for word in command[3:] if word.startswith("--")]
    if tuple(names) in NEWER:
        return
    services = driver.create_help_command().command_table
    if names[0] not in services:
        yield f"no service {names[0]}"
        return
    service = services[names[0]].create_help_command().command_table
    if names[1] not in service:
        yield f"no operation {names[1]}"
        return
    operation = service[names[1]]
    if names[1] == "wait":
        operation = operation.create_help_command().command_table[command[3]]
    known = operation.arg_table
    for option in options:
        if option[2:] not in known and option[2:] not in COMMON:
            yield f"no option {option}"
    for name, argument in known.items():
        # In prose, a command may name only the operation.
        if options and argument.required and f"--{name}" not in options:
            yield f"--{name} is missing"


def is_runnable(command):
    """Returns whether a command only reads and has no placeholders."""
    text = " ".join(command)
    reads = re.match(r"(describe|get|list|receive)-", command[2])
    placeholders = re.search(r"[<…]|\bID\b|ARN\b|NAME\b|\$id|\$1|\$\{|\$SECRET|example\.com", text)
    return bool(reads and not placeholders and tuple(command[1:3]) not in NOT_REHEARSED)


def functions():
    """Returns the shell functions that docs/operations.md defines, each up to its closing brace."""
    found, is_inside = [], False
    for line in (ROOT / "docs/operations.md").read_text().splitlines():
        is_inside = is_inside or re.match(r"\w+\(\) \{", line)
        if is_inside:
            found.append(line)
            is_inside = not re.match(r"\}|.*; \}|.*\}( *#.*)?$", line) or line.rstrip().endswith(",")
    return "\n".join(found)


def shorthands(text):
    """Yields the calls of these functions in prose: `mappings OUTPUT; count OUTPUT`."""
    for span in re.findall(r"`([^`]+)`", "".join(text.split("```")[::2])):
        for part in re.sub(r"\s*\n\s*", " ", span).split("; "):
            if re.match(r"(mappings|count|look|metric) [\w\"/$]", part) and not re.search(r"[<…]|MailEventDeadLetters/", part):
                yield part


def main():
    driver = create_clidriver()
    found = [(path.name, command) for path in DOCUMENTS for command in commands(path.read_text())]
    wrong = [f"{name}: {' '.join(command)}: {fault}" for name, command in found for fault in faults(driver, command)]
    if len(found) < 40:
        wrong.append(f"only {len(found)} commands were found")
    runnable = {" ".join(command) for _, command in found if len(command) > 3 and is_runnable(command)}
    runnable = sorted(runnable | {each for path in DOCUMENTS for each in shorthands(path.read_text())})
    for stack in sys.argv[1:]:
        for command in runnable:
            # Version 1 of the AWS CLI ignores the endpoint for SQS in the environment.
            aws = 'aws() { command aws --endpoint-url "$AWS_ENDPOINT_URL" "$@"; }'
            script = f"set -eu\nSTACK={stack}\n{aws}\n{functions()}\n{command} > /dev/null"
            done = subprocess.run(["bash", "-c", script], capture_output=True, text=True, check=False)
            if done.returncode != 0 or done.stderr.strip():
                wrong.append(f"{command}: {done.stderr.strip()}")
        print(f"{len(runnable)} commands from the documentation were run")
    for fault in wrong:
        print(fault, file=sys.stderr)
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
