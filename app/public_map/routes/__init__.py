"""What everybody may see: map, list, ticket pages, photos, health."""

from app.public_map.routes import areas, elsewhere, health, layers, lists, maps, notices
from app.public_map.routes.root import blueprint

__all__ = ["areas", "blueprint", "elsewhere", "health", "layers", "lists", "maps", "notices"]
