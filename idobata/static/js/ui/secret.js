// A button beside a password that shows it and hides it again.
for (const around of document.querySelectorAll("[data-secret]")) {
  const field = around.querySelector("input");
  const button = document.createElement("button");
  const say = () => {
    button.textContent = field.type === "password" ? around.dataset.show : around.dataset.hide;
  };
  button.type = "button";
  button.className = "button button--secondary";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    field.type = field.type === "password" ? "text" : "password";
    say();
    field.focus();
  });
  // A password that is sent in the open type would be offered by the browser as an ordinary word later.
  field.form?.addEventListener("submit", () => {
    field.type = "password";
  });
  say();
  around.append(button);
}
