"""What the command line says of itself: help pages, and one sentence for each usage error. Loaded for these only."""

import os
from collections.abc import Iterable, Iterator, Sequence
from difflib import get_close_matches
from typing import Any
from unicodedata import east_asian_width

from yima.i18n import _


def sentence(error: Any, ctx: Any, given: list[str]) -> str:
    """A usage error of typer in our words, told by its attributes: its classes are private, its messages may be reworded."""
    if hasattr(error, "possibilities"):
        return no_option(error.option_name, error.possibilities or (), ctx)
    if hasattr(error, "option_name"):
        param = next(p for p in ctx.command.get_params(ctx) if error.option_name in (*p.opts, *p.secondary_opts))
        return no_value(error.option_name, param.nargs, ctx) if takes_value(param) else not_a_value(error.option_name, ctx)
    param = getattr(error, "param", None)
    if param is None:
        return _("This is not understood; see `{help}`.").format(help=help_of(ctx))
    if hasattr(error, "param_type"):
        return missing(param, ctx)
    return bad_value(param, ctx, given)


def missing(param: Any, ctx: Any) -> str:
    """An argument, or an option that must be given, is not there."""
    if is_option(param):
        return _("{name} must be given; see `{help}`.").format(name=name_of(param), help=help_of(ctx))
    return _("{name} is missing; see `{help}`.").format(name=name_of(param), help=help_of(ctx))


def no_option(name: str, near: Iterable[str], ctx: Any) -> str:
    """An option that does not exist, with those that it may be."""
    if near:
        return _("There is no option {name}; is it {near}?").format(name=shown(name), near=either(sorted(near)))
    return _("There is no option {name}; see `{help}`.").format(name=shown(name), help=help_of(ctx))


def no_value(name: str, count: int, ctx: Any) -> str:
    """An option stands without its value or values."""
    if count > 1:
        return _("{name} needs {count} values; see `{help}`.").format(name=name, count=count, help=help_of(ctx))
    return _("{name} needs a value; see `{help}`.").format(name=name, help=help_of(ctx))


def not_a_value(name: str, ctx: Any) -> str:
    """A flag was given a value."""
    return _("{name} takes no value; see `{help}`.").format(name=name, help=help_of(ctx))


def too_many(words: Sequence[str], ctx: Any) -> str:
    """Words are left over."""
    return _("“{words}” was not expected; put what has spaces in quotation marks, see `{help}`.").format(
        words=shown(" ".join(words)), help=help_of(ctx)
    )


def no_command(word: str, ctx: Any) -> str:
    """A command that does not exist, with those that it may be."""
    group = ctx.command
    before = ctx.command_path.partition(" ")[2]
    near = get_close_matches(word, group.list_commands(ctx)) or [name for name in group.table if name.split(" ")[-1] == word]
    name = f"{before} {word}".strip()
    if near:
        return _("There is no command {name}; is it {near}?").format(name=shown(name), near=either(f"{before} {n}".strip() for n in near))
    return _("There is no command {name}; all commands: `{help}`.").format(name=shown(name), help=help_of(ctx))


def no_choice(name: str, choices: Iterable[object], value: object, ctx: Any) -> str:
    """A value that is none of those that are allowed."""
    words = either(str(getattr(choice, "value", choice)) for choice in choices)
    return _("{name} must be {choices}, not “{value}”; see `{help}`.").format(
        name=name, choices=words, value=shown(value), help=help_of(ctx)
    )


def bad_value(param: Any, ctx: Any, given: list[str]) -> str:
    """A value that its type refuses, told by that type's attributes."""
    kind, value = culprit(param, ctx, given)
    if hasattr(kind, "choices"):
        return no_choice(name_of(param), kind.choices, value, ctx)
    words = {"name": name_of(param), "value": shown(value), "help": help_of(ctx)}
    if hasattr(kind, "exists"):
        return path_fault(kind, value).format(**words)
    if hasattr(kind, "min") and is_number(kind, value):
        return range_fault(kind).format(**words, min=kind.min, max=kind.max)
    if is_whole(kind):
        return _("{name} must be a whole number, not “{value}”; see `{help}`.").format(**words)
    if kind.name.startswith("float"):
        return _("{name} must be a number, not “{value}”; see `{help}`.").format(**words)
    if kind.name == "datetime":
        return _("{name} must be a time such as 2026-11-23T14:00, not “{value}”; see `{help}`.").format(**words)
    return _("{name} cannot be “{value}”; see `{help}`.").format(**words)


