// Blocks on the page: which are there, which are seen, and what is done with them.

const armed = new Map();
let rules = [];

// What an element says of itself: data-footfall-asset="hero" data-footfall-placement="home".
const saidBy = (element) => {
  const found = {};
  Object.keys(element.dataset).forEach((name) => {
    const word = name.replace(/[A-Z]/g, (letter) => '_' + letter.toLowerCase()).split('footfall_')[1];
    if (word) found[/^(asset|widget)$/.test(word) ? word + '_id' : word] = element.dataset[name] || undefined;
  });
  return nameOf(found) ? found : rules.find((each) => element.matches(each.selector)) || found;
};

const nameOf = (block) => block.asset_id || (block.widget_id && '\n' + block.widget_id);

const look = safely(() => {
  document.querySelectorAll(['[data-footfall-asset],[data-footfall-widget]'].concat(rules.map((each) => each.selector))).forEach((element) => {
    const block = saidBy(element);
    watch.unobserve(element);
    watch.observe(element);
    if (block.asset_id) blocksSeen[block.asset_id] ||= track('asset_load', block);
  });
});

const see = (element) => {
  const block = saidBy(element);
  armed.delete(element);
  if (blocksSeen[nameOf(block)] > 1) return;
  if (element.checkVisibility?.({ checkOpacity: true, checkVisibilityCSS: true }) === false) arm(element, performance.now());
  else if (track(block.asset_id ? 'asset_view' : 'widget_impression', block)) blocksSeen[nameOf(block)] = 2;
};

// At the end of the second the browser may still have to tell that the block went before.
const arm = (element, from) => {
  armed.set(element, from);
  setTimeout(() => requestAnimationFrame(() => setTimeout(safely(() => armed.get(element) === from && see(element)))), 1e3 + from - performance.now());
};

const watch = new IntersectionObserver(safely((entries) => entries.forEach((entry) => {
  const element = entry.target;
  const from = armed.get(element);
  if (entry.intersectionRatio >= 0.5 && entry.boundingClientRect.height) {
    if (!from && !document.hidden) arm(element, entry.time);
  } else {
    armed.delete(element);
    if (entry.time - from >= 1e3) see(element);
  }
})), { threshold: 0.5 });

new MutationObserver(lazily(100, look)).observe(document, { childList: true, subtree: true, attributeFilter: ['data-footfall-asset', 'data-footfall-widget'] });

// Blocks that cannot be given attributes: { selector, asset_id, asset_type, placement }.
const assets = (wanted) => {
  wanted.forEach((rule) => document.querySelector(rule.selector));
  rules = rules.concat(wanted);
  look();
};
