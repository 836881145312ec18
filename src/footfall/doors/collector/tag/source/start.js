// What pages may ask: footfall('identify', 'C-17'), or footfall.identify('C-17').

const calls = {
  __proto__: null,
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

const footfall = safely((name, ...given) => calls[name](...given));
Object.keys(calls).forEach((name) => {
  footfall[name] = safely(calls[name]);
});

// First the page, then what was asked and told before: nothing is sent until all of that is heard.
const asked = window.footfall?.q || [];
window.footfall = footfall;
visit = JSON.parse((mayStore() && stored(SESSION, VISIT)) || '{}');
inherit();
view(document.referrer);
[...asked].forEach((each) => footfall(...each));
[...layer].forEach(heard);
