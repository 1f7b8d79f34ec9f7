"""What may be written on the command line: commands, their arguments, and the help that lists the settings."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Mapping

from kunskapsgraf import __version__
from kunskapsgraf.graph import formats
from kunskapsgraf.options import SETTINGS
from kunskapsgraf.settings import Settings

Run = Callable[[argparse.Namespace, Settings], int]


def parser(run: Mapping[str, Run]) -> argparse.ArgumentParser:
    """Make the parser; ``run`` gives for each command what carries it out."""
    table = "\n".join(f"  {row.variable:28} {row.help} [{row.default}]" for row in SETTINGS)
    made = argparse.ArgumentParser(
        prog="kunskapsgraf",
        description="Build, query and serve the knowledge graph.",
        epilog=f"settings, read from the environment:\n{table}\n\nexit codes:\n  0 done, 1 sources, 2 usage, "
        "3 no snapshot, 4 no answer, 5 another build is running, 6 no room on the disk",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    made.add_argument("--version", action="version", version=f"kunskapsgraf {__version__}")
    commands = made.add_subparsers(title="commands", required=True, metavar="COMMAND")

    def command(name: str, text: str) -> argparse.ArgumentParser:
        found = commands.add_parser(name, help=text, description=text)
        found.set_defaults(run=run[name])
        return found

    for name, text in (
        (
            "build",
            "Read, check, reason and write a snapshot, then let it be served; with KUNSKAPSGRAF_STORE, in the engine.",
        ),
        ("check", "Read and check the sources without building."),
    ):
        made_of = command(name, text)
        made_of.add_argument(
            "sources", nargs="?", help="folder with ontology/ and data/ttl/, or any folder of RDF files"
        )
        if name == "build":
            made_of.add_argument(
                "--loaded",
                action="store_true",
                help="build on the graphs that the engine has been loaded with; none is sent",
            )
            made_of.add_argument(
                "--take-over",
                action="store_true",
                help="a build of another machine that seems to run in the engine is dead",
            )
    serve = command("serve", "Serve the graph as SPARQL and linked data.")
    serve.add_argument(
        "--build", action="store_true", help="build first; nothing is done where the sources are unchanged"
    )
    serve.add_argument(
        "--from",
        dest="origin",
        default="",
        metavar="FILE|URL",
        help="serve a pack, or follow the latest.json beside packs, as a replica",
    )
    command("pack", "Make the served snapshot one file that replicas fetch, and point at it.").add_argument(
        "folder", help="where the pack and latest.json are written, such as a folder that a web server shows"
    )
    query = command("query", "Run a SPARQL query from a file, or from standard input with -.")
    query.add_argument("file", help="a file with a query, or -")
    query.add_argument(
        "--format", choices=[f.name for f in formats.FORMATS], help="csv tsv json xml, or ttl nt jsonld rdf for graphs"
    )
    report = command("report", "Run a named report; without a name, list them.")
    report.add_argument("name", nargs="?", help="the report's name")
    report.add_argument(
        "--param", action="append", default=[], metavar="NAME=VALUE", help="a parameter; may be repeated"
    )
    report.add_argument(
        "--format",
        choices=["table", "md", "csv", "xlsx", "json", "svg"],
        default="",
        help="how the rows are written; svg is the chart [by the file's name, else table at a terminal and md in a pipe]",
    )
    report.add_argument("--output", default="", metavar="FILE", help="write to a file, whole or not at all")
    report.add_argument("--sort", default="", metavar="COLUMN", help="sort by a column, with - before it the other way")
    report.add_argument("--filter", default="", metavar="WORDS", help="only the rows with all of the words")
    report.add_argument("--bom", action="store_true", help="a byte order mark before CSV, by which Excel knows UTF-8")
    explain = command("explain", "Say why a statement holds, or with --not why it does not follow.")
    for name, text in (
        ("subject", "such as kommun/sala"),
        ("predicate", "such as a, or kg:erbjuder"),
        ("object", "such as kg:Kommun"),
    ):
        explain.add_argument(name, help=text)
    explain.add_argument(
        "--not", dest="absent", action="store_true", help="which rules could conclude it, and what is missing"
    )
    explain.add_argument("--more", type=int, default=0, metavar="N", help="show at most N further proofs")
    explain.add_argument("--format", choices=["text", "json", "ttl"], default="text", help="how it is written [text]")
    impact = command("impact", "Say which derived statements a change of one data file adds and takes away.")
    impact.add_argument("file", help="a file of the sources, or with --source one to put there")
    impact.add_argument("--source", default="", help="the source that a new or changed file is for")
    impact.add_argument("--remove", action="store_true", help="take the file away")
    impact.add_argument("--format", choices=["text", "json"], default="text", help="how it is written [text]")
    _tables(command)
    _engines(command)
    export = command("export", "Write every page and every format as files that any web server can serve.")
    export.add_argument("folder", help="a new or empty folder, or one that holds an earlier export")
    export.add_argument("--address", required=True, metavar="URL", help="where the files will be published")
    command("token", "Make a token for someone who may write, and its pair for KUNSKAPSGRAF_WRITERS.").add_argument(
        "name", help="the writer's name: letters, digits, . _ -"
    )
    command("info", "Show version, counts per graph and classes.")
    return made


def _tables(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Add the commands for tables that somebody brings."""
    brought = command("import", "Turn a table of services into a source, or tell which of its rows are wrong.")
    brought.add_argument("file", help="a list as .xlsx or .csv, with the headings of the template")
    brought.add_argument("--mall", choices=["utbud"], default="utbud", help="the template that it follows [utbud]")
    brought.add_argument("--sources", default="", metavar="FOLDER", help="the sources that it is for")
    brought.add_argument("--name", default="", help="the list's name, where it does not say")
    brought.add_argument("--organisation", default="", help="who says it: an organisation, no person")
    brought.add_argument("--date", default="", metavar="YYYY-MM-DD", help="the day that it holds for")
    brought.add_argument(
        "--source", default="", metavar="SLUG", help="the source's name in addresses [from the list's]"
    )
    where = brought.add_mutually_exclusive_group()
    where.add_argument("--preview", action="store_true", help="only tell what would change; so without --write too")
    where.add_argument("--write", action="store_true", help="write it to the data of the sources")
    where.add_argument("--output", default="", metavar="FILE.ttl", help="write it to this file")
    brought.add_argument("--replace", action="store_true", help="it takes the place of a table of another file name")
    brought.add_argument("--follows", action="store_true", help="also tell which conclusions appear and disappear")
    empty = command("mall", "Write the empty template of a table, with the choices of the graph.")
    empty.add_argument("template", nargs="?", choices=["utbud"], default="utbud", help="which template [utbud]")
    empty.add_argument("--sources", default="", metavar="FOLDER", help="the sources whose choices it offers")
    empty.add_argument("--output", default="utbud.xlsx", metavar="FILE.xlsx", help="where it is written [utbud.xlsx]")


