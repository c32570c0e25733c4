"""Makes the hostile hand-ins that cannot lie in git: packages, links, bombs, odd names."""

from . import broken, names, notebooks, shadows, zips
from .making import MAKERS

__all__ = ["MAKERS", "broken", "names", "notebooks", "shadows", "zips"]
