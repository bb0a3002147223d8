// form[data-brand]: the frames follow what is typed, saved nowhere; a page of the preview, or a colour that reads, at a press.
const form = document.querySelector("form[data-brand]");
const pages = [...document.querySelectorAll("button[data-page]")];
let waits = 0;

function show() {
  const values = new FormData(form);
  values.delete("csrfmiddlewaretoken");
  const page = pages.find((button) => button.ariaCurrent === "true").dataset.page;
  for (const frame of document.querySelectorAll("iframe.frame")) {
    values.set("theme", frame.dataset.theme);
    const fresh = frame.cloneNode(); // a new frame: one that navigates begins a view transition that a mail aborts
    fresh.src = `${page}?${new URLSearchParams(values)}`;
    frame.replaceWith(fresh);
  }
}

for (const picker of form.querySelectorAll("[data-picks]")) {
  const field = document.getElementById(picker.dataset.picks);
  picker.hidden = false;
  picker.addEventListener("input", () => {
    field.value = picker.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
  });
  field.addEventListener("input", () => {
    if (/^#[0-9a-f]{6}$/i.test(field.value)) picker.value = field.value;
  });
}

form.addEventListener("input", () => {
  clearTimeout(waits);
  waits = setTimeout(show, 250);
});

document.addEventListener("click", (event) => {
  const taken = event.target.closest("[data-takes]");
  const page = event.target.closest("[data-page]");
  if (taken) {
    const field = document.getElementById(taken.dataset.takes);
    field.value = taken.dataset.colour;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  } else if (page) {
    for (const button of pages) {
      button.classList.toggle("on", button === page);
      button.ariaCurrent = button === page ? "true" : null;
    }
    show();
  } else return;
  event.preventDefault();
});