def culprit(param: Any, ctx: Any, given: list[str]) -> tuple[Any, Any]:
    """The type and the value that were refused; the first value that its type does not take."""
    values = ctx.command.make_parser(ctx).parse_args(args=list(given))[0].get(param.name)
    if values is None:
        values = os.environ.get(param.envvar or "", "")
    rows = values if isinstance(values, list | tuple) and (param.multiple or param.nargs == -1) else [values]
    kinds = getattr(param.type, "types", None)
    pairs = [pair for row in rows for pair in (zip(kinds, row, strict=False) if kinds else [(param.type, row)])]
    return next((pair for pair in pairs if not takes(*pair, param, ctx)), pairs[0])


def takes(kind: Any, value: Any, param: Any, ctx: Any) -> bool:
    """Whether a type takes a value."""
    try:
        kind(value, param, ctx)
    except Exception:
        return False
    return True


def path_fault(kind: Any, value: str) -> str:
    """The sentence, still to be filled in, for a path that its type refuses."""
    if kind.exists and not os.path.exists(value):
        return _("{name}: there is no “{value}”; give the path of something that exists.")
    if not kind.dir_okay and os.path.isdir(value):
        return _("{name}: “{value}” is a folder; give a file.")
    if not kind.file_okay and os.path.isfile(value):
        return _("{name}: “{value}” is a file; give a folder.")
    if kind.writable and not os.access(value, os.W_OK):
        return _("{name}: “{value}” may not be written; choose another place or ask for the right to it.")
    return _("{name}: “{value}” may not be read; ask for the right to it.")


def range_fault(kind: Any) -> str:
    """The sentence, still to be filled in, for a number outside its range."""
    if kind.min is None:
        return _("{name} must be at most {max}, not {value}; see `{help}`.")
    if kind.max is None:
        return _("{name} must be at least {min}, not {value}; see `{help}`.")
    return _("{name} must be between {min} and {max}, not {value}; see `{help}`.")


def is_whole(kind: Any) -> bool:
    return bool(kind.name.startswith("int"))


def is_number(kind: Any, value: Any) -> bool:
    try:
        (int if is_whole(kind) else float)(value)
    except ValueError:
        return False
    return True


def is_option(param: Any) -> bool:
    return bool(param.param_type_name == "option")


def takes_value(param: Any) -> bool:
    return is_option(param) and not param.is_flag and not param.count


def name_of(param: Any) -> str:
    """What a user calls a parameter: `--start`, or CODE."""
    return str(max(param.opts, key=len)) if is_option(param) else str(param.metavar or param.name.upper())


def help_of(ctx: Any) -> str:
    return f"{ctx.command_path} --help"


def either(names: Iterable[str]) -> str:
    return _(" or ").join(names)


def shown(value: object) -> str:
    """What was typed, without control characters and marks that turn the line round."""
    return "".join(sign if sign.isprintable() else "\N{REPLACEMENT CHARACTER}" for sign in str(value))


def usage(ctx: Any) -> str:
    """The usage line, with LF."""
    parts = [_("[OPTIONS]")]
    if hasattr(ctx.command, "table"):
        parts.append(_("COMMAND …"))
    for param in ctx.command.params:
        if not is_option(param) and not param.hidden:
            name = name_of(param) + ("…" if param.nargs != 1 else "")
            parts.append(name if param.required else f"[{name}]")
    return _("Usage: {line}").format(line=" ".join([ctx.command_path, *parts])) + "\n"


def help_page(ctx: Any, width: int) -> str:
    """The help of a command or a group, at most `width` columns wide."""
    command = ctx.command
    is_group = hasattr(command, "table")
    text = command.titles().get(command.name, "") if is_group else command.help or ""
    parts = [usage(ctx), "".join(line + "\n" for line in wrapped(text, width))]
    parts += [section(title, rows, width) for title, rows in (listed(command) if is_group else ())]
    shown_here = [p for p in command.get_params(ctx) if not p.hidden and (p.expose_value or is_group or "--help" in p.opts)]
    parts.append(section(_("Arguments"), [(name_of(p), described(p)) for p in shown_here if not is_option(p)], width))
    parts.append(section(_("Options"), [(written(p), described(p)) for p in shown_here if is_option(p)], width))
    return "\n".join(part for part in parts if part)


