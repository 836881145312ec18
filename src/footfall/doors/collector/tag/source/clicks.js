// Clicks, for click maps, and what they mean to a block.

const selectorOf = (element) => {
  const parts = [];
  for (let at = element; at && parts.length < 4; at = at.id ? null : at.parentElement) {
    const kind = at.classList[0];
    parts.unshift(at.id ? '#' + CSS.escape(at.id) : at.localName + (kind ? '.' + CSS.escape(kind) : ''));
  }
  return parts.join('>');
};

const pathOf = (event) => event.composedPath().filter((node) => node.dataset);

const interact = (event, action, name, more) => {
  const block = pathOf(event).map(saidBy).find((each) => each.asset_id);
  if (block && event.isTrusted) track(name || 'asset_interaction', { ...block, action: action, ...more });
};

listen('click auxclick', (event) => {
  const path = pathOf(event);
  const find = (selector) => path.find((each) => each.matches(selector));
  if (!event.isTrusted || event.button > 1 || find('[data-footfall-ignore]')) return;
  const actor = find('a[href],button,summary,[role=button],[type=button],[type=submit],[data-footfall-action]');
  const link = find('a[href]')?.href;
  const href = link && plain(link.baseVal || link);
  const width = document.documentElement.clientWidth;
  track('click', {
    selector: selectorOf(actor || path[0]),
    text: actor && !find('[data-footfall-private]') ? actor.textContent.trim().replace(/\s+/g, ' ').slice(0, 99) : undefined,
    href: href,
    viewport_width: width,
    ...event.detail && { x_pct: Math.round(event.pageX / width * 100), y_px: Math.round(event.pageY) },
  });
  const widget = path.map(saidBy).find((each) => each.widget_id);
  if (widget) track('widget_click', { origin: 'widget', ...widget });
  if (/^http/.test(href) && link.split('#')[0] !== location.href.split('#')[0]) {
    interact(event, undefined, 'asset_click', { target_url: href, product_id: find('[data-footfall-product-id]')?.dataset.footfallProductId });
  } else if (actor) interact(event, actor.dataset.footfallAction || (actor.matches('summary') ? 'expand' : 'click'));
});

listen('change', (event) => interact(event, 'answer'));

// A film that begins by itself is nobody's doing.
listen('play', (event) => navigator.userActivation?.isActive && interact(event, 'play'));

let start;
listen('touchstart touchend', (event) => {
  const point = event.changedTouches[0];
  if (start && Math.abs(point.clientX - start.clientX) > 40 + Math.abs(point.clientY - start.clientY)) interact(event, 'swipe');
  start = /t$/.test(event.type) && point;
});
