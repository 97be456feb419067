// Shows only the parts of the posting form that go with what is chosen. Without it every part stays, folded.
const parts = [...document.querySelectorAll("[data-when]")].map((element) => {
  const [name, values] = element.dataset.when.split(":");
  return { element, name, values: values.split(",") };
});
const fieldsIn = (element) => element.querySelectorAll("input, textarea, select");
const show = () => {
  // Outer parts first: a field inside two of them is sent only when both are shown.
  for (const { element } of parts) for (const field of fieldsIn(element)) field.disabled = false;
  for (const { element, name, values } of parts) {
    const chosen = document.querySelector(`input[name="${name}"]:checked`)?.value ?? "";
    element.hidden = !values.includes(chosen);
    if (element.hidden) for (const field of fieldsIn(element)) field.disabled = true;
  }
};
if (parts.length) {
  document.addEventListener("change", (event) => {
    if (!event.target.matches('input[type="radio"]')) return;
    show();
    // Whoever chooses 「日を選ぶ」 has days to write down.
    if (event.target.name === "rhythm" && event.target.value === "dates") {
      document.querySelector('[data-when="rhythm:dates"] details')?.setAttribute("open", "");
    }
  });
  addEventListener("pageshow", show);
  show();
}
