"""Data Docs of a file: what Great Expectations found, as pages that open from disk and as JSON.

Great Expectations renders the sections. The page around them is ours: its own needs a dozen scripts and
styles from the network, and it writes text of the file (a sheet's name, say) into the page unescaped.
"""

from __future__ import annotations

import html
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from jinja2 import pass_context

from comptoir.problems import Severity
from comptoir.quality.suites import configuration

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from great_expectations.core import ExpectationValidationResult
    from great_expectations.render.view.view import DefaultJinjaPageView
    from jinja2.runtime import Context

    from comptoir.quality.suites import SuiteResult

TEMPLATES: Final = Path(__file__).with_name("templates")
SEVERITIES: Final = tuple(Severity)  # gravest first


def build(results: Sequence[SuiteResult], folder: Path, *, title: str = "Data Docs") -> Path:
    """Write the Data Docs of a file: `index.html`, and per kind `<kind>.html` and `<kind>.json`.

    The pages have no script and ask the network for nothing. Writing them again replaces them.

    Args:
        results: one per kind of table in the file.
        folder: where they go; made when missing.
        title: what the pages are called, such as the file's name.

    Returns:
        The path of `index.html`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    view = _view()
    for result in results:
        (folder / f"{result.kind}.json").write_text(json.dumps(result.to_json(), indent=1))
        (folder / f"{result.kind}.html").write_text(_page(view, result, title))
    index = folder / "index.html"
    template = view.env.get_template("data_docs_index.j2")
    index.write_text(template.render(title=title, kinds=[_overview(result) for result in results]))
    return index


def _page(view: DefaultJinjaPageView, result: SuiteResult, title: str) -> str:
    from great_expectations.render.renderer.page_renderer import ValidationResultsPageRenderer

    document = ValidationResultsPageRenderer(run_info_at_end=False).render(result.validation)
    document.sections = document.sections[1:]  # its overview links to pages that there are not
    overview = _overview(result)
    template = "data_docs_kind.j2"
    page: str = view.render(document, template, title=title, overview=overview)  # type: ignore[no-untyped-call]
    return page


def _overview(result: SuiteResult) -> dict[str, Any]:
    rules = [_rule(each) for each in result.validation.results]
    broken = [rule for rule in rules if not rule["success"]]
    return {
        "kind": result.kind,
        "success": result.success,
        "rules": sorted(rules, key=lambda rule: (rule["success"], SEVERITIES.index(rule["severity"]))),
        "broken": {str(severity): sum(rule["severity"] == severity for rule in broken) for severity in SEVERITIES},
    }


def _rule(result: ExpectationValidationResult) -> dict[str, Any]:
    config = configuration(result)
    return {
        "success": result.success,
        "code": config.meta["code"],
        "severity": config.meta["severity"],
        "description": config.description,
        "rows": result.result.get("unexpected_count", 0),
    }


def _view() -> DefaultJinjaPageView:
    from great_expectations.render.view.view import DefaultJinjaPageView

    view = DefaultJinjaPageView(custom_views_directory=str(TEMPLATES))
    view.env.filters["render_content_block"] = _escaping(view.render_content_block)
    return view


def _escaping(render: Callable[..., Any]) -> Callable[..., Any]:
    """Wrap the filter that writes cells: plain text in them comes from the file and must not become markup."""

    @pass_context
    def render_escaped(context: Context, block: Any, *args: Any, **kwargs: Any) -> Any:
        return render(context, _escaped(block), *args, **kwargs)

    return render_escaped


def _escaped(block: Any) -> Any:
    if isinstance(block, str):
        return html.escape(block)
    if isinstance(block, list):
        return [_escaped(part) for part in block]
    return block
