"""Lets faults strike inside the platform's processes; each Python that has this folder on its path loads it.

The functions named in `seams` are wrapped as their modules are imported. A wrapped function looks for an order in
the folder `COMPTOIR_STRIKES`: a file `<module>:<function>.<before|after>`. The process that finds it takes it away,
so that no other one follows it, and kills itself. The folder `mutants` there names the guards that are left out as
long as their file is there: see `mutants`.
"""

from __future__ import annotations

import functools
import os
import signal
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import PathFinder
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mutants import MUTANTS
from seams import SEAMS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

STRIKES = Path(os.environ["COMPTOIR_STRIKES"])
WRAPPED = SEAMS.keys() | {place.partition(":")[0] for places in MUTANTS.values() for place in places}


class SeamFinder(MetaPathFinder):
    """Finds the modules that have seams or guards, and has these wrapped."""

    def find_spec(self, name: str, path: Sequence[str] | None, _target: ModuleType | None = None) -> ModuleSpec | None:
        """Return the module's own way in, with ours around it."""
        if name not in WRAPPED:
            return None
        spec = PathFinder.find_spec(name, path)
        if spec and spec.loader:
            spec.loader = SeamLoader(spec.loader)
        return spec


class SeamLoader(Loader):
    """Loads a module as its own loader does, then wraps what is named."""

    def __init__(self, own: Any) -> None:
        self._own = own

    def __getattr__(self, name: str) -> Any:
        """Leave all else to the module's own loader, too."""
        return getattr(self._own, name)

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        """Leave it to the module's own loader."""
        module: ModuleType | None = self._own.create_module(spec)
        return module

    def exec_module(self, module: ModuleType) -> None:
        """Run the module and wrap its seams and guards."""
        self._own.exec_module(module)
        name = module.__name__
        for guard, place, without in ((guard, *each) for guard, places in MUTANTS.items() for each in places.items()):
            if place.partition(":")[0] == name:
                _wrap(module, place.partition(":")[2], functools.partial(_leaving_out, guard, without))
        for function in SEAMS.get(name, ()):
            _wrap(module, function, functools.partial(_dying, f"{name}:{function}"))


def _wrap(module: ModuleType, place: str, around: Callable[[Callable[..., Any]], Callable[..., Any]]) -> None:
    class_name, _, attribute = place.rpartition(".")
    owner = getattr(module, class_name) if class_name else module
    setattr(owner, attribute, around(getattr(owner, attribute)))


def _dying(seam: str, function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def pass_seam(*args: Any, **kwargs: Any) -> Any:
        _die_if_ordered(f"{seam}.before")
        result = function(*args, **kwargs)
        _die_if_ordered(f"{seam}.after")
        return result

    return pass_seam


def _die_if_ordered(moment: str) -> None:
    try:
        (STRIKES / moment).rename(STRIKES / f"struck-{moment}-{os.getpid()}")
    except FileNotFoundError:
        return  # nobody ordered it, or another process was quicker
    os.kill(os.getpid(), signal.SIGKILL)


def _leaving_out(guard: str, without: Callable[..., Any], function: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(function)
    def guarded(*args: Any, **kwargs: Any) -> Any:
        if (STRIKES / "mutants" / guard).exists():
            return without(function, *args, **kwargs)
        return function(*args, **kwargs)

    return guarded


sys.meta_path.insert(0, SeamFinder())
