// j and k walk through the rows of a queue, or to the next and the previous post; Enter follows the row's own link, as it does anyway.
const links = [...document.querySelectorAll("[data-keys='queue'] [data-key-target]")];
const walk = document.querySelector("[data-keys='walk']");
if (links.length || walk) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input:not([type='checkbox']), textarea, select, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    if (walk) {
      walk.querySelector(step > 0 ? "a[rel='next']" : "a[rel='prev']")?.click();
      return;
    }
    const row = document.activeElement.closest(".queue__row");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    next.closest(".queue__row").scrollIntoView({ block: "nearest" });
  });
}
// A link on this page to something folded opens it.
for (const link of document.querySelectorAll(".desk a[href^='#']")) {
  link.addEventListener("click", () => {
    const target = document.getElementById(link.hash.slice(1));
    if (target?.localName === "details") target.open = true;
  });
}
