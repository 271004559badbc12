"""What everybody may see: map, list, ticket pages, photos, health."""

from app.public_map.routes import health, layers, lists, maps, notices
from app.public_map.routes.root import blueprint

__all__ = ["blueprint", "health", "layers", "lists", "maps", "notices"]
