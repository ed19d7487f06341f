"""The import page of sellers: template, upload, preview with errors at the cell, confirmation."""

from __future__ import annotations

from flask import Blueprint, Response, redirect, render_template, request, url_for
from flask_babel import lazy_gettext as _l
from werkzeug.wrappers import Response as AnyResponse

from marketplace.imports import templates, uploading
from marketplace.imports.kinds import KINDS
from marketplace.imports.records import Problem
from marketplace.imports.words import KIND_WORDS, REASONS
from marketplace.kernel.errors import Invalid, NotFound
from marketplace.web import messages, uploads
from marketplace.web.access import MEMBER, access
from marketplace.web.context import current_context
from marketplace.web.limits import UPLOAD, limited

bp = Blueprint("imports", __name__, url_prefix="/imports")
LARGEST = 8 * 1024 * 1024
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
messages.register(
    {
        "import.unknown_format": _l("Please send an XLSX, CSV or JSONL file."),
        "import.unreadable": _l("The file is damaged, or it is not what its name says."),
        "import.too_large": _l("The file is too large once it is unpacked."),
        "import.too_many_rows": _l("Please send at most %(most)s rows at once."),
        "import.unknown_encoding": _l("The text is neither UTF-8 nor GB 18030."),
        "import.unknown_kind": _l("Please choose what the rows are."),
        "import.done_already": _l("This file has been stored already."),
        "import.no_file": _l("Please choose a file."),
        "import.no_rows": _l("The file holds no rows below its header."),
        "import.no_known_column": _l(
            "None of the columns is known (%(found)s). Please take the template."
        ),
        "import.source_needed": _l(
            "The source needs a name of at most %(longest)s characters: every record shows it."
        ),
        "import.not_an_ipc_table": _l("%(name)s has not the columns code, level, title."),
        "import.report_unwritable": _l("The report cannot be written to %(name)s."),
    }
)


@bp.app_template_global("reason_words")
def reason_words(problem: Problem) -> str:
    """What is wrong with a cell, as a sentence in the language of the request."""
    try:
        return str(REASONS[problem.reason]) % dict(problem.facts)
    except (KeyError, TypeError, ValueError):
        return problem.reason


@bp.get("/")
@access(MEMBER)
def index() -> str:
    """What can be brought in, and the templates to fill in."""
    return render_template("imports/index.html", kinds=KIND_WORDS, error="")


@bp.get("/template/<kind>.xlsx")
@access(MEMBER)
def template(kind: str) -> Response:
    """The workbook to fill in."""
    if kind not in KINDS:
        raise NotFound
    headers = {"Content-Disposition": f"attachment; filename={kind}.xlsx"}
    return Response(templates.workbook(kind), mimetype=XLSX, headers=headers)


@bp.post("/")
@access(MEMBER)
@limited(UPLOAD)
def upload() -> AnyResponse | tuple[str, int]:
    """Keep the file, then show what it would do."""
    sent = request.files.get("file")
    try:
        if sent is None or not sent.filename:
            raise Invalid("import.no_file")
        content = uploads.read(sent.stream, limit=LARGEST)
        kind = request.form.get("kind", "")
        number = uploading.accept(current_context(), uploading.Upload(kind, sent.filename, content))
    except Invalid as error:
        text = messages.text_of(error.code, error.facts)
        return render_template("imports/index.html", kinds=KIND_WORDS, error=text), 422
    return redirect(url_for("imports.preview", upload_id=number), 303)


@bp.get("/<int:upload_id>")
@access(MEMBER)
def preview(upload_id: int) -> str:
    """The rows as they stand, with every cell that cannot be taken."""
    page = uploading.preview(current_context(), upload_id)
    return render_template("imports/preview.html", page=page)


@bp.post("/<int:upload_id>/confirm")
@access(MEMBER)
def confirm(upload_id: int) -> AnyResponse:
    """Store the good rows as drafts."""
    uploading.confirm(current_context(), upload_id)
    return redirect(url_for("imports.preview", upload_id=upload_id), 303)
