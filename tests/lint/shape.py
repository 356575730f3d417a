#!/usr/bin/env python3
"""The shape of the code: functions of 70 lines at most, .c files of 500, the product's headers of 200, and no call that is banned.

Banned in the product: calls without a length or an error (strcpy, sprintf, atoi, …), and exit() outside cli. Banned in tests: any
sleep, for a test waits for a condition with a deadline.
"""
import pathlib
import re
import sys

FUNCTION_LINES, SOURCE_LINES, HEADER_LINES = 70, 500, 200
BANNED = "strcpy strcat sprintf vsprintf strtok atoi atol atoll atof gets"
LEAVING = "exit _exit quick_exit"
SLEEPING = "sleep usleep nanosleep clock_nanosleep"
COMMENT_OR_TEXT = re.compile(r'/\*.*?\*/|//[^\n]*|"(?:\\.|[^"\\\n])*"|\'(?:\\.|[^\'\\\n])*\'', re.S)


def code_only(text):
    """The text without comments and strings; lines stay where they are."""
    return COMMENT_OR_TEXT.sub(lambda found: "\n" * found.group().count("\n") or " ", text)


def functions(lines):
    """(line of its opening brace, lines from brace to brace) of every function: both braces stand in the first column."""
    begun = None
    for number, line in enumerate(lines, 1):
        if line.startswith("{"):
            begun = number
        elif line.startswith("}") and begun is not None:
            yield begun, number - begun + 1
            begun = None


def banned_here(path):
    names = SLEEPING.split() if path.parts[0] == "tests" else BANNED.split()
    if path.parts[0] == "src" and path.parts[1] != "cli":
        names += LEAVING.split()
    return re.compile(r"(?<![\w.>])(" + "|".join(names) + r")\s*\(")


def faults_of(path, text):
    code = code_only(text)
    lines = code.split("\n")
    # A header of tests holds fixtures, which is code; one of the product is a promise to be read at a sitting.
    limit = HEADER_LINES if path.suffix == ".h" and path.parts[0] != "tests" else SOURCE_LINES
    if path.suffix != ".def" and text.count("\n") > limit:
        yield f"{path}: {text.count(chr(10))} lines; at most {limit}"
    for number, length in functions(lines):
        if length > FUNCTION_LINES:
            yield f"{path}:{number}: a function of {length} lines; at most {FUNCTION_LINES}"
    pattern = banned_here(path)
    for number, line in enumerate(lines, 1):
        for name in pattern.findall(line):
            yield f"{path}:{number}: {name}() is banned"


def main(root):
    faults, count = [], 0
    for folder in ("src", "include", "tests"):
        for path in sorted((root / folder).rglob("*")):
            if path.suffix in (".c", ".cc", ".h", ".def"):
                count += 1
                faults += faults_of(path.relative_to(root), path.read_text(encoding="utf-8"))
    print("\n".join(faults) or f"{count} files in shape")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()))
