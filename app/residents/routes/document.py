"""The official reply, for whoever holds the report's private link."""

from flask import Response

from app.core.db import current_session
from app.core.errors import NotFound
from app.core.web.access import public
from app.core.web.limits import PHOTOS, read_limit
from app.media.documents.service import NO_DOCUMENT
from app.media.documents.service import path as document_path
from app.media.serving import PRIVATE_CACHE, document
from app.reports.queries import by_signature
from app.residents.pages import own_reply
from app.residents.routes.own import PAGE
from app.residents.routes.root import blueprint


@blueprint.get(PAGE + "/reply-<int:number>.pdf")
@public
@read_limit("photos", PHOTOS)
def official_reply(reference: str, signature: str, number: int) -> Response:
    """Return the official reply, if this version of it is shown."""
    session = current_session()
    found = own_reply(session, by_signature(session, reference, signature))
    if found is None or found[0].version != number:
        raise NotFound("unknown_document", NO_DOCUMENT)
    return document(document_path(found[0].document_id), f"{number}.pdf", PRIVATE_CACHE)
