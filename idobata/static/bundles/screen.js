// The info screen: turns its pages, drops what is over, asks for news once a minute, and goes on with what it has when nobody answers.
const body = document.body;
const words = body.dataset;
const ASK_EVERY = 60_000, ASK_AGAIN = 20_000, PATIENCE = 15_000, SIDE_EVERY = 600_000, PLACES = 9;
const zone = { timeZone: words.zone };
const language = document.documentElement.lang === "en" ? "en-GB" : "ja-JP";
const find = (mark, within = document) => within.querySelector(`[data-${mark}]`);
const pages = () => [...document.querySelectorAll("[data-page]")];

// How far the site's clock is ahead of this machine's, as far as anybody knows. The page itself may have waited in a cache.
let ahead = 0;
let read = new Date(words.now);
let reached = true;
let shown = Math.max(0, pages().findIndex((page) => !page.hidden));
let turns = 0;
let halted = false;
// Until somebody has answered, or has not, this machine's own clock may be years wrong: nothing is dropped by it.
let clockKnown = false;
let source = find("pages").innerHTML;

const now = () => new Date(Date.now() + ahead);
const hour = (moment) => new Intl.DateTimeFormat("ja-JP", { ...zone, hour: "numeric", minute: "2-digit" }).format(moment);
const dayOf = (moment) => new Intl.DateTimeFormat("sv-SE", zone).format(moment);
const dayWords = (moment) =>
  new Intl.DateTimeFormat(language, { ...zone, month: language === "ja-JP" ? "long" : "short", day: "numeric", weekday: "short" })
    .format(moment).replace("(", "（").replace(")", "）");

const write = (mark, text) => {
  const place = find(mark);
  // Nothing is touched that stays: a screen reader would say it again.
  if (place && place.textContent !== text) place.textContent = text;
};

const drop = () => {
  if (!clockKnown) return;
  const moment = now();
  for (const one of document.querySelectorAll("[data-ends]")) if (new Date(one.dataset.ends) <= moment) one.remove();
  for (const page of pages()) if (!find("ends", page)) page.remove();
};

// What was tomorrow is today when the day has turned, with or without a network.
const nameDays = () => {
  const today = Date.parse(dayOf(now()));
  for (const page of pages()) {
    if (!page.dataset.day) continue;
    const days = Math.round((Date.parse(page.dataset.day) - today) / 86_400_000);
    const near = days <= 0 ? words.today : days === 1 ? words.tomorrow : page.dataset.near === "weekend" ? words.weekend : "";
    const place = find("near-words", page);
    if (place.textContent !== near) place.textContent = near;
    place.hidden = !near;
  }
};

const show = () => {
  drop();
  if (clockKnown) nameDays();
  const all = pages();
  shown = all.length ? (shown + all.length) % all.length : 0;
  all.forEach((page, number) => { page.hidden = number !== shown; });
  find("empty").hidden = all.length > 0;
  write("count", all.length > 1 ? `${shown + 1} / ${all.length}` : "");
};

// No letter stays on the same spot for long: each turn moves the picture by a little, and now and then the sides change.
const turn = (step = 1) => {
  shown += step;
  turns += 1;
  body.dataset.place = turns % PLACES;
  body.dataset.side = Math.floor(now() / SIDE_EVERY) % 2;
  show();
};

const tick = () => {
  const moment = now();
  write("time", hour(moment));
  write("date", dayWords(moment));
  write("told", (reached ? words.read : words.kept).replace("{time}", hour(read)));
};

const ask = async (address) => {
  const answer = await fetch(address, { credentials: "omit", cache: "no-cache", signal: AbortSignal.timeout(PATIENCE) });
  if (!answer.ok) throw new Error(`${address} answered ${answer.status}`);
  return answer;
};

const take = (html, jumped) => {
  const fresh = new DOMParser().parseFromString(html, "text/html");
  const files = (page) => [...page.querySelectorAll("link[rel=stylesheet], script[src]")].map((one) => one.getAttribute("href") ?? one.getAttribute("src"));
  // The site has a new version: the page is read as a whole, once.
  if (files(fresh).join() !== files(document).join()) return location.reload();
  const found = find("pages", fresh)?.innerHTML;
  if (found === undefined) throw new Error("an answer that is no screen");
  read = now();
  if (found === source && !jumped) return;
  source = found;
  find("pages").innerHTML = found;
};

let asking = 0;
let asked = 0;
const refresh = async () => {
  clearTimeout(asking);
  const mine = ++asked;
  let found = false;
  try {
    const before = Date.now();
    const { now: there } = await (await ask(words.clock)).json();
    // Whoever was asked later knows better: an old answer that comes in last says nothing.
    if (mine !== asked) return;
    const was = ahead;
    ahead = Date.parse(there) - (before + Date.now()) / 2;
    const address = new URL(location.href);
    address.searchParams.delete("turn");
    const html = await (await ask(address)).text();
    if (mine !== asked) return;
    take(html, Math.abs(ahead - was) > ASK_EVERY);
    found = true;
  } catch {
    // Nobody answers, or no screen: it goes on with what it has.
  }
  if (mine !== asked) return;
  reached = found;
  clockKnown = true;
  show();
  tick();
  asking = setTimeout(refresh, reached ? ASK_EVERY : ASK_AGAIN);
};

let turning = 0;
const go = () => {
  clearInterval(turning);
  if (!halted) turning = setInterval(turn, words.seconds * 1000);
  find("halt").firstElementChild.textContent = halted ? words.go : words.pause;
};
const step = (number) => { turn(number); go(); };

const buttons = find("buttons");
buttons.hidden = false;
find("back").addEventListener("click", () => step(-1));
find("next").addEventListener("click", () => step(1));
find("halt").addEventListener("click", () => { halted = !halted; go(); });
addEventListener("keydown", (event) => {
  if (event.key === "ArrowRight") step(1);
  if (event.key === "ArrowLeft") step(-1);
});
// The buttons are there for whoever has a mouse or a keyboard, and never in the picture of a monitor.
let resting = 0;
const wake = () => {
  body.classList.add("is-near");
  clearTimeout(resting);
  resting = setTimeout(() => body.classList.remove("is-near"), 5000);
};
addEventListener("pointermove", wake);
addEventListener("online", refresh);

show();
go();
setInterval(tick, 1000);
refresh();

// For a start without a network: the page and its files are kept once the worker is there.
if ("serviceWorker" in navigator) {
  const keep = () => {
    const files = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")].map((one) => one.href || one.src);
    for (const file of [...files, location.href]) fetch(file, { credentials: "omit" }).catch(() => {});
  };
  navigator.serviceWorker.addEventListener("controllerchange", keep);
  navigator.serviceWorker.register(words.worker, { scope: "/screen" }).catch(() => {});
}
