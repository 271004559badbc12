"""The model of likely categories: kept by its digest, which the profile names.

The former one stays until the next loading, because other processes keep the profile for a few
seconds.
"""

import hashlib

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.catalog.models import CategoryModel, City
from app.packs.content import PackContent
from app.packs.service.rows import Loaded


def model_digest(content: PackContent) -> str | None:
    """Return the SHA-256 of the pack's model, if it has one."""
    file = content.category_model
    return None if file is None else hashlib.sha256(file).hexdigest()


def put_category_model(
    session: Session, content: PackContent, city: City | None, loaded: Loaded
) -> None:
    """Store the pack's model beside the one that held until now."""
    digest = model_digest(content)
    if digest is not None:
        values = {"digest": digest, "content": content.category_model}
        loaded.put(session, CategoryModel, digest, values)
    former = city.profile.get("category_model") if city else None
    kept = [name for name in (digest, former) if name is not None]
    session.execute(delete(CategoryModel).where(CategoryModel.digest.not_in(kept)))
