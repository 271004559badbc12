"""Reading YAML and CSV so that every fault is found, with its file and row, in one pass.

1. Every scalar is read as text; numbers, dates and flags are parsed where they are asked for.
   "06652" stays "06652", `no` stays "no".
2. An accessor that meets a fault notes it and returns a harmless value: reading goes on.
3. Keys that nobody asks for are faults (they are mostly misspelt ones).
4. Text must be in the Unicode form NFC.
"""

import csv
import json
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import yaml

CODE = r"[A-Za-z0-9][A-Za-z0-9_.-]*"
MAIL = r"[^@\s]+@[^@\s]+\.[^@\s]+"


@dataclass(frozen=True, kw_only=True)
class Problem:
    """One fault: file, row (0 = the file as a whole), where in it, and what is wrong."""

    file: str
    row: int
    where: str
    text: str

    def __str__(self) -> str:
        place = f"{self.file}:{self.row}" if self.row else self.file
        return f"{place}: {self.where}: {self.text}" if self.where else f"{place}: {self.text}"


class PackInvalid(Exception):  # noqa: N818 - a state of the pack, shown as a list
    """All faults of a pack."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


@dataclass
class Reading:
    """One pass over a folder: its languages, faults, and what is marked illustrative."""

    folder: Path
    languages: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    illustrative: list[str] = field(default_factory=list)

    def fault(self, text: str, *, file: str, row: int = 0, where: str = "") -> None:
        """Note a fault."""
        self.problems.append(Problem(file=file, row=row, where=where, text=text))

    def yaml(self, file: str) -> "Node":
        """Read a YAML file whose root is a mapping."""
        value: object = {}
        try:
            with (self.folder / file).open(encoding="utf-8") as stream:
                value = yaml.load(stream, _Loader)  # noqa: S506 - builds strings only
        except OSError:
            self.fault("is missing", file=file)
        except UnicodeDecodeError:
            self.fault("is not UTF-8", file=file)
        except yaml.MarkedYAMLError as error:
            row = error.problem_mark.line + 1 if error.problem_mark else 0
            self.fault(f"is not YAML: {error.problem or error.context}", file=file, row=row)
        if not isinstance(value, dict):
            self.fault("must be a mapping", file=file)
            value = {}
        return Node(self, value, file=file, row=1, where="")

    def table(self, file: str, columns: Sequence[str]) -> Iterator["Node"]:
        """Yield the rows of a CSV file that must have just these columns."""
        try:
            with (self.folder / file).open(encoding="utf-8", newline="") as stream:
                rows = csv.DictReader(stream, strict=True)
                if tuple(rows.fieldnames or ()) != tuple(columns):
                    self.fault(f"columns must be {','.join(columns)}", file=file, row=1)
                    return
                for row in rows:
                    where = str(row.get(columns[0]) or "")
                    if None in row or None in row.values():
                        text = f"must have {len(columns)} columns"
                        self.fault(text, file=file, row=rows.line_num, where=where)
                        continue
                    filled = {key: value for key, value in row.items() if value != ""}
                    yield Node(self, filled, file=file, row=rows.line_num, where=where)
        except OSError:
            self.fault("is missing", file=file)
        except (UnicodeDecodeError, csv.Error) as error:
            self.fault(f"is not a CSV file in UTF-8: {error}", file=file)

    def geojson(self, file: str) -> list["Node"]:
        """Return the features of a GeoJSON file, each as a Node of its properties + geometry."""
        try:
            document = json.loads((self.folder / file).read_text(encoding="utf-8"))
            features = document["features"]
            return [
                Node(
                    self,
                    {**feature["properties"], "geometry": feature["geometry"]},
                    file=file,
                    row=0,
                    where=f"features[{index}]",
                )
                for index, feature in enumerate(features)
            ]
        except OSError:
            self.fault("is missing", file=file)
        except (ValueError, KeyError, TypeError) as error:
            self.fault(f"is not a GeoJSON FeatureCollection: {error}", file=file)
        return []


class Node:
    """A mapping of the pack with its place; accessors check and parse."""

    def __init__(
        self, reading: Reading, value: dict[str, Any], *, file: str, row: int, where: str
    ) -> None:
        self.reading = reading
        self.value = value
        self.file, self.row, self.where = file, row, where

    def fault(self, text: str, key: str = "") -> None:
        """Note a fault of this mapping or of one key."""
        where = ".".join(part for part in (self.where, key) if part)
        self.reading.fault(text, file=self.file, row=self.row, where=where)

    def only(self, *keys: str) -> None:
        """Refuse keys that are not in `keys`."""
        for key in self.value.keys() - set(keys):
            self.fault("is not a known key", str(key))

    def has(self, key: str) -> bool:
        """Tell whether the key is there and not empty."""
        return self.value.get(key) not in (None, "", "null")

    def text(
        self, key: str, default: str | None = None, *, pattern: str = r"(?s).+", limit: int = 2_000
    ) -> str:
        """Return a text of at most `limit` characters; missing without a default is a fault."""
        value = self.value.get(key) if self.has(key) else default
        if value is None:
            self.fault("is missing", key)
            return ""
        if not isinstance(value, str) or not re.fullmatch(pattern, value):
            self.fault("is not valid" if isinstance(value, str) else "must be a text", key)
            return default or ""
        if len(value) > limit or unicodedata.normalize("NFC", value) != value:
            self.fault(f"must be in NFC and at most {limit} characters", key)
        return value

    def code(self, key: str = "code", *, limit: int = 32) -> str:
        """Return a code."""
        return self.text(key, pattern=CODE, limit=limit)

    def optional(self, key: str, *, pattern: str = r"(?s).+", limit: int = 2_000) -> str | None:
        """Return a text, or None where there is none."""
        return self.text(key, pattern=pattern, limit=limit) if self.has(key) else None

    def choice(self, key: str, allowed: Sequence[str], default: str | None = None) -> str:
        """Return one of the allowed words."""
        value = self.text(key, default)
        if value and value not in allowed:
            self.fault(f"must be one of {', '.join(allowed)}", key)
            return allowed[0]
        return value or allowed[0]

    def flag(self, key: str, *, default: bool) -> bool:
        """Return true or false; CSV may say yes or no."""
        value = self.text(key, "true" if default else "false").lower()
        if value not in {"true", "false", "yes", "no"}:
            self.fault("must be true or false", key)
        return value in {"true", "yes"}

    def number(self, key: str, *, low: float, high: float, default: float | None = None) -> float:
        """Return a number from low to high."""
        value = self.text(key, None if default is None else str(default))
        try:
            number = float(value or low)
        except ValueError:
            number = float("nan")
        if not low <= number <= high:
            self.fault(f"must be a number from {low:g} to {high:g}", key)
            return low
        return number

    def day(self, key: str) -> date | None:
        """Return a date (YYYY-MM-DD), or None where there is none."""
        value = self.optional(key)
        try:
            return date.fromisoformat(value) if value else None
        except ValueError:
            self.fault("must be a date, YYYY-MM-DD", key)
            return None

    def texts(self, key: str, *, pattern: str = r"(?s).+") -> tuple[str, ...]:
        """Return a list of texts; empty where the key is missing."""
        value = self.value.get(key, [])
        if not isinstance(value, list) or not all(
            isinstance(item, str) and re.fullmatch(pattern, item) for item in value
        ):
            self.fault("must be a list of texts", key)
            return ()
        return tuple(value)

    def words(self, key: str, *, limit: int = 500) -> dict[str, str]:
        """Return {lang: text} in just the languages of the pack."""
        node = self.child(key)
        node.only(*self.reading.languages)
        return {lang: node.text(lang, limit=limit) for lang in self.reading.languages}

    def word_columns(self, column: str) -> dict[str, str]:
        """Return {lang: text} from a CSV row: `name` is the first language, `name_xx` the rest."""
        return {
            lang: self.text(f"{column}_{lang}" if position else column, limit=200)
            for position, lang in enumerate(self.reading.languages)
        }

    def child(self, key: str, *, required: bool = True) -> "Node":
        """Return a mapping below this one (empty where it is missing)."""
        value = self.value.get(key)
        if value is None and required:
            self.fault("is missing", key)
        elif value is not None and not isinstance(value, dict):
            self.fault("must be a mapping", key)
        return self.below(value if isinstance(value, dict) else {}, key)

    def children(self, key: str = "") -> dict[str, "Node"]:
        """Return the named mappings below `key` (or below this node)."""
        node = self.child(key) if key else self
        found = {}
        for name, value in node.value.items():
            if isinstance(value, dict):
                found[str(name)] = node.below(value, str(name))
            else:
                node.fault("must be a mapping", str(name))
        return found

    def items(self, key: str, *, required: bool = False) -> list["Node"]:
        """Return the mappings of a list."""
        value = self.value.get(key)
        if value is None:
            if required:
                self.fault("is missing", key)
            return []
        if not isinstance(value, list) or not all(isinstance(item, dict) for item in value):
            self.fault("must be a list of mappings", key)
            return []
        return [self.below(item, f"{key}[{index}]") for index, item in enumerate(value)]

    def illustrative(self, *, default: bool = False) -> bool:
        """Return the mark; what is marked here is listed until the operator confirms it."""
        if not self.has("illustrative"):
            return default
        marked = self.flag("illustrative", default=False)
        if marked:
            self.reading.illustrative.append(f"{self.file}: {self.where}".rstrip(": "))
        return marked

    def below(self, value: dict[str, Any], key: str) -> "Node":
        """Return a mapping as a node below this one."""
        where = ".".join(part for part in (self.where, key) if part)
        row = getattr(value, "row", self.row)
        return Node(self.reading, value, file=self.file, row=row, where=where)


class _Located(dict[str, Any]):
    """A mapping that remembers its row."""

    row = 0


class _Loader(yaml.BaseLoader):
    """Builds strings, lists and located mappings; a repeated key is an error."""

    def construct_located(self, node: yaml.MappingNode) -> _Located:
        located = _Located()
        located.row = node.start_mark.line + 1
        for key_node, value_node in node.value:
            key = self.construct_object(key_node, deep=True)
            if key in located:
                raise yaml.constructor.ConstructorError(
                    None, None, f"the key {key} is there twice", key_node.start_mark
                )
            located[str(key)] = self.construct_object(value_node, deep=True)
        return located


_Loader.add_constructor("tag:yaml.org,2002:map", _Loader.construct_located)
