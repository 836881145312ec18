// What pages may ask: footfall('identify', 'C-17'), or footfall.identify('C-17').

const calls = {
  track: track,
  consent: consent,
  assets: assets,
  exposure: exposure,
  variant: variantOf,
  loyjoy: (name, about) => loyjoy(name, about),
  identify: (who) => {
    customer = who ? String(who).slice(0, 128) : undefined;
  },
  reset: () => {
    customer = undefined;
    if (mayStore()) remember(id = uuid());
  },
};

const footfall = (name, ...given) => footfall[name]?.(...given);
Object.keys(calls).forEach((name) => {
  footfall[name] = safely(calls[name]);
});

// What was asked before, first of all consent and who it is.
const begin = safely(() => {
  const asked = [...window.footfall?.q || []];
  const isFirst = (each) => /^(consent|identify)$/.test(each[0]);
  const isNext = (each) => !isFirst(each);
  window.footfall = footfall;
  url = address();
  visit = JSON.parse((mayStore() && stored(SESSION, VISIT)) || '{}');
  asked.filter(isFirst).forEach((each) => footfall(...each));
  layer.filter(isFirst).forEach(heard);
  inherit();
  if (!isCounted) view(document.referrer);
  asked.filter(isNext).forEach((each) => footfall(...each));
  layer.filter(isNext).forEach(heard);
});

// A page that is only prepared is not looked at yet.
if (document.prerendering) listen(document, 'prerenderingchange', begin);
else begin();
