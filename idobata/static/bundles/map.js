// The map is drawn from the list beside it: what is in the one is in the other. Without this script the list is the page.
const box = document.querySelector("[data-map]");
if (!box || !window.L) return;

const words = JSON.parse(box.dataset.words);
const numbers = text => text.split(" ").map(Number);
const fill = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
const isWide = () => matchMedia("(min-width: 62rem)").matches;

const panel = box.querySelector("[data-panel]");
const panelBody = box.querySelector("[data-panel-body]");
const [south, west, north, east] = numbers(box.dataset.box);
const [zoomMin, zoomMax] = numbers(box.dataset.zooms);
const city = L.latLngBounds([south, west], [north, east]);

// The stage

box.querySelector("[data-map-off]").hidden = true;
const stage = document.createElement("div");
stage.className = "map__stage is-plain";
stage.setAttribute("role", "region");
stage.setAttribute("aria-label", words.map);
box.prepend(stage);
const map = L.map(stage, {
  attributionControl: false,
  zoomControl: false,
  // Turning the wheel moves the page, as everywhere else.
  scrollWheelZoom: false,
  minZoom: zoomMin,
  maxZoom: zoomMax,
  maxBounds: city.pad(0.2),
  maxBoundsViscosity: 1,
  zoomAnimation: !calm,
  fadeAnimation: !calm,
  markerZoomAnimation: !calm,
  inertia: !calm,
});
L.control.zoom({ zoomInTitle: words.near_in, zoomOutTitle: words.far_out }).addTo(map);

// The ground. Without tiles it stays plain, with the names of the districts.

if (box.dataset.tiles) {
  const ground = L.tileLayer(box.dataset.tiles, { bounds: city, minZoom: zoomMin, maxZoom: zoomMax, keepBuffer: 1 });
  const tries = new WeakMap();
  ground.on("tileload", () => stage.classList.remove("is-plain"));
  ground.on("tileerror", ({ tile }) => {
    const tried = tries.get(tile) ?? 0;
    if (tried >= 3) return;
    tries.set(tile, tried + 1);
    // A tile nobody has asked for yet may still be on its way to us.
    setTimeout(() => { if (tile.isConnected) tile.src = tile.src; }, 1500 * 3 ** tried);
  });
  ground.addTo(map);
}

// The pins

const Pin = L.DivIcon.extend({
  createIcon(old) {
    const icon = L.DivIcon.prototype.createIcon.call(this, old);
    icon.setAttribute("aria-label", this.options.words);
    return icon;
  },
});
function pin(number, said, size, more = "") {
  const html = document.createElement("span");
  html.textContent = number;
  html.setAttribute("aria-hidden", "true");
  return new Pin({ html, className: `pin${more}`, iconSize: [size, size], words: said });
}
const pins = L.markerClusterGroup({
  animate: !calm,
  maxClusterRadius: 40,
  showCoverageOnHover: false,
  iconCreateFunction(cluster) {
    const inside = cluster.getAllChildMarkers();
    const count = inside.reduce((sum, one) => sum + one.spot.count, 0);
    return pin(count, fill(words.many, { places: inside.length, count }), 52, " pin--many");
  },
});
const list = document.querySelector("[data-spots]");
const spots = [...document.querySelectorAll("[data-spot]")].map(element => {
  const { latitude, longitude, count, district } = element.dataset;
  const name = element.querySelector(".spot__name").textContent.trim();
  const spot = { element, name, district, count: Number(count), at: L.latLng(Number(latitude), Number(longitude)) };
  spot.marker = L.marker(spot.at, { icon: pin(count, fill(words.spot, { name, count }), 44), riseOnHover: true });
  spot.marker.spot = spot;
  spot.marker.on("click", () => choose(spot, { open: true, scroll: isWide() }));
  pins.addLayer(spot.marker);
  return spot;
});
map.addLayer(pins);

const around = L.latLngBounds(spots.map(one => one.at));
if (spots.length) map.fitBounds(around, { maxZoom: Math.min(16, zoomMax), paddingTopLeft: [72, 32], paddingBottomRight: [32, 40], animate: false });
else map.setView(numbers(box.dataset.middle), Math.min(13, zoomMax));

const districts = new Map();
for (const spot of spots) if (spot.district) districts.set(spot.district, [...(districts.get(spot.district) ?? []), spot.at]);
const mean = values => values.reduce((sum, one) => sum + one, 0) / values.length;
for (const [name, points] of districts) {
  const label = document.createElement("span");
  label.textContent = name;
  L.marker([mean(points.map(one => one.lat)), mean(points.map(one => one.lng))], {
    icon: L.divIcon({ html: label, className: "area", iconSize: null }),
    interactive: false,
    keyboard: false,
    zIndexOffset: -1000,
  }).addTo(map).getElement().setAttribute("aria-hidden", "true");
}

// Pressing: a pin shows its place in the list, a place in the list shows its pin.

let chosen = null;
function paint() {
  for (const one of stage.querySelectorAll(".pin--chosen")) one.classList.remove("pin--chosen");
  const seen = chosen && pins.getVisibleParent(chosen.marker);
  seen?.getElement()?.classList.add("pin--chosen");
}
pins.on("animationend", paint);
map.on("moveend zoomend", paint);

