// Keeps an open page signed in, notices the end of the session, and says when the server is away.
(function () {
  "use strict";
  const LOOK_MS = 20000;
  const root = document.documentElement;
  let lost = false;

  const isSending = () => document.querySelector(".transfer-cancel") !== null;

  async function look() {
    try {
      const answer = await fetch("/session", { cache: "no-store" });
      if (answer.status === 401) return window.location.assign("/login?next=" + encodeURIComponent(window.location.pathname));
      if (!answer.ok) throw new Error(String(answer.status));
      // The live socket gives up after some tries; a page that was cut off starts anew, once all its files are sent.
      if (lost && !isSending()) return window.location.reload();
    } catch (error) {
      lost = true;
      root.dataset.offline = "";
    }
  }
  setInterval(look, LOOK_MS);
  window.addEventListener("online", look);
  document.addEventListener("visibilitychange", () => { if (!document.hidden) look(); });

  // The grid takes its light or dark from this attribute.
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  const follow = () => { root.dataset.agThemeMode = dark.matches ? "dark" : "light"; };
  dark.addEventListener("change", follow);
  follow();
})();
