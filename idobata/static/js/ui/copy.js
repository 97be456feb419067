// 文を写す: the button appears only where a script can copy; without it the text is selectable as it is.
for (const button of document.querySelectorAll("[data-copy]")) {
  const source = document.getElementById(button.dataset.copy);
  if (!source) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(source.value);
    } catch {
      source.select();
      document.execCommand("copy");
    }
    const told = button.parentElement.querySelector(".copy__done");
    if (told) told.textContent = button.dataset.done;
  });
}
