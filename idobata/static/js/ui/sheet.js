// しおり: one press prints; the device's own sheet passes the address on. Nothing is kept: what was ticked is gone with the page.
for (const button of document.querySelectorAll("[data-print-page]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
for (const button of document.querySelectorAll("[data-share]")) {
  if (!navigator.share) continue;
  button.hidden = false;
  button.addEventListener("click", () => {
    const url = document.getElementById(button.dataset.share).value;
    // Closing the device's sheet without sharing is no fault.
    navigator.share({ title: button.dataset.shareTitle, url }).catch(() => {});
  });
}
for (const basket of document.querySelectorAll("[data-basket]")) {
  const ticks = [...document.querySelectorAll(`input[type="checkbox"][form="${basket.id}"]`)];
  const told = basket.querySelector("[data-basket-count]");
  const most = Number(basket.dataset.basket);
  const count = () => {
    const chosen = ticks.filter((one) => one.checked).length;
    told.textContent = (!chosen ? told.dataset.none : chosen < most ? told.dataset.chosen : told.dataset.full).replace("{}", chosen);
    for (const one of ticks) one.disabled = !one.checked && chosen >= most;
  };
  for (const one of ticks) one.addEventListener("change", count);
  count();
}
