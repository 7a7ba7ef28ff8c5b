// Pages are drawn after the browser has looked for the part that the address names: go there once it is drawn.
(() => {
  const name = decodeURIComponent(window.location.hash.slice(1));
  if (!name) return;
  const drawn = new MutationObserver(() => {
    const part = document.getElementById(name);
    if (!part) return;
    drawn.disconnect();
    part.classList.add("named-part");
    part.scrollIntoView({ block: "center" });
  });
  drawn.observe(document.documentElement, { childList: true, subtree: true });
})();
