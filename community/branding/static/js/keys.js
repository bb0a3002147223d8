// [data-key="a"]: the key presses this button or link, opens this summary; never while somebody types in a field.
// <body data-keys="off"> (the member's setting) leaves the keyboard alone. [data-key-focus] takes the focus in an
// opened <details>. Each key is printed on what it presses, so that nothing is hidden from those who do not use it.
const typing = (element) => element.closest("input:not([type=checkbox], [type=radio]), textarea, select, [contenteditable]");

document.addEventListener("keydown", (event) => {
  if (document.body.dataset.keys === "off" || event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
  if (event.defaultPrevented || typing(event.target) || document.querySelector("dialog[open]")) return;
  const target = [...document.querySelectorAll("[data-key]")].find(
    (element) => element.dataset.key === event.key && element.checkVisibility(),
  );
  if (!target) return;
  event.preventDefault();
  target.click();
  const details = target.closest("details");
  if (target.matches("summary") && details?.open) details.querySelector("[data-key-focus]")?.focus();
});
// [data-template-for="id"]: choosing a reason writes its text, unless somebody has changed the text already.
document.addEventListener("change", (event) => {
  const select = event.target.closest("[data-template-for]");
  const field = select && document.getElementById(select.dataset.templateFor);
  if (!field) return;
  const known = [...select.options].some((option) => option.dataset.text === field.value.trim());
  if (known || !field.value.trim()) field.value = select.selectedOptions[0].dataset.text;
});
// template[data-next]: what comes next is here already; it is shown while the decision is on its way.
document.addEventListener("submit", (event) => {
  const next = document.querySelector("template[data-next]");
  const decides = ["approve", "reject", "hide", "skip"].includes(event.submitter?.value);
  if (!next || !decides || !event.target.matches("#item") || event.defaultPrevented) return;
  for (const part of ["h2", ".prose"]) {
    const shown = event.target.querySelector(part === "h2" ? "h2" : ".note-staff .prose");
    shown?.replaceWith(next.content.querySelector(part).cloneNode(true));
  }
});
// [data-left]: seconds that run down; the form they belong to goes when they are over.
const counters = document.querySelectorAll("[data-left]");
if (counters.length) {
  const timer = setInterval(() => {
    for (const counter of counters) {
      const left = Number(counter.dataset.left) - 1;
      counter.dataset.left = left;
      counter.textContent = counter.textContent.replace(/\d+/, left);
      if (left <= 0) {
        clearInterval(timer);
        counter.closest("[data-undo]")?.remove();
      }
    }
  }, 1000);
}
