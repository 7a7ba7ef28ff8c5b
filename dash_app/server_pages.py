"""The pages that the server writes itself, without Dash: sign-in, refusals, notices. All text is escaped."""

from __future__ import annotations

from html import escape
from string import Template
from typing import TYPE_CHECKING, Final

from dash_app.translations import say

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comptoir.sentences import Language
    from dash_app.sessions import Session

_PAGE: Final = Template("""<!doctype html>
<html lang="$language">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>$title · Comptoir</title>
<link rel="icon" href="/favicon.svg">
<link rel="stylesheet" href="/login.css">
</head>
<body>
<main>
<div class="brand"><img src="/favicon.svg" alt="" width="36" height="36"><span>Comptoir</span></div>
<p class="tagline">$tagline</p>
$body
</main>
</body>
</html>
""")

_SIGN_IN: Final = Template("""<form method="post" action="/login">
<h1>$title</h1>
$error
<input type="hidden" name="next" value="$next">
<label for="name">$name_label</label>
<input id="name" name="name" value="$name" autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="200" required autofocus>
<label for="password">$password_label</label>
<input id="password" name="password" type="password" autocomplete="current-password" maxlength="200" required>
<button type="submit">$submit</button>
<p class="help">$help</p>
</form>""")


def sign_in_page(language: Language, *, target: str = "", name: str = "", error: str | None = None) -> str:
    """Return the sign-in page; `target` is where to go afterwards."""
    shown_error = f'<p class="error" role="alert">{escape(error)}</p>' if error else ""
    body = _SIGN_IN.substitute(
        title=escape(say(language, "sign_in.title")),
        error=shown_error,
        next=escape(target),
        name=escape(name),
        name_label=escape(say(language, "sign_in.name")),
        password_label=escape(say(language, "sign_in.password")),
        submit=escape(say(language, "sign_in.submit")),
        help=escape(say(language, "sign_in.help")),
    )
    return _page(language, say(language, "sign_in.title"), body)


def forbidden_page(session: Session) -> str:
    """Return the page that tells an accountant that the figures are not theirs to see."""
    language = session.language
    text = escape(say(language, "forbidden.text", name=session.name))
    back = f'<a class="button" href="/">{escape(say(language, "page.back"))}</a>'
    leave = f'<form method="post" action="/logout"><button>{escape(say(language, "user.sign_out"))}</button></form>'
    title = say(language, "forbidden.title")
    return _page(language, title, f'<div class="card"><h1>{escape(title)}</h1><p>{text}</p>{back}{leave}</div>')


def notice_page(language: Language, title: str, text: str) -> str:
    """Return a page that says why something was not done, with the way back to the files."""
    back = f'<a class="button" href="/">{escape(say(language, "page.back"))}</a>'
    return _page(language, title, f'<div class="card"><h1>{escape(title)}</h1><p>{escape(text)}</p>{back}</div>')


def confirmation_page(
    language: Language, title: str, text: str, *, confirm: str, action: str, fields: Mapping[str, str], back: str
) -> str:
    """Return a page that says what an act means.

    Args:
        language: the reader's.
        title: the page's title.
        text: what the act means.
        confirm: what the button says that does it.
        action: where the button's form is posted to.
        fields: what the form posts.
        back: the way out.
    """
    hidden = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">' for name, value in fields.items()
    )
    button = f"<button>{escape(confirm)}</button>"
    form = f'<form method="post" action="{escape(action)}">{hidden}{button}</form>'
    out = f'<p class="help"><a href="{escape(back)}">{escape(say(language, "desk.cancel"))}</a></p>'
    return _page(language, title, f'<div class="card"><h1>{escape(title)}</h1><p>{escape(text)}</p>{form}{out}</div>')


def _page(language: Language, title: str, body: str) -> str:
    return _PAGE.substitute(
        language=language, title=escape(title), tagline=escape(say(language, "brand.tagline")), body=body
    )
