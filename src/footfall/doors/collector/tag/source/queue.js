// Every event is kept until the collector has answered for it, also over a closed tab: in a slot of
// this page's own, so that no two tabs ever write to one place. A slot whose page is gone is taken
// over by the next page. An event keeps its id, so what is sent twice is counted once.

const LOCAL = 'localStorage';
const ALIVE_MS = 18e4;
const SLOTS = '_ff.' + told.key;
let slot = SLOTS + uuid();
const target = new URL('v1/events?key=' + told.key, told.collector || script.src);

let waiting = [];
let queue = [];
let sending = [];
let until = 0;
let fails = 0;
let isSure;
let timer;

const slots = () => Object.keys(window[LOCAL]).filter((name) => !name.indexOf(SLOTS));
const without = (lines, some) => lines.filter((line) => some.indexOf(line) < 0);

// For as long as the lease this page is alive, and nobody else takes its slot.
const save = (lease) => mayStore() && stored(LOCAL, slot, queue[0] ? now() + lease + '\n' + queue.join('\n') : '');

// What pages left behind that are gone.
const adopt = safely(() => {
  without(slots(), [slot]).forEach((name) => {
    const lines = stored(LOCAL, name).split('\n');
    if (Math.abs(lines.shift() - now() - ALIVE_MS) < ALIVE_MS) return;
    stored(LOCAL, name, '');
    lines.forEach(safely((line) => JSON.parse(line).event && queue.push(line)));
  });
  save(ALIVE_MS);
  soon();
});

// One tab at a time looks for it.
const inherit = () => mayStore() && (navigator.locks ? navigator.locks.request(SLOTS, adopt).catch(adopt) : adopt());

// At once: while one request is under way, what happens meanwhile gathers for the next.
const soon = () => {
  clearTimeout(timer);
  timer = setTimeout(safely(flush), until - now() + 9);
};

const later = (seconds) => {
  until = now() + 1e3 * (seconds || Math.min(60, 2 ** fails++) * (0.5 + Math.random() / 2));
};

const batch = (lines) => {
  let size = 0;
  return lines.filter((line) => (size += line.length) < 2e4 || size === line.length);
};

const packed = (lines) => '{' + (isCookieless ? '"cookieless":true,' : '') + '"sent_at":' + now() + ',"events":[' + lines + ']}';

const mayTry = () => navigator.onLine && now() >= until && !isMute();

const flush = () => {
  if (sending[0] || !queue[0] || !mayTry()) return;
  const lines = sending = batch(queue);
  fetch(target, { method: 'POST', body: packed(lines), keepalive: !fails, credentials: 'omit' })
    .then((reply) => reply.json().then((said) => settle(reply, said, lines)))
    .catch(() => later())
    .then(() => {
      sending = [];
      if (queue[0]) soon();
    });
};

// `later` is tried again, all else is not. What no page can mend (a wrong key) is kept for one that
// says it right.
const settle = (reply, said, lines) => {
  if (!reply.ok && !said.rejected && said.retry !== 'never') return later(said.retry === 'after_fix' ? 1e6 : +reply.headers.get('retry-after'));
  const again = said.rejected?.filter((each) => each.retry === 'later').map((each) => lines[each.index]) || [];
  queue = without(queue, without(lines, again));
  save(ALIVE_MS);
  if (again[0]) return later();
  fails = 0;
  isSure = 1;
};

// The page goes, and hears no answer any more. Where the last one was good, the beacon is trusted with
// how long the page was looked at; all else stays for the next page until somebody has an answer.
const farewell = () => {
  for (let lines = without(queue, sending); lines[0] && mayTry();) {
    const some = batch(lines);
    if (!navigator.sendBeacon(target, packed(some))) break;
    lines = without(lines, some);
    if (isSure && !fails) queue = without(queue, some.filter((line) => /"event":"page_leave"/.test(line)));
  }
  if (save(-1)) queue = [];
};

// Gives the events that waited for consent on their way.
const pass = () => {
  waiting = waiting.slice(-500);
  if (isAsking()) return;
  waiting.splice(0).forEach((event) => {
    event.visitor_id = visitor();
    event.customer_id = event.visitor_id && event.customer_id;
    queue.push(JSON.stringify(event));
  });
  while (queue.join().length > 2e5) queue.shift();
  save(ALIVE_MS);
  soon();
};

const track = (name, properties, more) => {
  if (isMute() || (name === 'purchase' && isRepeated(properties))) return;
  const event = JSON.parse(written({ event_id: uuid(), event: name, occurred_at: now(), url: url, customer_id: customer, properties: properties, ...more }));
  if (told.debug) console.log('footfall', event);
  waiting.push(event);
  pass();
  touch();
  return 1;
};

// The next page of the shop sends what this one still has, so nothing is sent by both of them.
window.navigation?.addEventListener('navigate', safely((event) => {
  const next = event.destination;
  if (next.sameDocument || next.url.indexOf(location.origin) || !mayStore()) return;
  until = Math.max(until, now() + 5e3);
  soon();
}));

// A page that lives says so, or its slot would be taken over.
setInterval(() => queue[0] && save(ALIVE_MS), 6e4);

listen('online', () => {
  if (until - now() < 6e4) until = 0;
  inherit();
  soon();
});
