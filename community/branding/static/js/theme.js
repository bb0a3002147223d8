// form[data-theme-form]: the chosen theme shows at once; the form is sent all the same and the server remembers.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (!form.matches("form[data-theme-form]")) return;
  event.preventDefault();
  const chosen = event.submitter;
  const body = new URLSearchParams(new FormData(form, chosen));
  const answer = await fetch(form.action, { method: "POST", body, redirect: "manual" });
  if (answer.type !== "opaqueredirect") return location.reload();
  if (chosen.value === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = chosen.value;
  for (const button of form.querySelectorAll("button")) {
    if (button === chosen) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
  }
  const summary = form.closest("details")?.querySelector("[data-theme-words]");
  if (summary) summary.textContent = chosen.dataset.words;
  form.closest("details").open = false;
});
