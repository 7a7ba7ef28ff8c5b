// The list of held rows is drawn anew when something changes elsewhere: a note that is being written is given back.
(function () {
  "use strict";
  const NOTE = ".decisions input[name=note]";
  const drafts = new Map();
  let writing = "";

  const key = (input) => input.form.getAttribute("action") + " " + input.form.querySelector("button").value;

  function write(input, text) {
    // React overrides the setter of the element: the prototype's own, and then an event, are what it hears.
    Object.getOwnPropertyDescriptor(HTMLInputElement.prototype, "value").set.call(input, text);
    input.dispatchEvent(new Event("input", { bubbles: true }));
  }

  function give(input) {
    const text = drafts.get(key(input));
    if (!text || input.value === text) return;
    input.closest("details").open = true;
    write(input, text);
    if (key(input) === writing) input.focus();
  }

  document.addEventListener("input", (event) => {
    if (event.target.matches(NOTE)) drafts.set(key(event.target), event.target.value);
  });
  document.addEventListener("focusin", (event) => { writing = event.target.matches(NOTE) ? key(event.target) : ""; });
  new MutationObserver((changes) => {
    if (drafts.size && changes.some((change) => change.addedNodes.length)) document.querySelectorAll(NOTE).forEach(give);
  }).observe(document.documentElement, { childList: true, subtree: true });
})();