def _engines(command: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """Commands that speak to somebody's own engine."""
    inside = command("infer", "Infer inside another SPARQL 1.1 engine, into one of its graphs.")
    inside.add_argument(
        "endpoint", help="address that answers queries, and takes updates unless --update names another"
    )
    inside.add_argument("--update", default="", metavar="URL", help="address that takes updates")
    inside.add_argument("--graph", default="", metavar="IRI", help="graph for what is inferred [graf/harledd]")
    inside.add_argument("--replace", action="store_true", help="the graph holds an earlier result, which is replaced")
    inside.add_argument(
        "--data", action="append", default=[], metavar="IRI", help="a graph to read, or default; may be repeated [all]"
    )
    inside.add_argument("--clean", action="store_true", help="only take away what runs that were cut off left")
    tried = command("verify-store", "Check whether a SPARQL 1.1 engine keeps what the service rests on.")
    tried.add_argument("endpoint", help="address that answers queries, and takes updates unless --update names another")
    tried.add_argument("--update", default="", metavar="URL", help="address that takes updates")
    tried.add_argument("--data", default="", metavar="URL", help="address of the Graph Store Protocol")
    tried.add_argument(
        "--engine",
        default="other",
        choices=["oxigraph", "virtuoso", "fuseki", "other"],
        help="which engine it is [other]",
    )
    tried.add_argument(
        "--only", action="append", default=[], metavar="NAME", help="a check or a group of them; may be repeated [all]"
    )
    tried.add_argument("--format", default="text", choices=["text", "json"], help="how it is told [text]")
    tried.add_argument("--clean", action="store_true", help="only take away what runs that were cut off left")
