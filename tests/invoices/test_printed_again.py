"""An invoice that is printed again is the same to the byte: in another process, zone, language and order of hashes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PRINT = """
from dataclasses import replace
from hashlib import sha256
from callrouter.invoices.printing.archive import as_zip
from callrouter.invoices.printing.pdf import as_pdf
from callrouter.invoices.printing.spreadsheet import as_csv, as_xlsx
from tests.invoices.made import ISSUED, long_invoice
made = long_invoice(200, simulated=True, name="Línea Ωμέγα Recovery")
printed = [as_pdf(replace(made, issuer="Helpline, Inc.")), as_csv(made), as_xlsx(made)]
printed.append(as_zip([("a.pdf", printed[0]), ("a.csv", printed[1])], ISSUED))
print(*(sha256(document).hexdigest() for document in printed))
"""
# What is started often, and must not wait for the printer.
EVERYDAY = ["callrouter.cli", "server.wsgi", "workers.app", "callrouter.invoices.printing.spreadsheet"]


def python(code: str, **environment: str) -> str:
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **environment},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout


def test_it_is_the_same_in_another_process() -> None:
    here = python(PRINT, PYTHONHASHSEED="1", TZ="UTC", LC_ALL="C.UTF-8")
    there = python(PRINT, PYTHONHASHSEED="2", TZ="Asia/Kathmandu", LC_ALL="de_DE.UTF-8", PYTHONUTF8="1")
    assert len(here.split()) == len(set(here.split())) == 4
    assert here == there


@pytest.mark.parametrize("module", EVERYDAY)
def test_what_is_started_often_does_not_import_the_printer(module: str) -> None:
    code = f"import sys, {module}; print(sorted(sys.modules.keys() & {{'fpdf', 'fontTools', 'PIL'}}))"
    assert python(code).strip() == "[]"
