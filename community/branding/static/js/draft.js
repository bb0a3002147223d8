// Keeps what is typed on the server: five seconds after the last key, and when the page goes away.
// <form data-composer data-draft-url="…" data-draft-context="reply:7"> with input[name=sequence], [data-draft-state],
// and <template data-draft-conflict> for the case that another tab or device wrote meanwhile.

const WAIT_MS = 5000;

function watch(form) {
  const url = form.dataset.draftUrl;
  if (!url) return;
  const sequence = form.elements.namedItem("sequence");
  const state = form.querySelector("[data-draft-state]");
  let timer = 0;
  let saved = text(form);
  let running = false;
  let stopped = false;

  function later() {
    clearTimeout(timer);
    timer = setTimeout(save, WAIT_MS);
  }

  async function save({ keepalive = false } = {}) {
    clearTimeout(timer);
    const now = text(form);
    if (stopped || running || now === saved) return;
    running = true;
    const body = new FormData();
    for (const [name, value] of Object.entries(JSON.parse(now))) body.set(name, value);
    body.set("context", form.dataset.draftContext);
    body.set("sequence", sequence.value);
    body.set("base", form.elements.namedItem("edit_number")?.value ?? 0);
    body.set("csrfmiddlewaretoken", form.elements.namedItem("csrfmiddlewaretoken").value);
    try {
      const answer = await fetch(url, { method: "POST", body, keepalive, headers: { Accept: "application/json" } });
      if (answer.status === 409) conflict(await answer.json());
      else if (answer.ok) {
        const data = await answer.json();
        sequence.value = data.sequence;
        saved = now;
        if (state) state.textContent = data.notice;
      } else if (state) state.textContent = form.dataset.draftFailed;
    } catch {
      if (state) state.textContent = form.dataset.draftFailed;
    }
    running = false;
    if (!stopped && text(form) !== saved) later();
  }

  function conflict(other) {
    stopped = true;
    const template = form.querySelector("template[data-draft-conflict]");
    if (!template || form.querySelector("[data-draft-banner]")) return;
    const banner = template.content.cloneNode(true).firstElementChild;
    const choose = (take) => {
      if (take) {
        form.elements.namedItem("body").value = other.body;
        const title = form.elements.namedItem("title");
        if (title) title.value = other.title;
        saved = text(form);
      }
      sequence.value = other.sequence;
      stopped = false;
      banner.remove();
      form.elements.namedItem("body").focus();
      save();
    };
    banner.querySelector("[data-take]").addEventListener("click", () => choose(true));
    banner.querySelector("[data-keep]").addEventListener("click", () => choose(false));
    form.prepend(banner);
    banner.scrollIntoView({ block: "nearest" });
  }

  form.addEventListener("input", later);
  document.addEventListener("submit", (event) => {
    if (event.target === form || event.target.matches("[data-ends-draft]")) stopped = true;
  });
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "hidden") save({ keepalive: true });
  });
  window.addEventListener("pageshow", (event) => { if (event.persisted) stopped = false; });
}

function text(form) {
  const value = (name) => form.elements.namedItem(name)?.value ?? "";
  return JSON.stringify({ title: value("title"), body: value("body"), tags: value("tags") });
}

document.querySelectorAll("form[data-composer]").forEach(watch);
