// Names after an @: asks the server, lets text-expander do the keys.
// <text-expander keys="@" data-mentions-url="…">

const cache = new Map();

async function names(url, query) {
  const address = `${url}${url.includes("?") ? "&" : "?"}q=${encodeURIComponent(query)}`;
  if (!cache.has(address)) {
    const answer = await fetch(address, { headers: { Accept: "application/json" } });
    cache.set(address, answer.ok ? (await answer.json()).members : []);
  }
  return cache.get(address);
}

function menu(members, label) {
  const list = document.createElement("ul");
  list.className = "suggest";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", label);
  for (const member of members) {
    const item = document.createElement("li");
    const name = document.createElement("b");
    const handle = document.createElement("span");
    item.setAttribute("role", "option");
    item.id = `mention-${member.handle}`;
    item.dataset.value = `@${member.handle}`;
    name.textContent = member.name;
    handle.textContent = `@${member.handle}`;
    item.append(name, " ", handle);
    list.append(item);
  }
  return list;
}

document.addEventListener("text-expander-change", (event) => {
  const { text, provide } = event.detail;
  const expander = event.target;
  provide(
    names(expander.dataset.mentionsUrl, text).then((members) => ({
      matched: members.length > 0,
      fragment: menu(members, expander.dataset.mentionsLabel),
    })),
  );
}, true);

document.addEventListener("text-expander-value", (event) => {
  event.detail.value = event.detail.item.dataset.value;
}, true);

document.addEventListener("text-expander-committed", (event) => {
  event.detail.input.dispatchEvent(new Event("input", { bubbles: true }));
}, true);
