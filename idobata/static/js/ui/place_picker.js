// Suggests places while somebody types: an ARIA combobox over a plain text field. Without it the button 「場所をさがす」 does the same.
const WAIT = 180;

function pickPlaces(picker) {
  const input = picker.querySelector('input[type="text"]');
  const saidField = picker.querySelector('input[type="hidden"][name$="place_said"]');
  const chosen = picker.querySelector(".picker__chosen");
  const box = picker.querySelector(".picker__box");
  const list = document.createElement("ul");
  const count = document.createElement("p");
  let places = [];
  let active = -1;
  let timer = 0;
  let asking = null;

  list.className = "picker__list";
  list.id = `${input.id}-list`;
  list.hidden = true;
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", picker.dataset.list);
  count.className = "unseen";
  count.setAttribute("role", "status");
  box.append(list, count);
  for (const [name, value] of Object.entries({ role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": list.id })) {
    input.setAttribute(name, value);
  }
  picker.querySelector(".picker__find").hidden = true;

  const setId = (value) => {
    picker.querySelector(".picker__found")?.remove();
    let field = picker.querySelector('input[type="hidden"][name$="place_id"]');
    if (!field) {
      field = document.createElement("input");
      field.type = "hidden";
      field.name = saidField.name.replace(/place_said$/, "place_id");
      picker.append(field);
    }
    field.value = value;
  };

  const close = () => {
    list.hidden = true;
    active = -1;
    input.setAttribute("aria-expanded", "false");
    input.removeAttribute("aria-activedescendant");
  };

  const mark = (at) => {
    active = at;
    for (const [number, option] of [...list.children].entries()) option.setAttribute("aria-selected", String(number === at));
    if (at < 0) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", list.children[at].id);
    list.children[at].scrollIntoView({ block: "nearest" });
  };

  const choose = (place) => {
    input.value = place.name;
    saidField.value = place.name;
    setId(place.id);
    chosen.textContent = picker.dataset.chosen + place.name + (place.where ? `（${place.where}）` : "");
    count.textContent = "";
    close();
  };

  const show = () => {
    list.replaceChildren(
      ...places.map((place, number) => {
        const option = document.createElement("li");
        option.id = `${list.id}-${number}`;
        option.className = "picker__option";
        option.setAttribute("role", "option");
        option.setAttribute("aria-selected", "false");
        option.textContent = place.name;
        if (place.where) {
          const where = document.createElement("span");
          where.className = "picker__where";
          where.textContent = place.where;
          option.append(where);
        }
        // Before the field loses the focus, so that the list is still there.
        option.addEventListener("mousedown", (event) => event.preventDefault());
        option.addEventListener("click", () => choose(place));
        return option;
      }),
    );
    active = -1;
    list.hidden = !places.length;
    input.setAttribute("aria-expanded", String(places.length > 0));
    input.removeAttribute("aria-activedescendant");
    const words = picker.dataset;
    count.textContent = places.length === 1 ? words.one : places.length ? words.many.replace("{}", places.length) : words.none;
  };

  const ask = async () => {
    const typed = input.value.trim();
    asking?.abort();
    if (!typed) {
      count.textContent = "";
      close();
      return;
    }
    asking = new AbortController();
    const address = new URL(picker.dataset.placePicker, location.href);
    address.searchParams.set("q", typed);
    try {
      const answer = await fetch(address, { signal: asking.signal });
      if (!answer.ok) return;
      places = (await answer.json()).places;
      if (document.activeElement === input) show();
    } catch (error) {
      // Somebody went on typing, or the network is away: the name can be written all the same.
      if (error.name !== "AbortError") close();
    }
  };

  input.addEventListener("input", () => {
    if (input.value !== saidField.value) {
      setId("");
      saidField.value = "";
      chosen.textContent = "";
    }
    clearTimeout(timer);
    timer = setTimeout(ask, WAIT);
  });
  input.addEventListener("keydown", (event) => {
    // While a word is being converted the keys belong to the input method.
    if (event.isComposing) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (list.hidden) {
        ask();
        return;
      }
      const step = event.key === "ArrowDown" ? 1 : -1;
      const from = active < 0 && step < 0 ? 0 : active;
      mark((from + step + places.length) % places.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      choose(places[active]);
    } else if (event.key === "Escape" && !list.hidden) {
      event.preventDefault();
      close();
    }
  });
  input.addEventListener("blur", () => {
    asking?.abort();
    clearTimeout(timer);
    close();
  });
}

for (const picker of document.querySelectorAll("[data-place-picker]")) pickPlaces(picker);
