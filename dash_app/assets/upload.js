// Drag and drop, or choose: each file goes to the server as it is, streamed, with its progress shown.
(function () {
  "use strict";
  const AREA = "upload-area";
  const TRANSFERS = "upload-transfers";
  const SENT_SHOWN_MS = 4000;
  const AT_ONCE = 3;
  const waiting = [];
  let running = 0;

  const area = () => document.getElementById(AREA);
  const inArea = (event) => event.target.closest && event.target.closest("#" + AREA);
  const carriesFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");

  function line(name) {
    const row = document.createElement("div");
    row.className = "transfer";
    const title = document.createElement("span");
    title.className = "transfer-name";
    title.textContent = name;
    const state = document.createElement("span");
    state.className = "transfer-state";
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    row.append(title, state, bar);
    document.getElementById(TRANSFERS).append(row);
    return { row, state, bar };
  }

  function fail(shown, words, reason) {
    shown.row.classList.add("transfer-failed");
    shown.state.textContent = words.failed + ": " + reason;
  }

  function finish(shown, words) {
    shown.bar.value = 100;
    shown.state.textContent = words.sent;
    setTimeout(() => shown.row.remove(), SENT_SHOWN_MS);
  }

  function answered(request, shown, words) {
    if (request.status === 201) return finish(shown, words);
    if (request.status === 401) return window.location.assign("/login");
    let reason = words.lost;
    try { reason = JSON.parse(request.responseText).message || reason; } catch (error) { /* not ours: keep the sentence */ }
    fail(shown, words, reason);
  }

  function send(file, shown, words) {
    if (file.size > Number(words.limit)) return fail(shown, words, words.tooLarge);
    running += 1;
    const request = new XMLHttpRequest();
    request.open("POST", "/upload");
    request.setRequestHeader("X-File-Name", encodeURIComponent(file.name));
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.addEventListener("progress", (event) => {
      const part = event.lengthComputable ? Math.round((100 * event.loaded) / event.total) : 0;
      shown.bar.value = part;
      shown.state.textContent = words.sending + " " + part + " %";
    });
    request.addEventListener("load", () => answered(request, shown, words));
    request.addEventListener("error", () => fail(shown, words, words.lost));
    request.addEventListener("loadend", () => { running -= 1; next(); });
    request.send(file);
  }

  function next() {
    while (running < AT_ONCE && waiting.length) send(...waiting.shift());
  }

  function take(files) {
    const words = area().dataset;
    for (const file of files) waiting.push([file, line(file.name), { ...words }]);
    next();
  }

  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.accept = ".csv,.txt,.xlsx";
    input.addEventListener("change", () => take(input.files));
    input.click();
  }

  document.addEventListener("dragover", (event) => {
    if (!area() || !carriesFiles(event)) return;
    event.preventDefault(); // dropped beside the area, a file would replace the page
    area().classList.toggle("dragging", Boolean(inArea(event)));
  });
  document.addEventListener("dragleave", (event) => {
    if (area() && !event.relatedTarget) area().classList.remove("dragging");
  });
  document.addEventListener("drop", (event) => {
    if (!area() || !carriesFiles(event)) return;
    event.preventDefault();
    area().classList.remove("dragging");
    take(event.dataTransfer.files);
  });
  document.addEventListener("click", (event) => { if (inArea(event)) choose(); });
  document.addEventListener("keydown", (event) => {
    if (inArea(event) && (event.key === "Enter" || event.key === " ")) { event.preventDefault(); choose(); }
  });
})();
