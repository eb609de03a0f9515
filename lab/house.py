"""How readable the house is, in figures: ``python -m lab.house [FOLDER]`` prints them for a clone of the project.

Files, lines and folders are those of ``edge_agent``; class names are counted in ``edge_agent``, ``lab`` and what lay in
its place before; private words in every Python file, tests too.
"""

from __future__ import annotations

import ast
import io
import re
import sys
import tokenize
from collections import Counter, defaultdict
from pathlib import Path
from statistics import median
from typing import Final

PACKAGE: Final = "edge_agent"
CODE: Final = (PACKAGE, "lab", "benchmarks", "training")
WORDS: Final = frozenset(  # each has a term of the field in its place
    {
        *(
            "told",
            "found",
            "said",
            "kept",
            "asked",
            "docket",
            "casework",
            "belonging",
            "footing",
            "landmarks",
            "glance",
        ),
        *("pulse", "suspicion", "telling", "duty", "duties", "shifts", "lookout", "mouth", "mouths", "phrasebook"),
        *("notebook", "manners", "clerk", "caretaker", "errands", "shortfalls", "strips", "misgivings", "adjusting"),
        *("sweeping", "branching", "certainty", "doubts", "frontier", "splitting", "growing"),
    }
)
WAY_BACK: Final = re.compile(r"way_?back", re.IGNORECASE)


def main() -> None:
    """Print every figure on a line of its own."""
    root = Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parents[1]
    trees = {path: path.read_text(encoding="utf-8") for path in sorted((root / PACKAGE).rglob("*.py"))}
    lines = {path: len(text.splitlines()) for path, text in trees.items()}
    modules = {path: count for path, count in lines.items() if path.name != "__init__.py"}
    folder, siblings = largest_folder(root / PACKAGE)
    figures = {
        "lines": sum(lines.values()),
        "files": len(lines),
        "files that are not package markers": len(modules),
        "median lines of a file": median(lines.values()),
        "median without package markers": median(modules.values()),
        "longest file": max(lines.values()),
        "largest folder": f"{siblings} ({folder.relative_to(root)})",
        "import share, %": round(100 * sum(map(import_lines, trees.values())) / sum(lines.values()), 1),
        "circular imports": len(circles(root, trees)),
        "class names with two owners": len(shared := shared_classes(root)),
        "private words as names": sum((private := private_words(root)).values()),
    }
    for name, figure in figures.items():
        print(f"{name}: {figure}")
    print("shared:", ", ".join(shared) or "none")
    print("private:", ", ".join(f"{word} {count}" for word, count in private.most_common()) or "none")


def largest_folder(package: Path) -> tuple[Path, int]:
    """The folder with the most modules and packages in it, and how many these are."""
    counts: Counter[Path] = Counter()
    for path in package.rglob("*"):
        if (path.suffix == ".py" and path.name != "__init__.py") or (path / "__init__.py").exists():
            counts[path.parent] += 1
    return counts.most_common(1)[0]


def import_lines(text: str) -> int:
    """The lines that import something."""
    nodes = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Import | ast.ImportFrom))
    return sum((node.end_lineno or node.lineno) - node.lineno + 1 for node in nodes)


def circles(root: Path, trees: dict[Path, str]) -> list[set[str]]:
    """Modules that import each other, directly or by way of others, for types alone or not."""
    names = {path: ".".join(path.relative_to(root).with_suffix("").parts).removesuffix(".__init__") for path in trees}
    known = set(names.values())
    needs: dict[str, set[str]] = defaultdict(set)
    for path, text in trees.items():
        for node in ast.walk(ast.parse(text)):
            if isinstance(node, ast.ImportFrom) and node.module:
                full = {f"{node.module}.{each.name}" for each in node.names}
                needs[names[path]] |= (full & known) or ({node.module} & known)
    reached = {name: _reached(name, needs) for name in known}
    circle_list: list[set[str]] = []
    for name in sorted(known):
        circle = {other for other in reached[name] if name in reached[other]}
        if circle and circle not in circle_list:
            circle_list.append(circle)
    return circle_list


def _reached(start: str, needs: dict[str, set[str]]) -> set[str]:
    reached: set[str] = set()
    waiting = [start]
    while waiting:
        fresh = needs[waiting.pop()] - reached
        reached |= fresh
        waiting += fresh
    return reached


def shared_classes(root: Path) -> list[str]:
    """The class names that two files give to different things."""
    owners: dict[str, set[Path]] = defaultdict(set)
    for path in python_files(root, CODE):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef):
                owners[node.name].add(path)
    return sorted(name for name, files in owners.items() if len(files) > 1)


def private_words(root: Path) -> Counter[str]:
    """How often each private word is a name, or a part of one, of a file, class, function or variable."""
    counts: Counter[str] = Counter()
    for path in python_files(root, (*CODE, "tests")):
        names = [path.stem]
        tokens = tokenize.generate_tokens(io.StringIO(path.read_text(encoding="utf-8")).readline)
        names += [token.string for token in tokens if token.type == tokenize.NAME]
        for name in names:
            parts = re.findall(r"[A-Z]?[a-z]+", name)
            counts.update(word for word in (part.lower() for part in parts) if word in WORDS)
            counts.update("way_back" for _ in WAY_BACK.findall(name))
    return counts


def python_files(root: Path, folders: tuple[str, ...]) -> list[Path]:
    """The Python files below some folders, without what a tool has built."""
    return [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]


if __name__ == "__main__":
    main()
