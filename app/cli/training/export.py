"""`flask city export-corrections`: what people have said their reports are about, to learn from.

1. Only words that everybody may read: the masked copies of checked, published reports.
2. Only where somebody is sure: an officer put the category right, or a reporter confirmed the
   outcome. What a sender chose and nobody looked at teaches a model its own mistakes.
3. No row number, reference, date or place: nothing leads back to a report.
4. The file is written row by row beside its place and takes it when it is whole.
"""

import csv
from pathlib import Path

import click

from app.cli.root import city, plain_cells
from app.cli.training.corpus import COLUMNS
from app.core.db import current_session
from app.core.words.masking import WORD
from app.core.words.text import clean_line
from app.reports.queries import sure_texts


@city.command("export-corrections")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_corrections(file: Path) -> None:
    """Write texts with the category that is certain (text,category,lang) to FILE."""
    fresh = file.with_name(f"{file.name}.new")
    count = 0
    try:
        with fresh.open("w", encoding="utf-8", newline="") as stream:
            rows = csv.writer(stream)
            rows.writerow(COLUMNS)
            for text, category, lang in sure_texts(current_session()):
                words = clean_line(text.replace(WORD, " "))
                if words:
                    cells = plain_cells({"text": words, "category": category, "lang": lang})
                    rows.writerow(cells.values())
                    count += 1
        fresh.replace(file)
    except OSError as error:
        raise click.ClickException(f"{file}: {error.strerror}") from None
    click.echo(f"{file}: {count} texts. `flask city train-categories` learns from it with --also.")
