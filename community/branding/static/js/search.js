// The search box: what htmx brings while one types becomes a listbox that arrows, Enter and Escape work in.
// <form data-search="address of combobox-nav"> <input type=search> <div role=listbox hidden> <p role=status>
// Also: "/" goes to the box, and [data-announce="id"] says the [data-count] of what was swapped into it.

function box(form) {
  const input = form.querySelector("input[type=search]");
  const list = form.querySelector("[role=listbox]");
  let keys = null;

  const close = () => {
    list.hidden = true;
    keys?.stop();
  };
  const show = () => {
    keys?.clearSelection();
    if (!list.querySelector("[role=option]") || document.activeElement !== input) return close();
    list.hidden = false;
    keys?.start();
  };
  input.addEventListener("focus", async () => {
    if (keys) return show();
    const { default: Combobox } = await import(form.dataset.search); // fetched when somebody begins, not before
    keys ??= new Combobox(input, list, { tabInsertsSuggestions: false });
    if (!list.hidden) keys.start();
  });
  input.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || list.hidden) return;
    event.preventDefault();
    close();
  });
  form.addEventListener("htmx:after:swap", () => {
    form.querySelector("[role=status]").textContent = list.querySelector("[data-count]")?.dataset.count ?? "";
    show();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
  form.addEventListener("submit", close);
  list.addEventListener("mousedown", (event) => event.preventDefault()); // a press on a result must not close the list
}

document.querySelectorAll("form[data-search]").forEach(box);

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest?.("input, textarea, select, [contenteditable], dialog")) return;
  const input = [...document.querySelectorAll("form[data-search] input")].find((one) => one.checkVisibility());
  if (!input) return;
  event.preventDefault();
  input.focus();
  input.select();
});

document.addEventListener("htmx:after:swap", (event) => {
  const place = (event.detail?.ctx?.target ?? event.target).closest?.("[data-announce]");
  const said = place && document.getElementById(place.dataset.announce);
  if (said) said.textContent = place.querySelector("[data-count]")?.dataset.count ?? "";
});
