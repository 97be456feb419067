// 生きているしおり: what the code on a paper says stands behind the #, so it stays on this phone. From it we ask for the dates, one by one,
// as anybody might, and say what is no longer as it was printed.
const living = document.querySelector("[data-living]");
if (living) {
  const words = JSON.parse(living.dataset.words);
  const list = living.querySelector("[data-living-list]");
  const model = living.querySelector("template");
  const said = (name, values) => words[name].replace(/\{(\w+)\}/g, (_, key) => values[key]);
  const dayOf = (text) => `20${text.slice(0, 2)}-${text.slice(2, 4)}-${text.slice(4)}`;

  const read = () => {
    const [printed, ...parts] = location.hash.slice(1).split(".");
    const dates = parts.map((part) => /^([2-9a-hjkmnp-z]{12})-(\d{6})-([2-9a-hjkmnp-z]{3})([2-9a-hjkmnp-z]{3})$/.exec(part));
    if (!/^\d{6}$/.test(printed) || !dates.length || dates.length > 3 || !dates.every(Boolean)) return null;
    return { printed: dayOf(printed), dates: dates.map(([, id, day, time, place]) => ({ id, day: dayOf(day), time, place })) };
  };

  const ask = async ({ id, day }) => {
    try {
      const answer = await fetch(`/gatherings/${id}/${day}.json${living.dataset.language === "ja" ? "" : "?lang=" + living.dataset.language}`);
      if (answer.ok) return await answer.json();
      return { state: answer.status === 404 || answer.status === 410 ? "gone" : "unreachable" };
    } catch {
      return { state: "unreachable" };
    }
  };

  // The gravest first; what else changed is said below it.
  const found = (paper, now) => {
    if (now.state === "gone" || now.state === "unreachable") return [now.state];
    if (now.over) return ["over"];
    if (now.state === "cancelled") return ["cancelled"];
    const all = [];
    if (now.marks.time !== paper.time) all.push("time");
    if (now.marks.place !== paper.place) all.push("place");
    if (now.state === "full") all.push("full");
    return all.length ? all : ["as_planned"];
  };

  const row = (paper, now, printed) => {
    const one = model.content.firstElementChild.cloneNode(true);
    const states = found(paper, now);
    const put = (name, text) => {
      const place = one.querySelector(`.living__${name}`);
      if (text) place.textContent = text;
      else place.remove();
    };
    one.classList.add(`living__one--${states[0].replace("_", "-")}`);
    put("state", states.map((name) => words[name]).join("・"));
    const link = one.querySelector("a");
    link.href = `/gatherings/${paper.id}/${paper.day}`;
    link.textContent = now.title ?? `${location.host}/gatherings/${paper.id}`;
    put("when", now.when && (states.includes("time") ? said("now", { now: now.when }) : now.when));
    put("where", now.place && (states.includes("place") ? said("now", { now: now.place.name }) : now.place.name) + (now.place.district ? `（${now.place.district}）` : ""));
    const more = [];
    if (now.note) more.push(now.note);
    if (states[0] === "unreachable") more.push(words.try_again);
    if (states[0] === "gone") more.push(words.ask);
    if ((states[0] === "cancelled" || states[0] === "over") && now.next) more.push(said("next", { day: now.next.when }));
    if (now.unconfirmed && states[0] !== "over") more.push(words.unconfirmed);
    for (const change of now.changes ?? [])
      if (change.day >= printed && !["date", "time", "place"].includes(change.part))
        more.push(change.words + (change.before && change.after ? `　${change.before} → ${change.after}` : ""));
    if (more.length)
      for (const text of more) one.querySelector(".living__more").appendChild(document.createElement("li")).textContent = text;
    else one.querySelector(".living__more").remove();
    return one;
  };

  const show = async () => {
    const paper = read();
    living.hidden = !paper;
    document.querySelector("[data-living-plain]").hidden = Boolean(paper);
    if (!paper) return;
    const [year, month, date] = paper.printed.split("-").map(Number);
    living.querySelector("[data-living-printed]").textContent = said("printed", { day: said("day", { year, month, date }) });
    const answers = await Promise.all(paper.dates.map(ask));
    list.replaceChildren(...paper.dates.map((one, at) => row(one, answers[at], paper.printed)));
  };
  addEventListener("hashchange", show);
  show();
}
