// The builder without pressing its button: what is chosen shows at once. Without this script the button does the same.
const form = document.querySelector("[data-build]");
let asked = 0;
let waiting = 0;

const build = async () => {
  const number = (asked += 1);
  const address = `${form.getAttribute("action")}?${new URLSearchParams([...new FormData(form)].filter(([, value]) => value))}`;
  try {
    const answer = await fetch(address);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("result");
    if (number !== asked || !fresh) return;
    document.getElementById("result").replaceWith(fresh);
    history.replaceState(null, "", address);
    wire();
  } catch {
    // The button is still there.
  }
};

const wire = () => {
  const button = document.querySelector("#result [data-copy]");
  if (!button) return;
  const text = document.getElementById(button.dataset.copy);
  const told = button.parentElement.querySelector(".copy__done");
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(text.value);
    } catch {
      text.select();
      document.execCommand("copy");
    }
    told.textContent = button.dataset.done;
  });
};

form.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(build, 500);
});
