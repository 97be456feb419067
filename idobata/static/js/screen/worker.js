// Keeps the last screen and its files, so that a monitor that starts without a network shows what it showed before. It sees /screen alone.
const room = "idobata-screen";
const most = 12;

addEventListener("install", (event) => event.waitUntil(skipWaiting()));
addEventListener("activate", (event) => event.waitUntil(clients.claim()));

const isFile = (url) => url.pathname.startsWith("/static/");

const keep = async (request, answer) => {
  const cache = await caches.open(room);
  await cache.put(request.url, answer);
  const known = await cache.keys();
  for (const old of known.slice(0, Math.max(0, known.length - most))) await cache.delete(old);
};

addEventListener("fetch", (event) => {
  const { request } = event;
  const url = new URL(request.url);
  if (request.method !== "GET" || url.origin !== location.origin || (url.pathname !== "/screen" && !isFile(url))) return;
  event.respondWith((async () => {
    try {
      const answer = await fetch(request);
      // Only what is the same for everybody.
      if (answer.ok && /\bpublic\b/.test(answer.headers.get("Cache-Control") ?? "")) event.waitUntil(keep(request, answer.clone()));
      return answer;
    } catch (error) {
      // The page that asks for news must learn that nobody answered; only a start takes what was kept.
      const kept = request.mode === "navigate" || isFile(url) ? await (await caches.open(room)).match(request.url) : undefined;
      if (kept) return kept;
      throw error;
    }
  })());
});
