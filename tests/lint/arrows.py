#!/usr/bin/env python3
"""Includes point down the list of rooms: reads the tf_room() lines of CMakeLists.txt and fails on any other include.

A room may include its own files, its own public headers, and the public headers of the rooms it NEEDS. A header in
include/taxflow/ belongs to the room whose tf_room() names it (HEADERS) and may include what that room may. A private header may not be
included from another room. A test stands in the place of the room it tests.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'^\s*#\s*include\s+"([^"]+)"', re.M)


def rooms(root):
    """({room: rooms it may see, itself among them}, {public header: its room})."""
    text = re.sub(r"#.*", "", (root / "CMakeLists.txt").read_text(encoding="utf-8"))
    found, owners = {}, {}
    for name, rest in re.findall(r"^\s*tf_room\((\S+)([^)]*)\)", text, re.M):
        needs = re.search(r"NEEDS\s+(.*?)(?:\bLIBS\b|$)", rest, re.S)
        headers = re.search(r"HEADERS\s+(.*?)(?:\bNEEDS\b|\bLIBS\b|$)", rest, re.S)
        found[name] = {name, *(needs.group(1).split() if needs else [])}
        owners.update({header: name for header in (headers.group(1).split() if headers else [])})
    return found, owners


def room_of(path, names):
    """The room a file below src/ or tests/<kind>/ stands in; the longest name wins."""
    parts = "/".join(path.parts)
    return max((name for name in names if parts.startswith(name + "/")), key=len, default=None)


def places(root, path, room, test_kind):
    """Where a private include may be found."""
    yield path.parent
    yield root / "src" / room
    if test_kind:
        yield root / "src" / path.parent.relative_to(root / "tests" / test_kind)
        yield root / "tests"


def check_include(root, path, room, name, allowed, owners, test_kind):
    """What is wrong with one include, or None."""
    if name.startswith("taxflow/"):
        owner = owners.get(pathlib.PurePath(name).name)
        if owner is None:
            return f"includes {name}, which no room owns: add it to the HEADERS of its tf_room()"
        return None if owner in allowed else f"room {room} may not see room {owner}: {name}"
    found = [folder / name for folder in places(root, path, room, test_kind) if (folder / name).is_file()]
    if not found:
        return f'"{name}" is not a file of room {room}'
    inside = found[0].resolve()
    home = [root / "src" / room] + ([root / "tests"] if test_kind else [])
    if not any(inside.is_relative_to(folder) for folder in home):
        return f'"{name}" is private to another room'
    return None


def sources(root, names, owners):
    """(file, its room, the kind of test or None)."""
    for path in sorted((root / "src").rglob("*")):
        if path.suffix in (".c", ".cc", ".h", ".def"):
            yield path, room_of(path.relative_to(root / "src"), names), None
    for path in sorted((root / "include" / "taxflow").iterdir()):
        yield path, owners.get(path.name), None
    for kind in ("unit", "integration", "conformance", "bench", "fuzz"):
        for path in sorted((root / "tests" / kind).rglob("*.[ch]")):
            room = room_of(path.relative_to(root / "tests" / kind), names)
            if room:
                yield path, room, kind


def main(root):
    (graph, owners), faults = rooms(root), []
    order = list(graph)
    for name in order:
        for need in graph[name] - {name}:
            if need not in order[:order.index(name)]:
                faults.append(f"CMakeLists.txt: room {name} needs {need}, which does not stand above it in the list")
    for path, room, kind in sources(root, graph, owners):
        where = path.relative_to(root)
        if room not in graph:
            faults.append(f"{where}: belongs to no room")
            continue
        for name in INCLUDE.findall(path.read_text(encoding="utf-8")):
            fault = check_include(root, path, room, name, graph[room], owners, kind)
            if fault:
                faults.append(f"{where}: {fault}")
    print("\n".join(faults) or f"{len(graph)} rooms, every include points down")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main(pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else pathlib.Path(__file__).parents[2]).resolve()))
