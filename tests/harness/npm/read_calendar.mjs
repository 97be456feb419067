// Reads a calendar from standard input with ical.js and prints the dates it shows between two days, as Thunderbird would.
import ICAL from "ical.js";
import { readFileSync } from "node:fs";

const [first, last] = process.argv.slice(2).map((day) => ICAL.Time.fromDateString(day));
const calendar = new ICAL.Component(ICAL.parse(readFileSync(0, "utf8")));
for (const zone of calendar.getAllSubcomponents("vtimezone")) ICAL.TimezoneService.register(zone);
const events = calendar.getAllSubcomponents("vevent").map((one) => new ICAL.Event(one));
const series = events.filter((one) => !one.isRecurrenceException());
for (const one of events.filter((one) => one.isRecurrenceException())) {
  const whole = series.find((other) => other.uid === one.uid);
  if (whole) whole.relateException(one); else series.push(one);
}
const shown = [];
const show = (event, start, end) => {
  if (start.compare(first) < 0 || start.compare(last) > 0) return;
  const status = event.component.getFirstPropertyValue("status");
  shown.push({ uid: event.uid, start: start.toString(), end: end ? end.toString() : null, summary: event.summary, location: event.location, description: event.description, status });
};
for (const event of series) {
  if (!event.isRecurring()) { show(event, event.startDate, event.endDate); continue; }
  const dates = event.iterator();
  for (let date = dates.next(); date && date.compare(last) <= 0; date = dates.next()) {
    const { item, startDate, endDate } = event.getOccurrenceDetails(date);
    show(item, startDate, endDate);
  }
}
console.log(JSON.stringify(shown));
