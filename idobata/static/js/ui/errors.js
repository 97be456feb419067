// A form that came back puts the reader at its summary; a link there opens whatever the field is folded into.
const summary = document.getElementById("errors");
if (summary && document.activeElement !== summary) summary.focus();

const open = (target) => {
  for (let at = target; at; at = at.parentElement) if (at.localName === "details") at.open = true;
};
summary?.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  const target = link && document.getElementById(link.hash.slice(1));
  if (!target) return;
  event.preventDefault();
  open(target);
  const field = target.matches("input, select, textarea") ? target : target.querySelector("input, select, textarea") ?? target;
  field.focus({ preventScroll: true });
  (field.closest(".field") ?? field).scrollIntoView({ block: "center" });
});
if (location.hash.length > 1) open(document.getElementById(decodeURIComponent(location.hash.slice(1))));
