// j and k walk through the rows of a queue; Enter follows the row's own link, as it does anyway.
const links = [...document.querySelectorAll("[data-keys='queue'] [data-key-target]")];
if (links.length) {
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, textarea, select, [contenteditable]")) return;
    const step = { j: 1, k: -1 }[event.key];
    if (!step) return;
    const row = document.activeElement.closest(".queue__row");
    const at = links.findIndex((link) => row?.contains(link));
    const next = links[Math.min(links.length - 1, Math.max(0, at + step))];
    next.focus();
    next.closest(".queue__row").scrollIntoView({ block: "nearest" });
  });
}