def listed(group: Any) -> Iterator[tuple[str, list[tuple[str, str]]]]:
    """The commands of a group by module: (title, [(name, one line)]); those that are hidden are left out."""
    titles = group.titles()
    parts: dict[str, dict[str, str]] = {}
    for name, (module, _function) in group.table.items():
        first, inner, _last = name.partition(" ")
        line = titles.get(first, "") if inner else group.line(name)
        if line:
            parts.setdefault(module if group.name == "yima" else "", {})[first] = line
    for part, rows in parts.items():
        yield titles.get(part, _("Commands")), list(rows.items())


def written(param: Any) -> str:
    """An option as it is typed: `-o, --output FILE`."""
    names = ", ".join(sorted([*param.opts, *param.secondary_opts], key=len))
    if not takes_value(param):
        return names
    return f"{names} {param.metavar or ' '.join(metavar(kind) for kind in getattr(param.type, 'types', [param.type]))}"


def metavar(kind: Any) -> str:
    """What stands for a value of this type."""
    if hasattr(kind, "choices"):
        return "|".join(str(getattr(choice, "value", choice)) for choice in kind.choices)
    if hasattr(kind, "exists"):
        return _("FOLDER") if not kind.file_okay else _("FILE")
    if kind.name.startswith(("int", "float")):
        return _("NUMBER")
    return _("TIME") if kind.name == "datetime" else _("TEXT")


def described(param: Any) -> str:
    """The help of one parameter, with what is to be known beside it."""
    more = []
    if param.required:
        more.append(_("required"))
    if not is_option(param) and hasattr(param.type, "choices"):
        more.append(metavar(param.type))
    if (low := getattr(param.type, "min", None)) is not None and (high := getattr(param.type, "max", None)) is not None:
        more.append(f"{low}–{high}")
    if param.multiple if is_option(param) else param.nargs == -1:
        more.append(_("several"))
    default = getattr(param.default, "value", param.default)
    if param.show_default and not callable(default) and default not in (None, False, "", (), []):
        more.append(_("else {default}").format(default=", ".join(map(str, default)) if isinstance(default, list | tuple) else default))
    if getattr(param, "envvar", None):
        more.append(param.envvar)
    return _("{help} ({more})").format(help=param.help or "", more=_("; ").join(more)).strip() if more else param.help or ""


def section(title: str, rows: Sequence[tuple[str, str]], width: int) -> str:
    """A titled list in two columns; empty when there are no rows."""
    if not rows:
        return ""
    left = min(max(columns(name) for name, _text in rows), width // 2) + 4
    lines = [_("{title}:").format(title=title)]
    for name, text in rows:
        first, *rest = wrapped(text, width - left) or [""]
        start = f"  {name}"
        if columns(start) + 2 > left:
            lines.append(start)
            start = ""
        lines.append((start + " " * (left - columns(start)) + first).rstrip())
        lines += [" " * left + line for line in rest]
    return "\n".join(lines) + "\n"


def columns(text: str) -> int:
    """How many columns of a terminal a text takes."""
    return sum(2 if east_asian_width(sign) in "WF" else 1 for sign in text)


def wrapped(text: str, width: int) -> list[str]:
    """The lines of a text, broken at spaces and between Chinese characters, never before a closing mark."""
    lines: list[str] = []
    for paragraph in text.split("\n"):
        line = ""
        for piece in pieces(paragraph):
            if line and columns(line + piece.rstrip()) > width:
                lines.append(line.rstrip())
                line = ""
            line += piece
        lines.append(line.rstrip())
    return lines if text else []


def pieces(text: str) -> Iterator[str]:
    """What must not be broken: a word with its space, or a Chinese character with the marks after it."""
    piece = ""
    for sign in text:
        whole = piece and (piece[-1] == " " or east_asian_width(piece[-1]) in "WF" or east_asian_width(sign) in "WF")
        if whole and sign not in "，。；：、）”！？ " and piece[-1] not in "（“":
            yield piece
            piece = ""
        piece += sign
    if piece:
        yield piece
