// Pages are drawn after the browser has looked for the part that the address names: go there once it is drawn.
(function () {
  "use strict";
  let wanted = "";

  function go() {
    const part = wanted && document.getElementById(wanted);
    if (!part) return;
    wanted = "";
    document.querySelectorAll(".named-part").forEach((other) => other.classList.remove("named-part"));
    part.classList.add("named-part");
    part.scrollIntoView({ block: "center" });
  }

  function look() {
    wanted = decodeURIComponent(window.location.hash.slice(1));
    go();
  }

  new MutationObserver(go).observe(document.documentElement, { childList: true, subtree: true });
  window.addEventListener("hashchange", look);
  look();
})();
