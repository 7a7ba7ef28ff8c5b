// Drag and drop, or choose: each file goes to the server as it is, in pieces, by the tus protocol. A lost connection
// is tried again from where it broke, also after a reload when the same file is chosen again.
(function () {
  "use strict";
  const AREA = "upload-area";
  const TRANSFERS = "upload-transfers";
  const SENT_SHOWN_MS = 4000;
  const AT_ONCE = 3;
  const LONGEST_PAUSE_MS = 15000;
  const VERSION = { "Tus-Resumable": "1.0.0" };
  const waiting = [];
  let running = 0;

  const area = () => document.getElementById(AREA);
  const inArea = (event) => event.target.closest && event.target.closest("#" + AREA);
  const carriesFiles = (event) => event.dataTransfer && Array.from(event.dataTransfer.types).includes("Files");
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));
  const memory = (file) => "transfer:" + [file.name, file.size, file.lastModified].join(":");

  function part(tag, name, text) {
    const element = document.createElement(tag);
    element.className = name;
    element.textContent = text;
    return element;
  }

  function line(file, words) {
    const shown = {
      row: part("div", "transfer", ""),
      state: part("span", "transfer-state", words.waiting),
      bar: document.createElement("progress"),
      stop: part("button", "transfer-cancel", words.cancel),
    };
    shown.bar.max = 100;
    shown.bar.value = 0;
    shown.bar.setAttribute("aria-label", file.name);
    shown.stop.type = "button";
    shown.stop.setAttribute("aria-label", words.cancel + " " + file.name);
    shown.row.append(part("span", "transfer-name", file.name), shown.state, shown.stop, shown.bar);
    document.getElementById(TRANSFERS).append(shown.row);
    return shown;
  }

  class Refused extends Error {}

  class Transfer {
    constructor(file, words) {
      this.file = file;
      this.words = words;
      this.shown = line(file, words);
      this.cancelled = false;
      this.address = localStorage.getItem(memory(file));
      this.shown.stop.addEventListener("click", () => this.cancel());
    }

    async run() {
      if (this.cancelled) return;
      try {
        if (this.file.size > Number(this.words.limit)) throw new Refused(this.words.tooLarge);
        await this.sendAll();
        this.finish();
      } catch (error) {
        if (!this.cancelled) this.fail(error.message);
      }
    }

    async sendAll() {
      for (let tries = 0; !this.cancelled; tries += 1) {
        try {
          let offset = await this.offset();
          while (offset < this.file.size && !this.cancelled) {
            offset = await this.send(offset);
            tries = 0;
          }
          return;
        } catch (error) {
          if (error instanceof Refused) throw error;
          this.shown.state.textContent = this.words.lost;
          await pause(Math.min(500 * 2 ** tries, LONGEST_PAUSE_MS));
        }
      }
    }

    // Where to go on: after what has arrived, or at the start of a new transfer.
    async offset() {
      if (this.address) {
        const answer = await fetch(this.address, { method: "HEAD", headers: VERSION });
        if (answer.ok) return Number(answer.headers.get("Upload-Offset"));
        if (answer.status !== 404) await this.judge(answer);
      }
      const announced = { "Upload-Length": this.file.size, "Upload-Metadata": "filename " + base64(this.file.name) };
      const answer = await fetch("/transfers", { method: "POST", headers: { ...VERSION, ...announced } });
      if (!answer.ok) await this.judge(answer);
      this.address = answer.headers.get("Location");
      localStorage.setItem(memory(this.file), this.address);
      return 0;
    }

    // What the server refuses is said; what it could not do now is tried again.
    async judge(answer) {
      if (answer.status === 401) return window.location.assign("/login");
      const told = await answer.json().catch(() => ({}));
      const isFinal = answer.status < 500 && ![409, 423].includes(answer.status);
      throw isFinal ? new Refused(told.message || this.words.failed) : new Error(told.message);
    }

    // A fetch tells nothing of its progress.
    send(offset) {
      return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        this.request = request;
        request.open("PATCH", this.address);
        const headers = { ...VERSION, "Upload-Offset": offset, "Content-Type": "application/offset+octet-stream" };
        for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value);
        request.upload.addEventListener("progress", (event) => this.show(offset + event.loaded));
        request.addEventListener("error", () => reject(new Error("lost")));
        request.addEventListener("abort", () => reject(new Error("cancelled")));
        request.addEventListener("load", () => {
          if (request.status === 204) return resolve(Number(request.getResponseHeader("Upload-Offset")));
          const answer = new Response(request.responseText || null, { status: request.status });
          return this.judge(answer).catch(reject);
        });
        request.send(this.file.slice(offset));
      });
    }

    show(arrived) {
      const percent = Math.round((100 * arrived) / this.file.size);
      this.shown.bar.value = percent;
      this.shown.state.textContent = this.words.sending + " " + percent + " %";
    }

    end() {
      localStorage.removeItem(memory(this.file));
      this.shown.stop.remove();
    }

    finish() {
      if (this.cancelled) return;
      this.end();
      this.shown.bar.value = 100;
      this.shown.state.textContent = this.words.sent;
      setTimeout(() => this.shown.row.remove(), SENT_SHOWN_MS);
    }

    fail(reason) {
      this.end();
      this.shown.row.classList.add("transfer-failed");
      this.shown.state.textContent = this.words.failed + ": " + reason;
    }

    cancel() {
      this.cancelled = true;
      if (this.request) this.request.abort();
      if (this.address) fetch(this.address, { method: "DELETE", headers: VERSION }).catch(() => {});
      this.end();
      this.shown.row.remove();
    }
  }

  async function next() {
    if (running >= AT_ONCE || !waiting.length) return;
    running += 1;
    await waiting.shift().run();
    running -= 1;
    next();
  }

  function take(files) {
    const words = { ...area().dataset };
    for (const file of files) {
      waiting.push(new Transfer(file, words));
      next();
    }
  }

  function choose() {
    const input = document.createElement("input");
    input.type = "file";
    input.multiple = true;
    input.addEventListener("change", () => take(input.files));
    input.click();
  }

  // What is decided on a waiting file goes by a request of ours: a form of its own would load the page anew, and
  // interrupt the files that are being sent. The server tells the page when to redraw.
  async function decide(form, submitter) {
    const words = area().dataset;
    const name = form.closest(".waiting-file").querySelector(".file-name").textContent;
    const buttons = form.closest(".waiting-file").querySelectorAll("button:not(:disabled)");
    const error = form.querySelector(".decision-error");
    const toldAfter = { import: words.imported, leave: words.left }[form.getAttribute("action").split("/").pop()];
    error.textContent = "";
    buttons.forEach((button) => { button.disabled = true; });
    try {
      const body = new URLSearchParams(new FormData(form, submitter));
      const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
      if (answer.status === 401) return window.location.assign("/login");
      if (answer.type !== "opaqueredirect") throw new Error(answer.status < 500 ? await answer.text() : "");
      if (toldAfter) tell(name, toldAfter);
    } catch (failure) {
      error.textContent = failure instanceof TypeError ? words.undecided : failure.message || words.undecided;
    } finally {
      buttons.forEach((button) => { button.disabled = false; });
    }
  }

  function tell(name, text) {
    const row = part("div", "transfer", "");
    row.append(part("span", "transfer-name", name), part("span", "transfer-state", text));
    document.getElementById(TRANSFERS).append(row);
    setTimeout(() => row.remove(), SENT_SHOWN_MS);
  }

  document.addEventListener("submit", (event) => {
    if (!event.target.classList.contains("decision")) return;
    event.preventDefault();
    decide(event.target, event.submitter);
  });
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
