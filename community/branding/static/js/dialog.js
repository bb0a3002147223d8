// [data-opens="id"]: a link or button opens the <dialog> with that id; its own address is the way without JavaScript.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-opens]");
  const dialog = opener && document.getElementById(opener.dataset.opens);
  if (dialog?.showModal) {
    event.preventDefault();
    dialog.showModal();
  } else if (event.target.matches("dialog[data-dialog]")) {
    event.target.close(); // a press on the backdrop
  }
});
