// Edits redraw without a full reload. Everything is computed and drawn by the server; a page reads without this file.
const view = document.querySelector("#view");
document.documentElement.classList.add("scripted");
let flying = null, waiting = false;

function fill(answer) {
  const at = document.activeElement, name = at?.name, typed = at?.value, start = at?.selectionStart;
  const dirty = at?.defaultValue !== undefined && at.value !== at.defaultValue && at.value !== flying?.values.get(name);
  for (const [id, html] of Object.entries(answer.regions)) {
    const place = document.getElementById(id);
    if (!place) continue;
    const open = [...place.querySelectorAll("details")].map(one => one.open);
    if (place.innerHTML === html) continue;
    place.innerHTML = html;
    place.querySelectorAll("details").forEach((one, i) => { one.open = open[i] ?? false; });
    place.classList.remove("fresh"); void place.offsetWidth; place.classList.add("fresh");
  }
  if (name && name.startsWith("set.")) {
    const again = view.elements.namedItem(name);
    if (again) {
      again.focus({ preventScroll: true });
      if (dirty) again.value = typed;
      if (typeof start === "number") again.setSelectionRange(start, start);
    }
  }
}

// One request in flight; the last edit wins.
async function redraw(address, push) {
  if (flying) { waiting = true; return; }
  const values = new Map(new FormData(view).entries());
  flying = { values };
  const began = performance.now();
  try {
    const response = await fetch(address ?? view.dataset.regions + "?" + new URLSearchParams(new FormData(view)));
    const answer = await response.json();
    if (!response.ok) throw new Error(answer.problems?.map(one => one.what).join("; "));
    fill(answer);
    if (push && answer.link !== location.pathname + location.search) history.pushState(null, "", answer.link);
    document.documentElement.dataset.redraw = (performance.now() - began).toFixed(1);
  } catch (failed) {
    const place = document.getElementById("notices");
    const line = document.createElement("p");
    line.className = "notice refused";
    line.textContent = "The server did not answer: " + failed.message + ". The last result stays.";
    place.replaceChildren(line);
  } finally {
    flying = null;
    if (waiting) { waiting = false; redraw(null, true); }
  }
}

const fields = () => [...view.querySelectorAll("td input")];
function move(field, step) {
  const cell = field.closest("td"), row = cell.parentElement;
  let next = step > 0 ? row.nextElementSibling : row.previousElementSibling;
  while (next && !next.cells[cell.cellIndex]?.querySelector("input")) next = step > 0 ? next.nextElementSibling : next.previousElementSibling;
  const target = next?.cells[cell.cellIndex]?.querySelector("input");
  if (target) { target.focus(); target.select(); }
}

if (view) {
  view.addEventListener("submit", event => { event.preventDefault(); redraw(null, true); });
  view.addEventListener("change", event => { if (event.target.name?.startsWith("set.")) redraw(null, true); });
  view.addEventListener("keydown", event => {
    const field = event.target;
    if (!fields().includes(field)) return;
    if (event.key === "Escape") { field.value = field.defaultValue; field.select(); }
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") { event.preventDefault(); move(field, event.key === "ArrowDown" ? 1 : -1); }
    else if (event.key === "Enter") {
      event.preventDefault();
      const name = field.name;
      move(field, event.shiftKey ? -1 : 1);
      if (document.activeElement?.name === name) redraw(null, true); // last row: nothing was left, so nothing told
    }
  });
  view.addEventListener("click", event => {
    const link = event.target.closest?.(".reset, .edit a, .state a, .tints td a");
    if (!link || event.metaKey || event.ctrlKey || event.shiftKey) return;
    event.preventDefault();
    const to = new URL(link.href);
    redraw(view.dataset.regions + to.search, true);
  });
  addEventListener("popstate", () => redraw(view.dataset.regions + location.search, false));
}

document.querySelector(".choose")?.addEventListener("change", event => {
  const form = event.currentTarget;
  for (const one of form.elements) if (one.value === "" || (one.name === "lang" && one.value === "en")) one.disabled = true;
  form.submit();
});

let went = 0;
addEventListener("keydown", event => {
  if (event.target.matches?.("input, select, textarea") || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === "?") { document.getElementById("keys").showModal(); return; }
  if (event.key === "g") { went = Date.now(); return; }
  if (Date.now() - went < 1500) { document.querySelector(`[data-go="${CSS.escape(event.key)}"]`)?.click(); went = 0; }
});
