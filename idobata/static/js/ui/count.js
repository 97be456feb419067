// Says how many characters are left. It never stops anybody from writing; the server decides.
const segments = typeof Intl.Segmenter === "function" ? new Intl.Segmenter("ja") : null;
const lengthOf = (text) => (segments ? [...segments.segment(text)].length : [...text].length);

for (const line of document.querySelectorAll("[data-count-for]")) {
  const area = document.getElementById(line.dataset.countFor);
  const limit = Number(area?.dataset.limit);
  if (!limit) continue;
  const show = () => {
    const left = limit - lengthOf(area.value);
    line.textContent = (left < 0 ? line.dataset.over : line.dataset.left).replace("{}", Math.abs(left).toLocaleString());
    line.classList.toggle("field__count--over", left < 0);
  };
  area.addEventListener("input", show);
  show();
}
