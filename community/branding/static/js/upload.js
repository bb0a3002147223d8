// Pictures by file, paste or drop: progress, cancel, and a description that is asked for.
// <file-attachment data-upload-url="…"> around the textarea, <template data-upload-row>, [data-upload-rows].

function rowOf(box, file) {
  const row = box.querySelector("template[data-upload-row]").content.cloneNode(true).firstElementChild;
  const alt = row.querySelector("input");
  alt.id = `alt-${crypto.randomUUID()}`;
  row.querySelector("label").htmlFor = alt.id;
  row.querySelector("[data-name]").textContent = file.name || file.type.split("/")[1];
  row.querySelector("[data-gauge]").setAttribute("aria-label", file.name);
  box.querySelector("[data-upload-rows]").append(row);
  return row;
}

function put(area, text) {
  area.setRangeText(text, area.selectionStart, area.selectionEnd, "end");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function swap(area, before, after) {
  const at = area.value.indexOf(before);
  if (at < 0) return;
  area.setRangeText(after, at, at + before.length, "preserve");
  area.dispatchEvent(new Event("input", { bubbles: true }));
}

function clean(text) {
  return text.replace(/[\[\]\\\s]+/g, " ").trim();
}

function send(box, attachment) {
  const area = box.querySelector("textarea");
  const row = rowOf(box, attachment.file);
  const alt = row.querySelector("input");
  const request = new XMLHttpRequest();
  let mark = `![${clean(attachment.file.name || "")} …]()`;
  put(area, `${area.selectionStart ? "\n" : ""}${mark}\n`);

  const write = (next) => { swap(area, mark, next); mark = next; };
  const fail = (reason) => {
    write("");
    row.classList.add("fail");
    row.querySelector("[data-why]").textContent = reason || box.dataset.uploadFailed;
    row.querySelector("[data-gauge]").remove();
  };

  request.upload.addEventListener("progress", (event) => {
    const percent = Math.round((100 * event.loaded) / Math.max(event.total, 1));
    attachment.saving(percent);
    row.querySelector("[data-gauge] .v").setAttribute("width", percent);
    row.querySelector("[data-percent]").textContent = `${percent} %`;
  });
  request.addEventListener("error", () => fail(""));
  request.addEventListener("load", () => {
    const answer = request.response ?? {};
    if (request.status !== 201) return fail(answer.reason);
    row.querySelector("[data-gauge]").remove();
    row.querySelector("[data-percent]").remove();
    write(`![${clean(alt.value)}](${answer.url})`);
    alt.addEventListener("input", () => write(`![${clean(alt.value)}](${answer.url})`));
  });
  row.querySelector("[data-cancel]").addEventListener("click", () => {
    request.abort();
    write("");
    row.remove();
    area.focus();
  });

  const body = new FormData();
  body.set("image", attachment.file);
  body.set("csrfmiddlewaretoken", box.closest("form").elements.namedItem("csrfmiddlewaretoken").value);
  request.open("POST", box.dataset.uploadUrl);
  request.responseType = "json";
  request.setRequestHeader("Accept", "application/json");
  request.send(body);
  alt.focus();
}

document.addEventListener("file-attachment-accepted", (event) => {
  for (const attachment of event.detail.attachments) if (attachment.isImage()) send(event.target, attachment);
});

document.addEventListener("click", (event) => {
  const picker = event.target.closest("[data-pick]");
  if (picker) document.getElementById(picker.dataset.pick)?.click();
});