function choose(spot, { open = false, scroll = false, focus = true } = {}) {
  chosen?.element.removeAttribute("aria-current");
  chosen = spot;
  spot.element.setAttribute("aria-current", "true");
  paint();
  if (scroll) spot.element.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  if (!open) return;
  const name = document.createElement("p");
  name.className = "map__panel-name";
  name.append(spot.element.querySelector(".spot__name a").cloneNode(true));
  panelBody.replaceChildren(name, ...[...spot.element.querySelectorAll(".spot__dates, .spot__none, .spot__more")].map(one => one.cloneNode(true)));
  panel.setAttribute("aria-label", fill(words.spot, { name: spot.name, count: spot.count }));
  panel.hidden = false;
  panel.scrollTop = 0;
  stepOutOfTheWay(spot);
  if (focus) panel.focus({ preventScroll: true });
}
// The panel must not lie on what it tells about.
function stepOutOfTheWay(spot) {
  const at = map.latLngToContainerPoint(spot.at);
  const ground = stage.getBoundingClientRect();
  const lid = panel.getBoundingClientRect();
  const isUnder = at.x + ground.left < lid.right + 32 && at.y + ground.top > lid.top - 40;
  if (isUnder) map.panBy([0, at.y + ground.top - lid.top + 40], { animate: false });
}
function show(spot) {
  map.setView(spot.at, Math.max(map.getZoom(), Math.min(16, zoomMax)), { animate: false });
  stage.scrollIntoView({ block: "nearest", behavior: calm ? "auto" : "smooth" });
  choose(spot, { open: true });
}
function close() {
  panel.hidden = true;
  const seen = chosen && pins.getVisibleParent(chosen.marker);
  (seen?.getElement() ?? stage).focus({ preventScroll: true });
}
box.querySelector("[data-panel-close]").addEventListener("click", close);
box.addEventListener("keydown", event => {
  if (event.key === "Escape" && !panel.hidden) close();
  // A pin is no real button; both keys of one must work.
  const pressed = event.target.closest?.(".pin");
  if (!pressed || (event.key !== "Enter" && event.key !== " ")) return;
  event.preventDefault();
  pressed.click();
  // What was pressed goes away when a group opens; the next Tab must not begin at the top of the page.
  setTimeout(() => { if (!pressed.isConnected && document.activeElement === document.body) stage.focus({ preventScroll: true }); }, 400);
});
for (const spot of spots) {
  const button = spot.element.querySelector("[data-show]");
  button.hidden = false;
  button.addEventListener("click", () => show(spot));
  spot.element.addEventListener("click", event => {
    if (isWide() && !event.target.closest("a, button") && !String(getSelection())) show(spot);
  });
}
if (spots.length === 1) choose(spots[0], { open: true, focus: false });

// Near: the position is used here and nowhere else.

const near = document.querySelector("[data-near]");
const nearButton = near.querySelector("[data-near-button]");
const status = near.querySelector("[data-near-status]");
const inWords = meters =>
  meters < 950 ? fill(words.meters, { number: Math.max(50, Math.round(meters / 50) * 50) })
  : fill(words.kilometers, { number: meters < 9500 ? (meters / 1000).toFixed(1) : Math.round(meters / 1000) });
let you = null;
function sortFrom({ coords }) {
  const here = L.latLng(coords.latitude, coords.longitude);
  for (const spot of spots) spot.far = here.distanceTo(spot.at);
  spots.sort((one, other) => one.far - other.far);
  list.append(...spots.map(one => one.element));
  for (const spot of spots) {
    const far = spot.element.querySelector("[data-far]");
    far.textContent = inWords(spot.far);
    far.hidden = false;
  }
  you?.remove();
  you = L.marker(here, { icon: new Pin({ className: "you", iconSize: [20, 20], words: words.you }), interactive: false, keyboard: false }).addTo(map);
  you.getElement().setAttribute("role", "img");
  if (!city.contains(here)) {
    status.textContent = words.away;
    return;
  }
  map.fitBounds(L.latLngBounds([here, ...spots.slice(0, 3).map(one => one.at)]), { maxZoom: Math.min(15, zoomMax), padding: [48, 48], animate: false });
  status.textContent = fill(words.sorted, { name: spots[0].name, far: inWords(spots[0].far) });
}
if (navigator.geolocation && spots.length) {
  nearButton.hidden = false;
  near.querySelector("[data-near-words]").hidden = false;
  nearButton.addEventListener("click", () => {
    status.textContent = words.looking;
    navigator.geolocation.getCurrentPosition(
      sortFrom,
      error => { status.textContent = error.code === error.PERMISSION_DENIED ? words.denied : words.lost; },
      { timeout: 10000, maximumAge: 60000 },
    );
  });
  const called = () => { if (location.hash === "#near") nearButton.focus(); };
  addEventListener("hashchange", called);
  // Only then: the browser takes the focus away when it goes to the place the address names.
  if (document.readyState === "complete") called();
  else addEventListener("load", () => setTimeout(called));
}
