// The list of languages closes on Escape and when the reader goes elsewhere.
for (const list of document.querySelectorAll("details.languages")) {
  list.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    list.open = false;
    list.querySelector("summary").focus();
  });
  document.addEventListener("click", (event) => {
    if (!list.contains(event.target)) list.open = false;
  });
}
