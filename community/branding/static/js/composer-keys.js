// The composer's frame: shows what needs a script ([data-js]), hides what is for pages without one ([data-no-js]),
// sends with Ctrl+Enter, and turns pasted tables and links into Markdown.
// <form data-composer data-paste="address of paste-markdown"> … <button data-send>

function pasting(form) {
  if (!form.dataset.paste) return;
  form.addEventListener("focusin", async () => {
    const { subscribe } = await import(form.dataset.paste); // fetched when somebody begins to write, not before
    for (const area of form.querySelectorAll("textarea")) subscribe(area);
  }, { once: true });
}

function ready(form) {
  for (const part of form.querySelectorAll("[data-js]")) part.hidden = false;
  for (const part of form.querySelectorAll("[data-no-js]")) part.remove();
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
    event.preventDefault();
    form.requestSubmit(form.querySelector("[data-send]"));
  });
  pasting(form);
}

document.querySelectorAll("form[data-composer]").forEach(ready);
