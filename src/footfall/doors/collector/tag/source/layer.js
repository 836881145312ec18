// What the page tells Google's dataLayer: e-commerce events are taken over as they are.

const COMMERCE = /^(view_(item|cart|promo)|select_(item|promo)|add_(to_|shipping_|payment_)|remove_from_|(begin_checkout|purchase|refund|search|login|sign_up|share|generate_lead)$)/;

// Texts where there should be numbers, as shops send them by mistake.
const counted = (said) => {
  const found = { ...said };
  ['value', 'tax', 'shipping', 'price', 'quantity'].forEach((name) => {
    if (/^-?[\d.]+$/.test(found[name])) found[name] = Number(found[name]);
  });
  return found;
};

const heard = safely((said) => {
  if (!said) return;
  const [command, name, more] = said.length ? said : ['event', said.event, said.ecommerce || said];
  if (command === 'event' && COMMERCE.test(name)) {
    const found = counted(more);
    if (found.items?.map) found.items = found.items.map((item) => ({ variant_id: item.item_variant, ...counted(item) }));
    track(name, found);
  }
  if (command === 'consent' && name === 'update') consent(more.analytics_storage);
  if (said.evt) loyjoy(said.evt, said, 1);
});

const layer = window[told.layer || 'dataLayer'] ||= [];
const push = layer.push;
layer.push = (...given) => {
  const found = push.apply(layer, given);
  given.forEach(heard);
  return found;
};
