// Counts while somebody types, by the same button one can press: the site's own count is the only one, so no number here can differ from it.
const form = document.querySelector("[data-words]");
const WAIT = 500;
let asked = 0;
let waiting = 0;

const countOf = (area) => document.getElementById(area.id.replace("text-", "count-"));

const tell = (area, words) => {
  const line = countOf(area)?.querySelector(".words__used");
  if (line) line.textContent = words;
};

const ask = async (area) => {
  const number = (asked += 1);
  try {
    const answer = await fetch(form.getAttribute("action"), { method: "POST", body: new URLSearchParams([...new FormData(form), ["step", "count"]]), credentials: "same-origin" });
    const fresh = answer.ok && new DOMParser().parseFromString(await answer.text(), "text/html");
    if (number !== asked) return;
    if (!fresh || !fresh.querySelector("[data-words]")) throw new Error("no count");
    for (const old of form.querySelectorAll(".words__count")) {
      const counted = fresh.getElementById(old.id);
      if (counted) old.replaceWith(document.importNode(counted, true));
    }
    form.querySelector(".words__list").replaceWith(document.importNode(fresh.querySelector(".words__list"), true));
  } catch {
    if (number === asked) tell(area, form.dataset.failed);
  }
};

form.addEventListener("input", (event) => {
  const area = event.target.closest("textarea");
  if (!area) return;
  tell(area, form.dataset.waits);
  clearTimeout(waiting);
  waiting = setTimeout(() => ask(area), WAIT);
});
