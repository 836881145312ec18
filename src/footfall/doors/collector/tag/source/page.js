// Pages: which one is looked at, for how long, and how far down; also where none is loaded anew.

let url;
let isCounted;
let spent;
let since;
let depth;
let toldDepth;
let isDone;
let blocksSeen;
let isGone;
let moving;

const address = () => {
  const found = told.hash === undefined ? location.href.split('#')[0] : location.href;
  return isCookieless ? found.replace(/([?&])(?!utm_)[^&#]+/g, '$1') : found;
};

const view = (referrer) => {
  url = address();
  spent = since = depth = toldDepth = isDone = 0;
  blocksSeen = { __proto__: null };
  tick();
  isCounted = track('page_view', undefined, { title: document.title, referrer: referrer && plain(referrer) });
  look();
};

// Nobody looks at a page that is hidden, or without a sign of life for a minute.
const tick = () => {
  const time = performance.now();
  if (since) spent += Math.min(time - since, 6e4);
  since = document.hidden ? 0 : time;
};

const deepest = () => depth = Math.max(depth, Math.min(100, Math.round((scrollY + innerHeight) / document.documentElement.scrollHeight * 100)));

// Time is told whenever the page goes out of sight. How far it was read is told once: at its end; on
// a phone when it is first put away, for there it is often never heard of again.
const leave = (isEnd) => {
  tick();
  const isTold = !isDone && (isEnd || window.ontouchstart !== undefined);
  if (isCounted && (spent || isTold)) track('page_leave', { engaged_ms: Math.round(spent), max_scroll_pct: isTold ? deepest() : undefined });
  isDone = isDone || isTold;
  spent = 0;
};

listen('visibilitychange', () => {
  if (isGone) return;
  armed.clear();
  if (document.hidden) {
    leave();
    flush();
  } else {
    tick();
    look();
  }
});

listen('pagehide', () => {
  isGone = 1;
  leave(1);
  farewell();
});

listen('pageshow', (event) => {
  if (!event.persisted) return;
  isGone = 0;
  slot += 1;
  inherit();
  view();
});

listen('pointerdown pointermove keydown scroll', tick);

listen('scroll', lazily(200, () => {
  while (deepest() >= toldDepth + 25) track('scroll', { percent: toldDepth += 25 });
}));

// A page that was not loaded: its title comes a moment after its address, and so may another address.
const moved = safely(() => {
  if (address() === url && !moving) return;
  if (!moving) leave(1);
  isCounted = 0;
  clearTimeout(moving);
  moving = setTimeout(safely(() => {
    moving = 0;
    view(url);
  }), 100);
});

['pushState', 'replaceState'].forEach((name) => {
  const original = history[name];
  history[name] = (...given) => {
    const found = original.apply(history, given);
    moved();
    return found;
  };
});
listen('popstate', moved);
